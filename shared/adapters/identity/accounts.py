"""Accounts in Identity Toolkit, over its REST interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import idna
import requests

from shared.adapters.failures import translated, unexpected
from shared.adapters.identity.refusals import refusal
from shared.domain.errors import InvalidCredentials, MailCodeInvalid, TooManyAttempts
from shared.ports.accounts import MailCode, Purpose, Session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.ports.accounts import SignIn

SERVICE = "Identity Toolkit"
TIMEOUT_S = 10

_PURPOSES = {"PASSWORD_RESET": Purpose.RESET, "VERIFY_EMAIL": Purpose.VERIFY}
# Accounts that one address may create in an hour (Identity Toolkit's limit), and the wait after it.
SIGN_UPS_PER_HOUR, SIGN_UP_WAIT_S = 100, 3600


class IdentityToolkit:
    """`Accounts` over REST."""

    def __init__(self, sign_in: SignIn) -> None:
        self._accounts = f"{sign_in.identity_toolkit_url}/accounts"
        self._tokens = f"{sign_in.secure_token_url}/token"
        self._key = {"key": sign_in.api_key}
        self._http = requests.Session()

    def sign_up(self, email: str, password: str) -> Session:
        """One call."""
        try:
            return self._session(f"{self._accounts}:signUp", email, password)
        except TooManyAttempts as error:
            message = (
                f"One address may create {SIGN_UPS_PER_HOUR} accounts an hour, and all such requests share "
                "the few of this service. Sign up on the page or with `sonube login --sign-up`, which use "
                "yours, or try again in an hour."
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
        body = {"requestType": "PASSWORD_RESET", "email": _ascii_domain(email)}
        try:
            self._post(f"{self._accounts}:sendOobCode", json=body)
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
        body = {"email": _ascii_domain(email), "password": password, "returnSecureToken": True}
        return _session_of(self._post(url, json=body))

    def _post(self, url: str, **body: Any) -> Mapping[str, Any]:  # noqa: ANN401  # requests' own arguments
        with translated(SERVICE):
            response = self._http.post(url, params=self._key, timeout=TIMEOUT_S, **body)
            content: dict[str, Any] = response.json()
        if response.ok:
            return content
        raise refusal(content) or unexpected(SERVICE) from RuntimeError(str(content)[:200])


def _session_of(response: Mapping[str, Any]) -> Session:
    return Session(
        response["localId"], response["idToken"], response["refreshToken"], int(response["expiresIn"])
    )


def _ascii_domain(email: str) -> str:
    """The address as browsers give it from a field for e-mail: `ana@xn--mller-kva.example`."""
    local, at, domain = email.rpartition("@")
    if domain.isascii():
        return email
    try:
        return local + at + idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return email
