"""Our signed URLs equal those of google-cloud-storage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from google.cloud.storage import Client
from google.oauth2 import service_account

from shared.adapters.storage.v4 import Permission, signed_url

if TYPE_CHECKING:
    from tools.throwaway import ThrowawayCloud

NAMES = ["a/song.wav", "a/ñ 🎵 100%~(1)'#?&+.wav", "a/b c/d;e=f,g!*@:$.wav", "a/" + "x" * 300]
ENDPOINTS = ["https://storage.googleapis.com", "http://127.0.0.1:9999"]


PERMISSIONS = [
    ("PUT", {"content-type": "audio/wav", "x-goog-content-length-range": "0,5"}, {}),
    ("POST", {"x-goog-resumable": "start", "content-type": "a/b"}, {}),
    ("GET", {}, {"response-content-disposition": "attachment; filename*=UTF-8''%C3%B1"}),
    ("GET", {}, {"response-content-type": "a/b"}),
    ("GET", {}, {}),
]


@pytest.fixture
def credentials(cloud: ThrowawayCloud) -> Any:
    """Credentials with localcloud's key."""
    key = cloud.environment["GOOGLE_APPLICATION_CREDENTIALS"]
    return service_account.Credentials.from_service_account_file(key)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("asked", PERMISSIONS)
def test_signed_url_equals_that_of_the_library(
    credentials: Any, endpoint: str, name: str, asked: tuple[str, dict[str, str], dict[str, str]]
) -> None:
    method, headers, response = asked
    blob = Client(project="p", credentials=credentials).bucket("some-bucket").blob(name)
    theirs = blob.generate_signed_url(
        version="v4",
        method=method,
        headers=dict(headers),
        expiration=timedelta(seconds=900),
        credentials=credentials,
        api_access_endpoint=endpoint,
        response_disposition=response.get("response-content-disposition"),
        response_type=response.get("response-content-type"),
    )
    stamp = datetime.strptime(theirs.partition("X-Goog-Date=")[2][:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    ours = signed_url(
        Permission(method, "some-bucket", name, headers, response),
        endpoint,
        email=credentials.signer_email,
        sign=credentials.sign_bytes,
        now=stamp,
        life_s=900,
    )

    assert theirs == ours
