"""Signed URLs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class SignedRequest(NamedTuple):
    """A request that needs no further permission until it expires.

    Attributes:
        headers: must be sent exactly as they are.
    """

    url: str
    method: str
    headers: Mapping[str, str]
    expires_at: datetime


class UrlSigner(Protocol):
    """Signed URLs to the objects of one bucket."""

    def upload(self, name: str, content_type: str, max_bytes: int) -> SignedRequest:
        """A single PUT that creates the object, never overwrites one, and takes at most so many bytes."""
        ...

    def open_session(self, name: str, content_type: str, max_bytes: int, origin: str | None) -> str:
        """Open a resumable session with the same bounds; the address that takes the bytes, in pieces.

        Raises:
            AlreadyExists: there is such an object.
        """
        ...

    def download(self, name: str, filename: str, content_type: str) -> SignedRequest:
        """A GET that a browser saves under `filename`."""
        ...
