"""Handlers of sign-up, log-in and refresh, and of what clients need to do these at Google themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.web.http import json_response

from ..inputs.fields import CREDENTIALS, NEW_ACCOUNT, REFRESH_TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from shared.ports.accounts import Accounts, Session, SignIn
    from shared.web.http import Call


@dataclass(frozen=True, slots=True)
class AccountHandlers:
    """Each method handles one route."""

    accounts: Callable[[], Accounts]
    sign_in: Callable[[], SignIn]

    def config(self, call: Call) -> Response:  # noqa: ARG002  # a handler takes the call
        """What a client needs to sign users in at Google itself."""
        sign_in = self.sign_in()
        shown = {
            "signIn": {
                "apiKey": sign_in.api_key,
                "identityToolkitUrl": sign_in.identity_toolkit_url,
                "secureTokenUrl": sign_in.secure_token_url,
            }
        }
        return json_response(shown, headers={"Cache-Control": "public, max-age=300"})

    def sign_up(self, call: Call) -> Response:
        """201 and a session of the new account."""
        body = NEW_ACCOUNT.parse(call.body())
        return session_response(self.accounts().sign_up(body["email"], body["password"]), 201)

    def log_in(self, call: Call) -> Response:
        """A session."""
        body = CREDENTIALS.parse(call.body())
        return session_response(self.accounts().sign_in(body["email"], body["password"]))

    def refresh(self, call: Call) -> Response:
        """A session with a new ID token."""
        body = REFRESH_TOKEN.parse(call.body())
        return session_response(self.accounts().refresh(body["refreshToken"]))


def session_response(session: Session, status: int = 200) -> Response:
    """The tokens of a session."""
    return json_response(
        {
            "userId": session.uid,
            "idToken": session.id_token,
            "refreshToken": session.refresh_token,
            "expiresIn": session.expires_in_s,
        },
        status,
    )
