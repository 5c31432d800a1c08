"""Users as Identity Toolkit knows them, read with the function's own credentials."""

from __future__ import annotations

from functools import cache
from typing import Any

import google.auth
import requests
from google.auth.transport.requests import AuthorizedSession

from shared.adapters.failures import translated, unexpected
from shared.domain.errors import AccountDisabled, Unauthenticated

SERVICE = "Identity Toolkit"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
TIMEOUT_S = 10


class Users:
    """Tells whether a user's ID tokens are still valid.

    Args:
        project: whose users they are.
        emulator: host:port of an emulator in place of Google's; only the address differs.
    """

    def __init__(self, project: str, emulator: str = "") -> None:
        prefix = f"http://{emulator}/" if emulator else "https://"
        self._url = f"{prefix}identitytoolkit.googleapis.com/v1/projects/{project}/accounts:lookup"
        self._session = cache(_session_of_emulator if emulator else _session)

    def check_not_revoked(self, uid: str, issued_at: int) -> None:
        """One call.

        Args:
            uid: of the user.
            issued_at: of the token, seconds since 1970.

        Raises:
            Unauthenticated: the account no longer exists, or the token has been revoked.
            AccountDisabled: an operator has disabled the account.
        """
        user = self._look_up(uid)
        if user is None:
            raise Unauthenticated("The account no longer exists.")
        if user.get("disabled"):
            raise AccountDisabled
        if issued_at < int(user.get("validSince", 0)):
            raise Unauthenticated("The ID token has been revoked. Log in again.")

    def _look_up(self, uid: str) -> dict[str, Any] | None:
        with translated(SERVICE):
            response = self._session().post(self._url, json={"localId": [uid]}, timeout=TIMEOUT_S)
            content = response.json()
        if not response.ok:
            raise unexpected(SERVICE) from RuntimeError(response.text[:500])
        users = content.get("users", [])
        return dict(users[0]) if users else None


def _session() -> requests.Session:
    return AuthorizedSession(google.auth.default(scopes=[SCOPE])[0])


def _session_of_emulator() -> requests.Session:
    """With the token that Google's emulators accept as an administrator's."""
    session = requests.Session()
    session.headers["Authorization"] = "Bearer owner"
    return session
