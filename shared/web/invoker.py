"""Authorisation of calls to a private function, by the claims of their OIDC token.

Cloud Run has verified the token through IAM and replaced its signature, so verifying it again would fail in
production. What remains is to check that the token belongs to the right service account, is meant for this
function and is still valid.
"""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.domain.errors import Forbidden, MalformedBody, Unauthenticated
from shared.domain.json_object import parse_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from werkzeug.wrappers import Response

    from shared.web.http import Call

# A tuple: a claim may be of any type, also one that has no hash.
ISSUERS = ("https://accounts.google.com", "accounts.google.com")
CLOCK_SKEW_S = 60
MALFORMED = "The OIDC token is malformed."


@dataclass(frozen=True, slots=True)
class Invoker:
    """The only caller that a function accepts.

    Attributes:
        email: of the service account as which Cloud Tasks and Cloud Scheduler call.
        audience: of its tokens: the URL of the function.
    """

    email: str
    audience: str

    def only(self, handler: Callable[[Call], Response]) -> Callable[[Call], Response]:
        """The handler, for this invoker only."""

        def handle(call: Call) -> Response:
            self.check(call.request.headers.get("Authorization", ""))
            return handler(call)

        return handle

    def check(self, authorization: str, now_s: float | None = None) -> None:
        """Accept an Authorization header or raise.

        Raises:
            Unauthenticated: the header holds no JWT, or one that has expired.
            Forbidden: the token belongs to another caller or is meant for another service.
        """
        claims = _claims(authorization)
        if _expiry(claims) + CLOCK_SKEW_S < (time.time() if now_s is None else now_s):
            raise Unauthenticated("The OIDC token has expired.")
        is_invoker = claims.get("email") == self.email and claims.get("email_verified") is True
        if not is_invoker or claims.get("aud") != self.audience or claims.get("iss") not in ISSUERS:
            raise Forbidden("Only the invoker's service account may call this function.")


def _claims(authorization: str) -> dict[str, Any]:
    scheme, _, token = authorization.partition(" ")
    parts = token.strip().split(".")
    if scheme.lower() != "bearer" or len(parts) != 3:  # noqa: PLR2004  # header, payload, signature
        raise Unauthenticated("Send an OIDC token as Authorization: Bearer.")
    try:
        text = base64.b64decode(parts[1] + "=" * (-len(parts[1]) % 4), altchars=b"-_", validate=True)
        # Names that occur twice, NaN and infinity are refused.
        return parse_object(text)
    except (ValueError, MalformedBody) as error:
        raise Unauthenticated(MALFORMED) from error


def _expiry(claims: Mapping[str, Any]) -> int:
    """Seconds since 1970. Google's tokens have an integer; nothing else can be compared safely."""
    expiry = claims.get("exp")
    if not isinstance(expiry, int) or isinstance(expiry, bool):
        raise Unauthenticated(MALFORMED)
    return expiry
