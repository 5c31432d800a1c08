"""Requests to a service, and its responses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from multidict import CIMultiDict, CIMultiDictProxy

if TYPE_CHECKING:
    from collections.abc import Mapping

# RFC 9110, 7.6.1: these concern one connection. The length is set again for each message.
HOP_BY_HOP = frozenset(
    ("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade")
) | {"content-length", "expect"}

# The platform's own sentences, as its log and its clients show them (Cloud Run, "Troubleshooting").
NO_INSTANCE = "The request was aborted because there was no available instance."
BROKEN = (
    "The request failed because either the HTTP response was malformed "
    "or connection to the instance had an error."
)
TIMED_OUT = "The request has been terminated because it has reached the maximum request timeout."


@dataclass(frozen=True)
class Response:
    """A whole response; `by_platform` if no instance gave it."""

    status: int
    headers: CIMultiDict[str] = field(default_factory=CIMultiDict)
    body: bytes = b""
    by_platform: bool = False


def refusal(status: int, text: str, **headers: str) -> Response:
    """A response of the platform itself."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(
        status, CIMultiDict({"Content-Type": "text/plain", **named}), text.encode(), by_platform=True
    )


def end_to_end(headers: Mapping[str, str] | CIMultiDictProxy[str] | CIMultiDict[str]) -> CIMultiDict[str]:
    """The headers that travel on."""
    pairs = [(name, value) for name, value in headers.items() if name.lower() not in HOP_BY_HOP]
    return CIMultiDict(pairs)
