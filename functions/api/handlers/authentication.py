"""Who calls: the bearer token of a request becomes a caller, or the request ends here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.errors import Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from shared.ports.accounts import Caller, TokenVerifier
    from shared.web.http import Call

MAX_TOKEN_CHARACTERS = 4096


def authenticated(
    verifier: Callable[[], TokenVerifier],
    handler: Callable[[Call, Caller], Response],
    *,
    writes: bool = False,
) -> Callable[[Call], Response]:
    """A handler that is called with the verified caller.

    Args:
        verifier: builds or gives the verifier; it is only asked once there is a token.
        handler: takes the call and who calls.
        writes: also refuse a token that was revoked, which costs one call.
    """

    def handle(call: Call) -> Response:
        token = bearer(call.request.headers.get("Authorization", ""))
        caller = verifier().verify(token, check_revoked=writes)
        return handler(call, caller)

    return handle


def bearer(authorization: str) -> str:
    """The token in an Authorization header.

    Raises:
        Unauthenticated: there is none.
    """
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > MAX_TOKEN_CHARACTERS:
        raise Unauthenticated("Send Authorization: Bearer and an ID token; POST /api/auth/login gives one.")
    return token
