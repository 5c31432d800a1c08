"""What every test of Cloud Storage stands on: a running server, a signer it knows, Google's client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth.credentials import AnonymousCredentials
from google.cloud.storage import Bucket, Client

from tests.localcloud.storage.running import SIGNER, Server, credentials_with

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from google.oauth2 import service_account


@pytest.fixture(scope="session")
def signing_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def credentials(signing_key: rsa.RSAPrivateKey) -> service_account.Credentials:
    return credentials_with(signing_key)


@pytest.fixture(scope="session")
def certificates(signing_key: rsa.RSAPrivateKey) -> dict[str, str]:
    public = signing_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return {SIGNER: public.decode()}


@pytest.fixture
def server(tmp_path: Path, certificates: dict[str, str]) -> Iterator[Server]:
    running = Server(tmp_path, certificates)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def client(server: Server, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
    monkeypatch.setenv("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")
    return Client(project="sonube", credentials=AnonymousCredentials())


@pytest.fixture
def bucket(client: Client) -> Bucket:
    return client.create_bucket("songs")
