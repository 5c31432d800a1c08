"""Users as Identity Toolkit knows them, read through its JSON API.

firebase-admin does the same; importing it takes an eighth of a second, which the first task of an instance
would wait for.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shared.adapters.failures import translated, unexpected
from shared.adapters.google_json import READ_TRANSIENT, CallFailed, Calls, client, default_credentials
from shared.domain.errors import AccountDisabled, Unauthenticated
from shared.ports.accounts import User

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from google.auth.credentials import Credentials

SERVICE = "Firebase Authentication"
API = "identitytoolkit.googleapis.com/v1"
RETRY_S = 10.0


class UserLookup:
    """Reads accounts, and tells whether a user's ID tokens are still valid.

    Args:
        project: whose users they are.
        emulator: host:port in place of Google's.
        credentials: of the service account.
    """

    def __init__(
        self,
        project: str,
        emulator: str = "",
        credentials: Callable[[], Credentials] = default_credentials,
    ) -> None:
        origin = f"http://{emulator}/" if emulator else "https://"
        with translated(SERVICE):
            self._calls = Calls(client(emulator, credentials), f"{origin}{API}/projects/{project}/accounts:")

    def check_not_revoked(self, uid: str, issued_at: int) -> User:
        """One call; the user.

        Args:
            uid: of the user.
            issued_at: of the token, seconds since 1970.

        Raises:
            Unauthenticated: the account no longer exists, or the token has been revoked.
            AccountDisabled: an operator has disabled the account.
        """
        account = self._active(uid)
        if issued_at < int(account.get("validSince", 0)):
            raise Unauthenticated("The ID token has been revoked. Log in again.")
        return _user(account)

    def check_active(self, uid: str) -> User:
        """One call; the user.

        Raises:
            Unauthenticated: the account no longer exists.
            AccountDisabled: an operator has disabled the account.
        """
        return _user(self._active(uid))

    def find_by_email(self, email: str) -> User | None:
        """One call."""
        account = self._account({"email": [email]})
        return _user(account) if account else None

    def _active(self, uid: str) -> Mapping[str, Any]:
        account = self._account({"localId": [uid]})
        if account is None:
            raise Unauthenticated("The account no longer exists.")
        if account.get("disabled"):
            raise AccountDisabled
        return account

    def _account(self, wanted: Mapping[str, list[str]]) -> Mapping[str, Any] | None:
        try:
            found = self._calls.call("lookup", wanted, RETRY_S, READ_TRANSIENT)
        except CallFailed as failed:
            raise unexpected(SERVICE) from failed
        if not isinstance(found, dict):
            raise unexpected(SERVICE)
        accounts = found.get("users", [])
        return accounts[0] if accounts else None


def _user(account: Mapping[str, Any]) -> User:
    created_at = datetime.fromtimestamp(int(account.get("createdAt", 0)) / 1000, UTC)
    return User(account["localId"], account.get("email"), bool(account.get("emailVerified")), created_at)
