"""Accounts, sessions and ID tokens."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from datetime import datetime


class Caller(NamedTuple):
    """The user whom a request acts for.

    Attributes:
        key: id of the API key that the request came with; None for a person with an ID token.
        signed_in_at: when the person entered the password, in seconds since 1970; 0 for a key.
        since: when the account was created; None if this request did not need to know.
    """

    uid: str
    email: str | None
    key: str | None = None
    signed_in_at: int = 0
    since: datetime | None = None


class TokenVerifier(Protocol):
    """Verifies ID tokens."""

    def verify(self, token: str, *, check_revoked: bool = False, changes: bool = False) -> Caller:
        """The owner of the token.

        Args:
            token: an ID token.
            check_revoked: also refuse a token that was revoked.
            changes: whether the request changes something, which may need a verified address; it is checked
                together with revocation.

        Raises:
            Unauthenticated: the token is invalid, has expired or was revoked.
            AccountDisabled: an operator has disabled the account.
            EmailNotVerified: the service needs a verified address for this.
        """
        ...


class Session(NamedTuple):
    """The tokens of a signed-in user."""

    uid: str
    id_token: str
    refresh_token: str
    expires_in_s: int


class SignIn(NamedTuple):
    """What a client needs to sign users in at Google directly, as Firebase's own clients do.

    Attributes:
        api_key: the project's web API key, which is public.
        identity_toolkit_url: where `accounts:signUp` and its like are.
        secure_token_url: where `token` is.
    """

    api_key: str
    identity_toolkit_url: str
    secure_token_url: str


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

    def send_reset(self, email: str) -> None:
        """Send a mail to choose a new password, if there is such an account. Raises TooManyAttempts."""
        ...

    def send_verification(self, id_token: str) -> None:
        """Send a mail to verify the address of an account. Raises TooManyAttempts."""
        ...

    def look_at(self, code: str) -> MailCode:
        """What the code of a mail is for; it stays valid. Raises MailCodeInvalid."""
        ...

    def reset(self, code: str, password: str) -> None:
        """Use up a code of `send_reset`: sets the password, and ends all sessions. Raises MailCodeInvalid."""
        ...

    def verify(self, code: str) -> None:
        """Use up a code of `send_verification`. Raises MailCodeInvalid."""
        ...

    def change_password(self, id_token: str, password: str) -> Session:
        """End all sessions but a new one. Raises RecentSignInRequired, InvalidField."""
        ...


class Purpose(StrEnum):
    """What a mail was for."""

    RESET = "reset"
    VERIFY = "verify"


class MailCode(NamedTuple):
    """A valid code of a mail, and the address that the mail was sent to."""

    email: str
    purpose: Purpose


class User(NamedTuple):
    """An account, as Firebase Authentication stores it."""

    uid: str
    email: str | None
    is_verified: bool
    created_at: datetime


class UserDirectory(Protocol):
    """All accounts, for the service itself; each method is one call."""

    def find_by_email(self, email: str) -> User | None:
        """The account with this address."""
        ...

    def check_active(self, uid: str) -> User:
        """The account. Raises Unauthenticated, AccountDisabled."""
        ...

    def set_password(self, uid: str, password: str) -> None:
        """Set the password and end all sessions. Raises InvalidField."""
        ...

    def end_sessions(self, uid: str) -> None:
        """Revoke every refresh token, and the ID tokens made before."""
        ...

    def delete(self, uid: str) -> bool:
        """Delete the account; whether there was one."""
        ...
