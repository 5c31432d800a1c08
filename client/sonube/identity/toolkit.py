"""Accounts and sessions at Google: the calls that Firebase's clients make, with the service's public key."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import idna

from sonube.errors import SonubeError, Unauthenticated, unexpected
from sonube.identity.refusals import refusal
from sonube.service import TRIES, Service

if TYPE_CHECKING:
    from collections.abc import Mapping

# After 100 new accounts in an hour from one address.
SIGN_UP_WAIT_S = 3600
SIGN_UPS = "Too many accounts were created from this network. Try again in an hour."
# Characters that show nothing, which copying adds, as around an address in Arabic or Hebrew text.
INVISIBLE = re.compile(r"[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")

Tokens = dict[str, Any]


class Toolkit:
    """Identity Toolkit as the service at an address names it.

    Args:
        url: address of the service.
        tries: of each call; one while a user is waiting.

    Raises:
        SonubeError: of each call: Google refused, or nothing answered.
    """

    def __init__(self, url: str, tries: int = TRIES) -> None:
        self._url, self._tries = url, tries
        with Service(url, lambda: "", time.sleep) as service:
            answer = service.call("GET", "/api/config", signed=False, tries=tries)
        try:
            sign_in: Mapping[str, str] = answer["signIn"]
            self._key = sign_in["apiKey"]
            self._accounts, self._tokens = sign_in["identityToolkitUrl"], sign_in["secureTokenUrl"]
        except (KeyError, TypeError) as error:
            raise unexpected(url, 200) from error

    def sign_up(self, email: str, password: str) -> Tokens:
        """Create an account."""
        try:
            return self._ask("signUp", email=clean_address(email), password=password, returnSecureToken=True)
        except SonubeError as error:
            if error.code == "too_many_attempts":
                error.message, error.retry_after_s = SIGN_UPS, SIGN_UP_WAIT_S
            raise

    def sign_in(self, email: str, password: str) -> Tokens:
        """Log in."""
        body = {"email": clean_address(email), "password": password, "returnSecureToken": True}
        return self._ask("signInWithPassword", **body)

    def refresh(self, refresh_token: str) -> Tokens:
        """A new ID token."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        answer = self._call(self._tokens, "/token", data=form)
        names = {"idToken": "id_token", "refreshToken": "refresh_token", "expiresIn": "expires_in"}
        return {ours: answer.get(theirs) for ours, theirs in names.items()}

    def send_reset(self, email: str) -> None:
        """Send a mail for a forgotten password; of an unknown address, nothing is said."""
        try:
            self._ask("sendOobCode", requestType="PASSWORD_RESET", email=clean_address(email))
        except Unauthenticated:
            # Projects without protection of addresses say that there is no such account.
            return

    def send_verification(self, id_token: str) -> None:
        """Send a mail that verifies the address."""
        self._ask("sendOobCode", requestType="VERIFY_EMAIL", idToken=id_token)

    def change_password(self, id_token: str, password: str) -> Tokens:
        """Set another password, which ends all other sessions; needs a log-in of the last five minutes."""
        return self._ask("update", idToken=id_token, password=password, returnSecureToken=True)

    def _ask(self, method: str, **body: Any) -> Tokens:  # noqa: ANN401  # any JSON
        return self._call(self._accounts, f"/accounts:{method}", json=body)

    def _call(self, url: str, path: str, **content: Any) -> Tokens:  # noqa: ANN401  # requests' own
        with Service(url, lambda: "", time.sleep, error_in=refusal) as google:
            return google.call(
                "POST", path, signed=False, tries=self._tries, params={"key": self._key}, **content
            )


def clean_address(email: str) -> str:
    """An e-mail address as the page's browser and the service write it.

    Without spaces around it and characters that show nothing, and with its domain in ASCII.
    """
    address = INVISIBLE.sub("", email).strip()
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return local + at + idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return address
