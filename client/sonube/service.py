"""Calls to the service, with a token, a deadline and retries."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import requests

from sonube.errors import SonubeError, object_in, of_answer, unreachable

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
        token: returns a valid ID token.
        sleep: waits the given number of seconds.

    Raises:
        SonubeError: the address is invalid.
    """

    def __init__(self, url: str, token: Callable[[], str], sleep: Callable[[float], None]) -> None:
        if not url.startswith(("http://", "https://")):
            raise SonubeError(
                "bad_address", f"{url!r} is not a valid address. It must begin with https:// or http://."
            )
        self.url = url.rstrip("/")
        self._token, self._sleep = token, sleep
        self._http = requests.Session()

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
        headers = {"Idempotency-Key": secrets.token_urlsafe(18)} if method == "POST" else {}
        for attempt in range(1, tries + 1):
            if signed:
                headers["Authorization"] = f"Bearer {self._token().strip()}"
            answer, delay_s = self._try(method, path, headers, content, attempt)
            if answer is not None and (answer.status_code not in TRY_AGAIN or delay_s > MAX_RETRY_AFTER_S):
                break
            if attempt < tries:
                self._sleep(delay_s)
        if answer is None:
            raise unreachable(self.url)
        if answer.is_redirect:
            # Following the redirect would turn a POST into a GET.
            raise SonubeError(
                "bad_address", f"{self.url} redirects to {answer.headers['Location']}. Use that address."
            )
        if not answer.ok:
            raise of_answer(answer)
        return object_in(answer)

    def _try(
        self, method: str, path: str, headers: dict[str, str], content: dict[str, Any], attempt: int
    ) -> tuple[requests.Response | None, float]:
        """The answer, or None; and the seconds to wait before the next try."""
        delay_s = min(8.0, 0.25 * 2**attempt)
        try:
            answer = self._http.request(
                method, self.url + path, headers=headers, timeout=TIMEOUT_S, allow_redirects=False, **content
            )
        except (requests.exceptions.InvalidJSONError, requests.exceptions.InvalidURL) as error:
            raise SonubeError("bad_request", f"The request cannot be sent: {error}.") from error
        except requests.RequestException:
            return None, delay_s
        wanted = answer.headers.get("Retry-After", "")
        return answer, float(wanted) if wanted.isascii() and wanted.isdigit() else delay_s
