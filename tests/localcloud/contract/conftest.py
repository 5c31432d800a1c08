"""Cloud Storage by Google's own client: what this pipeline relies on, as tests of any emulator.

They test localcloud, or with `EMULATOR_URL=http://127.0.0.1:PORT` the emulator at that address.
docs/adr/0002-localcloud.md has the results of several emulators.
"""

from __future__ import annotations

import os
import uuid
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth.credentials import AnonymousCredentials
from google.cloud.storage import Client

from tests.localcloud.contract.place import Place
from tests.localcloud.storage.running import SIGNER, Server, credentials_with

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def signing_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def emulator_url(signing_key: rsa.RSAPrivateKey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if url := os.environ.get("EMULATOR_URL"):
        yield url
        return
    public = signing_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    server = Server(tmp_path_factory.mktemp("storage"), {SIGNER: public.decode()})
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
def at(emulator_url: str, signing_key: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")
    client = Client(
        project="sonube", credentials=AnonymousCredentials(), client_options={"api_endpoint": emulator_url}
    )
    bucket = client.create_bucket(f"contract-{uuid.uuid4()}")
    return Place(emulator_url, client, bucket, credentials_with(signing_key))
