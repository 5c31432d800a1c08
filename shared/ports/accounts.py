"""Accounts, sessions and ID tokens."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Caller(NamedTuple):
    """The user whom a request acts for.

    Attributes:
        key: id of the API key that the request came with; None for a person with an ID token.
    """

    uid: str
    email: str | None
    key: str | None = None


class TokenVerifier(Protocol):
    """Verifies ID tokens."""

    def verify(self, token: str, *, check_revoked: bool = False) -> Caller:
        """The owner of the token. Raises Unauthenticated, AccountDisabled."""
        ...


class Session(NamedTuple):
    """The tokens of a signed-in user."""

    uid: str
    id_token: str
    refresh_token: str
    expires_in_s: int


class Accounts(Protocol):
    """Sign-up and sign-in. Passwords are passed on and never stored."""

    def sign_up(self, email: str, password: str) -> Session:
        """A new account. Raises EmailTaken, InvalidField, TooManyAttempts."""
        ...

    def sign_in(self, email: str, password: str) -> Session:
        """A session. Raises InvalidCredentials, AccountDisabled, TooManyAttempts."""
        ...

    def refresh(self, refresh_token: str) -> Session:
        """A new session. Raises Unauthenticated."""
        ...
