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
    MailCodeInvalid,
    RecentSignInRequired,
    SonubeError,
    TooManyAttempts,
    Unauthenticated,
)
from shared.ports.accounts import MailCode, Purpose, Session

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
    "INVALID_ID_TOKEN": Unauthenticated("The ID token is invalid. Log in again."),
    "CREDENTIAL_TOO_OLD_LOGIN_AGAIN": RecentSignInRequired(),
    **dict.fromkeys(("MISSING_OOB_CODE", "INVALID_OOB_CODE", "EXPIRED_OOB_CODE"), MailCodeInvalid()),
    # Of mails; Google publishes neither how many nor for how long.
    **dict.fromkeys(("RESET_PASSWORD_EXCEED_LIMIT", "QUOTA_EXCEEDED"), TooManyAttempts(retry_after_s=3600)),
}
_PURPOSES = {"PASSWORD_RESET": Purpose.RESET, "VERIFY_EMAIL": Purpose.VERIFY}
# Accounts that one address may create in an hour (Identity Toolkit's limit), and the wait after it.
SIGN_UPS_PER_HOUR, SIGN_UP_WAIT_S = 100, 3600


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
        try:
            return self._session(f"{self._accounts}:signUp", email, password)
        except TooManyAttempts as error:
            message = (
                f"One IP address may create {SIGN_UPS_PER_HOUR} accounts an hour, and all who sign up share "
                "the few of this service. Try again in an hour."
            )
            raise TooManyAttempts(message, retry_after_s=SIGN_UP_WAIT_S) from error

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

    def send_reset(self, email: str) -> None:
        """One call; an unknown address makes no difference."""
        try:
            self._post(
                f"{self._accounts}:sendOobCode", json={"requestType": "PASSWORD_RESET", "email": email}
            )
        except InvalidCredentials:
            # EMAIL_NOT_FOUND, in projects without e-mail enumeration protection.
            return

    def send_verification(self, id_token: str) -> None:
        """One call."""
        body = {"requestType": "VERIFY_EMAIL", "idToken": id_token}
        self._post(f"{self._accounts}:sendOobCode", json=body)

    def look_at(self, code: str) -> MailCode:
        """One call."""
        found = self._post(f"{self._accounts}:resetPassword", json={"oobCode": code})
        if found.get("requestType") not in _PURPOSES or not found.get("email"):
            raise MailCodeInvalid
        return MailCode(found["email"], _PURPOSES[found["requestType"]])

    def reset(self, code: str, password: str) -> None:
        """One call."""
        self._post(f"{self._accounts}:resetPassword", json={"oobCode": code, "newPassword": password})

    def verify(self, code: str) -> None:
        """One call."""
        self._post(f"{self._accounts}:update", json={"oobCode": code})

    def change_password(self, id_token: str, password: str) -> Session:
        """One call."""
        body = {"idToken": id_token, "password": password, "returnSecureToken": True}
        return _session_of(self._post(f"{self._accounts}:update", json=body))

    def _session(self, url: str, email: str, password: str) -> Session:
        body = {"email": email, "password": password, "returnSecureToken": True}
        return _session_of(self._post(url, json=body))

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


def _session_of(response: Mapping[str, Any]) -> Session:
    return Session(
        response["localId"], response["idToken"], response["refreshToken"], int(response["expiresIn"])
    )
