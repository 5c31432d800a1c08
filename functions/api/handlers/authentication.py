"""Authentication: the ID token or API key of a request identifies the caller."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shared.domain.errors import Unauthenticated
from shared.web.http import note_in_last_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from shared.ports.accounts import Caller
    from shared.web.http import Call

    from ..service.callers import Access, Callers

MAX_TOKEN_CHARACTERS = 4096


def authenticated(
    callers: Callers, handler: Callable[[Call, Caller], Response], access: Access
) -> Callable[[Call], Response]:
    """A handler that passes the caller on, to a handler of requests that need this access."""

    def handle(call: Call) -> Response:
        credential = bearer_token(call.request.headers.get("Authorization", ""))
        caller = callers.identify(credential, access)
        if caller.key:
            note_in_last_line(call.request, keyId=caller.key)
            call = replace(call, log=call.log.bind(keyId=caller.key))
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
        raise Unauthenticated(
            "Send an ID token or an API key as Authorization: Bearer. POST /api/auth/login returns a token."
        )
    return token
