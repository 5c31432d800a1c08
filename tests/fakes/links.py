"""Signed URLs that are not signed."""

from __future__ import annotations

from shared.ports.links import SignedRequest
from tests.fakes.clock import NOON


class FakeUrls:
    def upload(self, name: str, content_type: str, max_bytes: int) -> SignedRequest:
        headers = {"content-type": content_type, "x-goog-content-length-range": f"0,{max_bytes}"}
        return SignedRequest(f"https://signed/{name}", "PUT", headers, NOON)

    def open_session(self, name: str, content_type: str, max_bytes: int, origin: str | None) -> str:
        return f"https://session/{name}?type={content_type}&most={max_bytes}&origin={origin}"

    def download(self, name: str, filename: str, content_type: str) -> SignedRequest:
        return SignedRequest(f"https://signed/{name}?as={filename}&type={content_type}", "GET", {}, NOON)
