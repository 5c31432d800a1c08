"""ID tokens without signatures."""

from __future__ import annotations

from shared.domain.errors import Unauthenticated
from shared.ports.accounts import Caller


class FakeTokens:
    """The token is the user's id; `bad` is invalid."""

    def verify(self, token: str, *, check_revoked: bool = False) -> Caller:
        if token == "bad" or (check_revoked and token == "revoked"):
            raise Unauthenticated
        return Caller(token, f"{token}@example.com")
