"""Sign-up, sign-in and refresh; passwords go through to Firebase Authentication and are kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.web.http import json_response, text_field

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from shared.ports.accounts import Accounts, Session
    from shared.web.http import Call


@dataclass(frozen=True, slots=True)
class AccountRoutes:
    """The three handlers."""

    accounts: Callable[[], Accounts]

    def sign_up(self, call: Call) -> Response:
        """`{email, password}` → 201 and a session."""
        email, password = _credentials(call)
        return _answer(self.accounts().sign_up(email, password), 201)

    def log_in(self, call: Call) -> Response:
        """`{email, password}` → a session."""
        email, password = _credentials(call)
        return _answer(self.accounts().sign_in(email, password), 200)

    def refresh(self, call: Call) -> Response:
        """`{refreshToken}` → a session."""
        return _answer(self.accounts().refresh(text_field(call.body(), "refreshToken")), 200)


def _credentials(call: Call) -> tuple[str, str]:
    body = call.body()
    return text_field(body, "email"), text_field(body, "password")


def _answer(session: Session, status: int) -> Response:
    return json_response(
        {
            "userId": session.uid,
            "idToken": session.id_token,
            "refreshToken": session.refresh_token,
            "expiresIn": session.expires_in_s,
        },
        status,
    )
