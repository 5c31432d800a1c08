"""The certificates that ID tokens are verified with, fetched from a URL and kept for as long as it says."""

from __future__ import annotations

import json
import re
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from urllib3 import exceptions

from shared.adapters.failures import translated, unexpected
from shared.adapters.google_json import TIMEOUT_S, connections

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SERVICE = "The server of the token certificates"
# Bounds for what `max-age` says.
KEPT_MIN_S, KEPT_MAX_S = 60, 86_400


class TokenCertificates:
    """X.509 certificates in PEM by key ID, in the form in which Google publishes those of Firebase.

    Args:
        url: where they are published.
        clock: seconds, monotonic.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url, self._clock = url, clock
        self._http = connections()
        self._known: Mapping[str, str] = {}
        self._read_at = self._fresh_until = float("-inf")

    def containing(self, key_id: str) -> Mapping[str, str]:
        """All certificates; one call if they are out of date or lack this key.

        The key may be newer than what is kept. Tokens with invented keys cause one call a minute. Threads
        that need the certificates at once may each fetch them, so that none waits for another.

        Raises:
            Unavailable: the server did not respond as expected.
        """
        now = self._clock()
        if now >= self._fresh_until or (key_id not in self._known and now >= self._read_at + KEPT_MIN_S):
            self._fetch(now)
        return self._known

    def _fetch(self, now: float) -> None:
        with translated(SERVICE, exceptions.HTTPError, ValueError):
            response = self._http.request("GET", self._url, timeout=TIMEOUT_S)
            content = json.loads(response.data) if response.status == HTTPStatus.OK else None
        if not isinstance(content, dict) or not all(isinstance(pem, str) for pem in content.values()):
            raise unexpected(SERVICE) from RuntimeError(f"{self._url}: {response.status}")
        age = re.search(r"max-age=([0-9]{1,9})", response.headers.get("Cache-Control", ""))
        kept_s = min(max(int(age[1]) if age else 0, KEPT_MIN_S), KEPT_MAX_S)
        self._known, self._read_at, self._fresh_until = content, now, now + kept_s
