"""Calls of a JSON API of Google's, over the HTTP client that verifies tokens too."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import google.auth
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import AuthorizedSession
from requests import RequestException, Session, exceptions
from requests.adapters import HTTPAdapter

from shared.adapters.firestore.records import TIMEOUT_S
from shared.runtime.retry import backoff, retry, until

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from requests import Response

SCOPE = "https://www.googleapis.com/auth/datastore"
HEADERS = {"Content-Type": "application/json"}
# One for each thread of an instance.
CONNECTIONS = 40
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


def authorized_session() -> Session:
    """Authenticated as this machine's service account."""
    return _pooled(AuthorizedSession(google.auth.default(scopes=[SCOPE])[0]))


def open_session() -> Session:
    """With the token that Google's emulators accept as an administrator's."""
    session = _pooled(Session())
    session.headers["Authorization"] = "Bearer owner"
    return session


def _pooled(session: Session) -> Session:
    # Google is called directly: no proxies, and no passwords from a `.netrc`, are looked up for each call.
    session.trust_env = False
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=CONNECTIONS))
    return session


class Calls:
    """The methods below one URL; safe for use by several threads."""

    def __init__(self, session: Session, url: str) -> None:
        self._session = session
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
            response = self._session.post(url, data=data, headers=HEADERS, timeout=TIMEOUT_S)
        except (exceptions.ConnectionError, exceptions.ChunkedEncodingError) as error:
            raise CallFailed("UNAVAILABLE", repr(error)) from error
        except exceptions.Timeout as error:
            raise CallFailed("DEADLINE_EXCEEDED", repr(error)) from error
        except (RequestException, GoogleAuthError) as error:
            raise CallFailed("UNKNOWN", repr(error)) from error
        try:
            content = response.json()
        except ValueError:
            raise _failed(response, {}) from None
        failure = _failure(content)
        if failure is not None or not response.ok:
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


def _failed(response: Response, failure: Mapping[str, Any]) -> CallFailed:
    status = failure.get("status") or FRONT_END.get(response.status_code, "UNKNOWN")
    return CallFailed(str(status), response.text)
