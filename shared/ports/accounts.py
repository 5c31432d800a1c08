"""Accounts, sessions and ID tokens."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Caller(NamedTuple):
    """Who a verified ID token belongs to."""

    uid: str
    email: str | None


class TokenVerifier(Protocol):
    """Verifies ID tokens."""

    def verify(self, token: str, *, check_revoked: bool = False) -> Caller:
        """The caller. Raises Unauthenticated, or AccountDisabled."""
        ...


class Session(NamedTuple):
    """What a sign-in gives."""

    uid: str
    id_token: str
    refresh_token: str
    expires_in_s: int


class Accounts(Protocol):
    """Sign-up and sign-in; passwords go through and are kept nowhere."""

    def sign_up(self, email: str, password: str) -> Session:
        """A new account. Raises EmailTaken, InvalidField, TooManyAttempts."""
        ...

    def sign_in(self, email: str, password: str) -> Session:
        """A session. Raises InvalidCredentials, AccountDisabled, TooManyAttempts."""
        ...

    def refresh(self, refresh_token: str) -> Session:
        """A fresh session. Raises Unauthenticated."""
        ...
