"""What every test here has: an emulator, an empty bucket, Google's client, and a key to sign URLs."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests
from google.api_core.exceptions import GoogleAPICallError

from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from google.cloud.storage import Blob, Bucket, Client

CHUNK = 256 * 1024
SONG = bytes(range(256)) * 16
AUDIO = "audio/wav"


@dataclass(frozen=True, slots=True)
class Place:
    """An emulator, and an empty bucket for one test.

    Attributes:
        url: base of both APIs.
        credentials: a service account, to sign URLs.
    """

    url: str
    client: Client
    bucket: Bucket
    credentials: Any

    def put(self, name: str, data: bytes = SONG, **options: object) -> Blob:
        """Upload an object."""
        blob = self.bucket.blob(name)
        blob.upload_from_string(data, content_type=AUDIO, **options)
        return blob

    def names(self, **options: object) -> list[str]:
        """The names in a listing."""
        return [blob.name for blob in self.client.list_blobs(self.bucket, **options)]

    def signed(
        self, name: str, method: str, headers: Mapping[str, str] | None = None, **options: object
    ) -> str:
        """A V4 signed URL for an object."""
        return str(
            self.bucket.blob(name).generate_signed_url(
                **{"expiration": timedelta(minutes=15)} | options,
                version="v4",
                method=method,
                headers=dict(headers or {}),
                credentials=self.credentials,
                api_access_endpoint=self.url,
            )
        )


@contextmanager
def refused(*statuses: int) -> Iterator[None]:
    """Fail unless the service refuses the call with one of these statuses."""
    with pytest.raises(GoogleAPICallError) as caught:
        yield
    assert caught.value.code in statuses


def status_of(method: str, url: str, **options: Any) -> int:  # requests' own
    """The status of a plain HTTP request."""
    return requests.request(method, url, timeout=HANG_S, allow_redirects=False, **options).status_code


def send(session: str, data: bytes, begin: int, total: int | str) -> requests.Response:
    """Send one chunk to a resumable session."""
    headers = {"Content-Range": f"bytes {begin}-{begin + len(data) - 1}/{total}"}
    return requests.put(session, data=data, headers=headers, timeout=HANG_S)
