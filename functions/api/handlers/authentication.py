"""Authentication: the bearer token of a request identifies the caller."""

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
    """A handler that passes the verified caller on.

    Args:
        verifier: gives the verifier; only called for a request with a token.
        handler: takes the call and its caller.
        writes: whether to refuse a revoked token too, which costs one call.
    """

    def handle(call: Call) -> Response:
        token = bearer_token(call.request.headers.get("Authorization", ""))
        caller = verifier().verify(token, check_revoked=writes)
        return handler(call, caller)

    return handle


def bearer_token(authorization: str) -> str:
    """The token in an Authorization header.

    Raises:
        Unauthenticated: the header holds no bearer token.
    """
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > MAX_TOKEN_CHARACTERS:
        raise Unauthenticated("Send an ID token as Authorization: Bearer. POST /api/auth/login returns one.")
    return token
