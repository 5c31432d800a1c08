"""Who calls notify: the claims of the OIDC token that IAM has let through.

Cloud Run verifies the token and replaces its signature before we see it, so verifying it again would fail in
production. IAM is the gate; what is left to us is to see that it is the right caller's, for us, and fresh.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from dataclasses import dataclass
from typing import Any

from shared.domain.errors import Forbidden, Unauthenticated

ISSUERS = frozenset({"https://accounts.google.com", "accounts.google.com"})
CLOCK_SKEW_S = 60


@dataclass(frozen=True, slots=True)
class Invoker:
    """The one caller that notify listens to.

    Attributes:
        email: service account in whose name Cloud Tasks calls.
        audience: what its tokens are for: our own address.
    """

    email: str
    audience: str

    def check(self, authorization: str, now_s: float | None = None) -> None:
        """Accept the header or raise.

        Raises:
            Unauthenticated: no bearer token, one that is not a JWT, or one that has expired.
            Forbidden: somebody else's, or for somebody else.
        """
        claims = _claims(authorization)
        if float(claims.get("exp", 0)) + CLOCK_SKEW_S < (time.time() if now_s is None else now_s):
            raise Unauthenticated("The OIDC token has expired.")
        mine = claims.get("email") == self.email and claims.get("email_verified") is True
        if not mine or claims.get("aud") != self.audience or claims.get("iss") not in ISSUERS:
            raise Forbidden("This caller may not call notify.")


def _claims(authorization: str) -> dict[str, Any]:
    scheme, _, token = authorization.partition(" ")
    parts = token.strip().split(".")
    if scheme.lower() != "bearer" or len(parts) != 3:  # noqa: PLR2004  # header, payload, signature
        raise Unauthenticated("An OIDC token is required.")
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        float(claims.get("exp", 0))
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise Unauthenticated("The OIDC token is malformed.") from error
    return dict(claims)
