"""Calls of a JSON API of Google's, over the HTTP client that firebase-admin has imported already."""

from __future__ import annotations

import json
import random
import time
from typing import TYPE_CHECKING, Any

import google.auth
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import AuthorizedSession
from requests import RequestException, Session, exceptions
from requests.adapters import HTTPAdapter

from shared.adapters.firestore.records import FIRST_WAIT_S, LONGEST_WAIT_S, TIMEOUT_S

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from requests import Response

SCOPE = "https://www.googleapis.com/auth/datastore"
HEADERS = {"Content-Type": "application/json"}
# As many as an instance has threads.
CONNECTIONS = 40
# By HTTP status, for an answer that does not come from the API itself.
FRONT_END = {500: "INTERNAL", 502: "UNAVAILABLE", 503: "UNAVAILABLE", 504: "UNAVAILABLE"}


class Refused(Exception):
    """A call did not go well.

    Attributes:
        status: by gRPC's name for it, which Google's JSON APIs use too.
    """

    def __init__(self, status: str, said: str) -> None:
        super().__init__(f"{status}: {said[:2000]}")
        self.status = status


def authorized_session() -> Session:
    """As this machine's service account."""
    return _pooled(AuthorizedSession(google.auth.default(scopes=[SCOPE])[0]))


def open_session() -> Session:
    """As what Google's emulators take for an administrator."""
    session = _pooled(Session())
    session.headers["Authorization"] = "Bearer owner"
    return session


def _pooled(session: Session) -> Session:
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=CONNECTIONS))
    return session


class Calls:
    """The methods below one address, from any number of threads."""

    def __init__(self, session: Session, url: str) -> None:
        self._session = session
        self._url = url

    def answer(self, method: str, body: Mapping[str, Any], patience_s: float, again: Collection[str]) -> Any:  # noqa: ANN401  # JSON
        """The answer; tried again after what surely had no effect, or can be repeated.

        Args:
            method: follows the address.
            body: as JSON.
            patience_s: no try begins later.
            again: the statuses after which another try is made.

        Raises:
            Refused: there is none.
        """
        url, data = self._url + method, json.dumps(body).encode()
        until, wait_s = time.monotonic() + patience_s, FIRST_WAIT_S
        while True:
            try:
                return self._once(url, data)
            except Refused as refused:
                if refused.status not in again or time.monotonic() > until:
                    raise
            time.sleep(wait_s * random.uniform(0.5, 1))  # noqa: S311  # jitter, not a secret
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)

    def _once(self, url: str, data: bytes) -> Any:  # noqa: ANN401  # as above
        try:
            response = self._session.post(url, data=data, headers=HEADERS, timeout=TIMEOUT_S)
        except (exceptions.ConnectionError, exceptions.ChunkedEncodingError) as error:
            raise Refused("UNAVAILABLE", repr(error)) from error
        except exceptions.Timeout as error:
            raise Refused("DEADLINE_EXCEEDED", repr(error)) from error
        except (RequestException, GoogleAuthError) as error:
            raise Refused("UNKNOWN", repr(error)) from error
        try:
            answer = response.json()
        except ValueError:
            raise _refused(response, {}) from None
        failure = _failure(answer)
        if failure is not None or not response.ok:
            raise _refused(response, failure or {})
        return answer


def _failure(answer: Any) -> Mapping[str, Any] | None:  # noqa: ANN401  # as above
    """The error as Google's APIs write it.

    Where answers are streamed it stands in their list, and when some came before it the status says 200.
    """
    for part in answer if isinstance(answer, list) else [answer]:
        if isinstance(part, dict) and isinstance(part.get("error"), dict):
            return dict(part["error"])
    return None


def _refused(response: Response, failure: Mapping[str, Any]) -> Refused:
    status = failure.get("status") or FRONT_END.get(response.status_code, "UNKNOWN")
    return Refused(str(status), response.text)
