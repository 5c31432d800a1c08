"""Accounts in Identity Toolkit, over its REST interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

from shared.adapters.failures import translated, unexpected
from shared.domain.errors import (
    AccountDisabled,
    EmailTaken,
    InvalidCredentials,
    InvalidField,
    SonubeError,
    TooManyAttempts,
    Unauthenticated,
)
from shared.ports.accounts import Session

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICE = "Identity Toolkit"
TIMEOUT_S = 10

# Identity Toolkit's error codes, and our errors.
_ERRORS: dict[str, SonubeError] = {
    "EMAIL_EXISTS": EmailTaken(),
    "INVALID_EMAIL": InvalidField("email is not a valid e-mail address.", field="email"),
    "MISSING_EMAIL": InvalidField("email is required.", field="email"),
    "WEAK_PASSWORD": InvalidField("password must have at least 6 characters.", field="password"),
    "MISSING_PASSWORD": InvalidField("password is required.", field="password"),
    "PASSWORD_DOES_NOT_MEET_REQUIREMENTS": InvalidField(
        "password does not meet the password policy. Use a longer one.", field="password"
    ),
    "EMAIL_NOT_FOUND": InvalidCredentials(),
    "INVALID_PASSWORD": InvalidCredentials(),
    "INVALID_LOGIN_CREDENTIALS": InvalidCredentials(),
    "USER_DISABLED": AccountDisabled(),
    "TOO_MANY_ATTEMPTS_TRY_LATER": TooManyAttempts(retry_after_s=60),
    "TOKEN_EXPIRED": Unauthenticated("The refresh token has been revoked. Log in again."),
    "INVALID_REFRESH_TOKEN": Unauthenticated("The refresh token is invalid. Log in again."),
    "PROJECT_NUMBER_MISMATCH": Unauthenticated("The refresh token belongs to another service. Log in again."),
    "MISSING_REFRESH_TOKEN": InvalidField("refreshToken is required.", field="refreshToken"),
    "USER_NOT_FOUND": Unauthenticated("The account no longer exists."),
}


class IdentityToolkit:
    """`Accounts` over REST; `emulator` is host:port in place of Google's."""

    def __init__(self, api_key: str, emulator: str = "") -> None:
        prefix = f"http://{emulator}/" if emulator else "https://"
        self._accounts = f"{prefix}identitytoolkit.googleapis.com/v1/accounts"
        self._tokens = f"{prefix}securetoken.googleapis.com/v1/token"
        self._key = {"key": api_key}
        self._http = requests.Session()

    def sign_up(self, email: str, password: str) -> Session:
        """One call."""
        return self._session(f"{self._accounts}:signUp", email, password)

    def sign_in(self, email: str, password: str) -> Session:
        """One call."""
        return self._session(f"{self._accounts}:signInWithPassword", email, password)

    def refresh(self, refresh_token: str) -> Session:
        """One call, with OAuth's form fields."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        response = self._post(self._tokens, data=form)
        return Session(
            response["user_id"], response["id_token"], response["refresh_token"], int(response["expires_in"])
        )

    def _session(self, url: str, email: str, password: str) -> Session:
        body = {"email": email, "password": password, "returnSecureToken": True}
        response = self._post(url, json=body)
        return Session(
            response["localId"], response["idToken"], response["refreshToken"], int(response["expiresIn"])
        )

    def _post(self, url: str, **body: Any) -> Mapping[str, Any]:  # noqa: ANN401  # requests' own arguments
        with translated(SERVICE):
            response = self._http.post(url, params=self._key, timeout=TIMEOUT_S, **body)
            content: dict[str, Any] = response.json()
        if response.ok:
            return content
        reason = str(content.get("error", {}).get("message", "")).split(" ")[0]
        if reason in _ERRORS:
            known = _ERRORS[reason]
            raise type(known)(known.message, field=known.field, retry_after_s=known.retry_after_s)
        raise unexpected(SERVICE) from RuntimeError(reason)
