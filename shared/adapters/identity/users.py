"""Users as Identity Toolkit knows them, changed by firebase-admin.

Importing it costs an eighth of a second, so api does so at the first request that changes an account.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import firebase_admin
from firebase_admin import auth, exceptions

from shared.adapters.failures import translated, unexpected
from shared.adapters.identity.lookup import SERVICE, UserLookup
from shared.domain.errors import InvalidField, Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMEOUT_S = 10


class Users(UserLookup):
    """`UserDirectory`.

    firebase-admin takes the address of an emulator from FIREBASE_AUTH_EMULATOR_HOST.

    Args:
        project: whose users they are.
        emulator: the same address, for what is read.
    """

    def __init__(self, project: str, emulator: str = "") -> None:
        super().__init__(project, emulator)
        self._app = firebase_admin.initialize_app(
            options={"projectId": project, "httpTimeout": TIMEOUT_S}, name=f"sonube-{time.monotonic_ns()}"
        )

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
