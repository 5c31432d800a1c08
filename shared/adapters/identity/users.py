"""Users as Identity Toolkit knows them, read and changed by firebase-admin.

Importing it costs an eighth of a second, so api does so at the first request that changes something.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import firebase_admin
from firebase_admin import auth, exceptions

from shared.adapters.failures import translated, unexpected
from shared.domain.errors import AccountDisabled, InvalidField, Unauthenticated
from shared.ports.accounts import User

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVICE = "Firebase Authentication"
TIMEOUT_S = 10


class Users:
    """`UserDirectory`, which also tells whether a user's ID tokens are still valid.

    firebase-admin takes the address of an emulator from FIREBASE_AUTH_EMULATOR_HOST.

    Args:
        project: whose users they are.
    """

    def __init__(self, project: str) -> None:
        self._app = firebase_admin.initialize_app(
            options={"projectId": project, "httpTimeout": TIMEOUT_S}, name=f"sonube-{time.monotonic_ns()}"
        )

    def check_not_revoked(self, uid: str, issued_at: int) -> User:
        """One call; the user.

        Args:
            uid: of the user.
            issued_at: of the token, seconds since 1970.

        Raises:
            Unauthenticated: the account no longer exists, or the token has been revoked.
            AccountDisabled: an operator has disabled the account.
        """
        record = self._active(uid)
        # firebase-admin has milliseconds.
        if issued_at * 1000 < record.tokens_valid_after_timestamp:
            raise Unauthenticated("The ID token has been revoked. Log in again.")
        return _user(record)

    def check_active(self, uid: str) -> User:
        """One call; the user.

        Raises:
            Unauthenticated: the account no longer exists.
            AccountDisabled: an operator has disabled the account.
        """
        return _user(self._active(uid))

    def find_by_email(self, email: str) -> User | None:
        """One call."""
        with _translated():
            try:
                return _user(auth.get_user_by_email(email, app=self._app))
            except auth.UserNotFoundError:
                return None

    def set_password(self, uid: str, password: str) -> None:
        """One call; a new password ends all sessions."""
        with _translated():
            try:
                auth.update_user(uid, password=password, app=self._app)
            except ValueError as error:
                raise InvalidField("password must have at least 6 characters.", field="password") from error

    def end_sessions(self, uid: str) -> None:
        """One call."""
        with _translated():
            auth.revoke_refresh_tokens(uid, app=self._app)

    def delete(self, uid: str) -> bool:
        """One call."""
        with _translated():
            try:
                auth.delete_user(uid, app=self._app)
            except auth.UserNotFoundError:
                return False
            return True

    def _active(self, uid: str) -> auth.UserRecord:
        with _translated():
            record = auth.get_user(uid, app=self._app)
        if record.disabled:
            raise AccountDisabled
        return record


@contextmanager
def _translated() -> Iterator[None]:
    """Turn errors of firebase-admin into ours."""
    with translated(SERVICE):
        try:
            yield
        except auth.UserNotFoundError as error:
            raise Unauthenticated("The account no longer exists.") from error
        except exceptions.FirebaseError as error:
            raise unexpected(SERVICE) from error


def _user(record: auth.UserRecord) -> User:
    created_at = datetime.fromtimestamp(record.user_metadata.creation_timestamp / 1000, UTC)
    return User(record.uid, record.email, bool(record.email_verified), created_at)
