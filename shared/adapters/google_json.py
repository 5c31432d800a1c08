"""Calls of Google's JSON APIs, through urllib3: requests, on top of it, takes longer than the rest."""

from __future__ import annotations

import json
import time
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import certifi
import google.auth
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.urllib3 import AuthorizedHttp
from urllib3 import PoolManager, Timeout, exceptions

from shared.runtime.retry import backoff, retry, until

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from google.auth.credentials import Credentials
    from urllib3 import BaseHTTPResponse

    Client = AuthorizedHttp | PoolManager

# The roles of the service account are what limits it.
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
# To connect, and to read.
TIMEOUT_S = 5.0
HEADERS = {"Content-Type": "application/json"}
# One for each thread of an instance.
CONNECTIONS = 40
# Statuses after which a read may be repeated.
READ_TRANSIENT = {"UNAVAILABLE", "INTERNAL", "DEADLINE_EXCEEDED"}
# By HTTP status, for a response that comes from a proxy in front of the API.
FRONT_END = {500: "INTERNAL", 502: "UNAVAILABLE", 503: "UNAVAILABLE", 504: "UNAVAILABLE"}


class CallFailed(Exception):
    """A call failed.

    Attributes:
        status: gRPC's name of the status, which Google's JSON APIs use too.
    """

    def __init__(self, status: str, details: str) -> None:
        super().__init__(f"{status}: {details[:2000]}")
        self.status = status


def default_credentials() -> Credentials:
    """This machine's own; clients that share them fetch one access token."""
    credentials: Credentials = google.auth.default(scopes=[SCOPE])[0]
    return credentials


def client(emulator: str = "", credentials: Callable[[], Credentials] = default_credentials) -> Client:
    """Authenticated with these credentials; for an emulator, as its administrator."""
    if emulator:
        return connections({**HEADERS, "Authorization": "Bearer owner"})
    return AuthorizedHttp(credentials(), connections(HEADERS))


def connections(headers: Mapping[str, str] | None = None) -> PoolManager:
    """Pooled ones, direct: without a proxy, retries and redirections."""
    return PoolManager(headers=headers, maxsize=CONNECTIONS, ca_certs=certifi.where(), retries=False)


class Calls:
    """The methods below one URL; safe for use by several threads."""

    def __init__(self, client: Client, url: str) -> None:
        self._client = client
        self._url = url

    def call(self, method: str, body: Mapping[str, Any], timeout_s: float, transient: Collection[str]) -> Any:  # noqa: ANN401  # JSON
        """The response to one call, which is retried after transient failures.

        Args:
            method: appended to the URL.
            body: sent as JSON.
            timeout_s: no retry starts later.
            transient: the statuses that a call is retried after.

        Raises:
            CallFailed: with the status of the last attempt.
        """
        url, data = self._url + method, json.dumps(body).encode()
        waits = until(time.monotonic() + timeout_s, backoff())
        return retry(
            partial(self._once, url, data),
            lambda error: isinstance(error, CallFailed) and error.status in transient,
            waits,
        )

    def _once(self, url: str, data: bytes) -> Any:  # noqa: ANN401  # as above
        try:
            timeout = Timeout(TIMEOUT_S)
            response = self._client.urlopen("POST", url, body=data, timeout=timeout)
        except exceptions.ReadTimeoutError as error:
            raise CallFailed("DEADLINE_EXCEEDED", repr(error)) from error
        except exceptions.HTTPError as error:
            raise CallFailed("UNAVAILABLE", repr(error)) from error
        except GoogleAuthError as error:
            raise CallFailed("UNKNOWN", repr(error)) from error
        try:
            content = json.loads(response.data)
        except ValueError:
            raise _failed(response, {}) from None
        failure = _failure(content)
        if failure is not None or response.status >= HTTPStatus.BAD_REQUEST:
            raise _failed(response, failure or {})
        return content


def _failure(content: Any) -> Mapping[str, Any] | None:  # noqa: ANN401  # as above
    """The error in the form of Google's APIs.

    A streamed response has it in its list, with HTTP status 200 if other entries preceded it.
    """
    for part in content if isinstance(content, list) else [content]:
        if isinstance(part, dict) and isinstance(part.get("error"), dict):
            return dict(part["error"])
    return None


def _failed(response: BaseHTTPResponse, failure: Mapping[str, Any]) -> CallFailed:
    status = failure.get("status") or FRONT_END.get(response.status, "UNKNOWN")
    return CallFailed(str(status), response.data.decode(errors="replace"))
