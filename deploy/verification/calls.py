"""HTTP calls with a deadline; an answer that is no success becomes `Refused`."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from http import HTTPStatus
from typing import Any

# A first answer waits for a cold start.
TIMEOUT_S = 60


class Refused(Exception):
    """An answer other than success, or none.

    Attributes:
        status: of HTTP; 0 if there was no answer.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"HTTP {status}: {text}" if status else text)
        self.status = status


def send(method: str, url: str, body: bytes | None = None, **headers: str) -> bytes:
    """Return the body of the answer; `headers` have underscores for dashes.

    Raises:
        Refused: the answer is no success, or there is none in time.
    """
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, body, named, method=method)  # noqa: S310  # an address of our own
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310  # as above
            content: bytes = answer.read()
    except urllib.error.HTTPError as error:
        raise Refused(error.code, _reason(error.read())) from error
    except (OSError, ValueError) as error:
        raise Refused(0, f"{url} does not answer: {error}") from error
    return content


def call(method: str, url: str, body: object = None, token: str = "") -> dict[str, Any]:
    """Send JSON, and return the JSON of the answer, {} if it has none.

    Raises:
        Refused: as `send`, or the answer is not JSON.
    """
    headers = {"content_type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
    answer = send(method, url, None if body is None else json.dumps(body).encode(), **headers)
    try:
        found = json.loads(answer or b"{}")
    except ValueError as error:
        raise Refused(HTTPStatus.OK, f"{url} did not answer with JSON") from error
    return dict(found)


def _reason(answer: bytes) -> str:
    """The reason in an error of ours (RFC 9457) or of Google's, or else the beginning of the text."""
    try:
        found = json.loads(answer)
        return str(found.get("detail") or found["error"]["message"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return " ".join(answer.decode(errors="replace").split())[:200]
