"""Calls to the service, with a token, a deadline and retries."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import requests

from sonube.answers import error_in, object_in, retry_after_s
from sonube.errors import SonubeError, unreachable
from sonube.transfer.web import WebSession

if TYPE_CHECKING:
    from collections.abc import Callable

TIMEOUT_S = (10, 30)
# Tries of a first call (about 15 s), and of polling a task (about two minutes: a router restarts).
TRIES, PATIENT_TRIES = 6, 18
# The service is busy or starting.
TRY_AGAIN = frozenset({429, 502, 503, 504})
# If the service asks for a longer wait, the error is reported instead.
MAX_RETRY_AFTER_S = 90.0


class Service:
    """The API at one address.

    Args:
        url: its address.
        token: returns a valid ID token. If it has a method `renew`, that returns another one for a token that
            the service has refused; else it is called again.
        sleep: waits the given number of seconds.
        error_in: reads the error in a response.

    Raises:
        SonubeError: the address is invalid.
    """

    def __init__(
        self,
        url: str,
        token: Callable[[], str],
        sleep: Callable[[float], None],
        error_in: Callable[[requests.Response], SonubeError] = error_in,
    ) -> None:
        self.url = _checked(url)
        self._token, self._sleep, self._error_in = token, sleep, error_in
        self.web = WebSession()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.web.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        signed: bool = True,
        tries: int = TRIES,
        **content: Any,  # noqa: ANN401  # requests' own
    ) -> dict[str, Any]:
        """Call the service and return the JSON of the answer, {} if it has none.

        Raises:
            SonubeError: the service refused, or did not answer.
        """
        # With this key, a repeated request creates only one task.
        headers = {"Idempotency-Key": secrets.token_urlsafe(18)} if method == "POST" and signed else {}
        token = self._token().strip() if signed else ""
        answer = self._answer(method, path, headers | _bearer(token), content, tries)
        if signed and answer.status_code == requests.codes.unauthorized:
            # It ended early: the clock is wrong, or the account has changed. Once is enough.
            renewed = self._renewed(token)
            if renewed != token:
                answer = self._answer(method, path, headers | _bearer(renewed), content, tries)
        if answer.is_redirect:
            # Following the redirect would turn a POST into a GET.
            raise SonubeError(
                "bad_address", f"{self.url} redirects to {answer.headers['Location']}. Use that address."
            )
        if not answer.ok:
            raise self._error_in(answer)
        return object_in(answer)

    def _answer(
        self, method: str, path: str, headers: dict[str, str], content: dict[str, Any], tries: int
    ) -> requests.Response:
        """The first answer that another try would not change, or the last one."""
        answer: requests.Response | None = None
        for attempt in range(1, tries + 1):
            answer, delay_s = self._try(method, path, headers, content, attempt)
            if answer is not None and (answer.status_code not in TRY_AGAIN or delay_s > MAX_RETRY_AFTER_S):
                break
            if attempt < tries:
                self._sleep(delay_s)
        if answer is None:
            raise unreachable(self.url)
        return answer

    def _try(
        self, method: str, path: str, headers: dict[str, str], content: dict[str, Any], attempt: int
    ) -> tuple[requests.Response | None, float]:
        """The answer, or None; and the seconds to wait before the next try."""
        delay_s = min(8.0, 0.25 * 2**attempt)
        try:
            answer = self.web.request(
                method, self.url + path, headers=headers, timeout=TIMEOUT_S, allow_redirects=False, **content
            )
        except (requests.exceptions.InvalidJSONError, requests.exceptions.InvalidURL) as error:
            raise SonubeError("bad_request", f"The request cannot be sent: {error}.") from error
        except (requests.exceptions.InvalidHeader, UnicodeError) as error:
            message = "The token holds characters that no HTTP header can hold."
            raise SonubeError("bad_request", message) from error
        except requests.RequestException:
            return None, delay_s
        wanted = retry_after_s(answer)
        return answer, delay_s if wanted is None else wanted

    def _renewed(self, refused: str) -> str:
        renew = getattr(self._token, "renew", None)
        return str(renew(refused) if renew else self._token()).strip()


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _checked(url: str) -> str:
    """The address without a trailing slash."""
    address = url.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        parts, is_address = None, False
    if parts is None or not is_address:
        raise SonubeError(
            "bad_address", f"{url!r} is not a valid address. It must begin with https:// or http://."
        )
    if parts.username is not None:
        # It would not be sent, and it would be printed with every error.
        raise SonubeError("bad_address", "The address must not contain a user name or a password.")
    return address
