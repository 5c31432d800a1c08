"""Users as Identity Toolkit knows them, read by firebase-admin.

Importing it costs an eighth of a second, so api does so at the first request that changes something.
"""

from __future__ import annotations

import time

import firebase_admin
from firebase_admin import auth, exceptions

from shared.adapters.failures import translated, unexpected
from shared.domain.errors import AccountDisabled, Unauthenticated

SERVICE = "Firebase Authentication"
TIMEOUT_S = 10


class Users:
    """Tells whether a user's ID tokens are still valid.

    firebase-admin takes the address of an emulator from FIREBASE_AUTH_EMULATOR_HOST.

    Args:
        project: whose users they are.
    """

    def __init__(self, project: str) -> None:
        self._app = firebase_admin.initialize_app(
            options={"projectId": project, "httpTimeout": TIMEOUT_S}, name=f"sonube-{time.monotonic_ns()}"
        )

    def check_not_revoked(self, uid: str, issued_at: int) -> None:
        """One call.

        Args:
            uid: of the user.
            issued_at: of the token, seconds since 1970.

        Raises:
            Unauthenticated: the account no longer exists, or the token has been revoked.
            AccountDisabled: an operator has disabled the account.
        """
        user = self.check_active(uid)
        # firebase-admin has milliseconds.
        if issued_at * 1000 < user.tokens_valid_after_timestamp:
            raise Unauthenticated("The ID token has been revoked. Log in again.")

    def check_active(self, uid: str) -> auth.UserRecord:
        """One call; the user.

        Raises:
            Unauthenticated: the account no longer exists.
            AccountDisabled: an operator has disabled the account.
        """
        user = self._look_up(uid)
        if user.disabled:
            raise AccountDisabled
        return user

    def _look_up(self, uid: str) -> auth.UserRecord:
        with translated(SERVICE):
            try:
                return auth.get_user(uid, app=self._app)
            except auth.UserNotFoundError as error:
                raise Unauthenticated("The account no longer exists.") from error
            except exceptions.FirebaseError as error:
                raise unexpected(SERVICE) from error
