"""The real gsutil and gcloud storage, unchanged, with nothing but the environment that we hand out."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import ssl
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from localcloud.storage.gcloud_config import command_line_environment
from tests.localcloud.storage.running import Server
from tests.machine import machine, needs
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric import rsa
    from google.cloud.storage import Bucket, Client

MEBIBYTE = 1 << 20
PARALLEL_GSUTIL = [
    "-o", "GSUtil:parallel_composite_upload_threshold=5M",
    "-o", "GSUtil:parallel_composite_upload_component_size=5M",
]  # fmt: skip
# Components as large as gcloud's own threshold for resumable uploads: it only tidies those away afterwards.
PARALLEL_GCLOUD = {
    "CLOUDSDK_STORAGE_PARALLEL_COMPOSITE_UPLOAD_ENABLED": "True",
    "CLOUDSDK_STORAGE_PARALLEL_COMPOSITE_UPLOAD_THRESHOLD": "5M",
    "CLOUDSDK_STORAGE_PARALLEL_COMPOSITE_UPLOAD_COMPONENT_SIZE": "9Mi",
}

# Each command takes a second of CPU to start: `make test` copies, `make test-wide` does the rest.
needs_gsutil = needs("gsutil")
needs_gcloud = needs("gcloud")


@dataclass
class Shell:
    """Runs commands in `directory` under the environment that a user would have sourced."""

    directory: Path
    environment: dict[str, str]

    def run(self, *command: str, **variables: str) -> str:
        """The standard output of a command that must succeed."""
        ended = subprocess.run(
            command,
            cwd=self.directory,
            env={**machine(), "LANG": "C.UTF-8", **self.environment, **variables},
            capture_output=True,
            text=True,
            timeout=HANG_S,
            check=False,
        )
        assert ended.returncode == 0, f"{command}\n{ended.stdout}\n{ended.stderr}"
        return ended.stdout

    def gsutil(self, *arguments: str) -> str:
        return self.run("gsutil", *arguments)

    def gcloud(self, *arguments: str, **variables: str) -> str:
        return self.run("gcloud", "storage", *arguments, **variables)

    def file(self, name: str, content: bytes) -> str:
        """A file of that content; its name."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return name

    def content(self, name: str) -> bytes:
        return (self.directory / name).read_bytes()


@pytest.fixture
def server(tmp_path: Path, certificates: dict[str, str], signing_key: rsa.RSAPrivateKey) -> Iterator[Server]:
    running = Server(tmp_path, certificates, tls=throw_away_tls(tmp_path, signing_key))
    running.start()
    yield running
    running.stop()


def throw_away_tls(directory: Path, key: rsa.RSAPrivateKey) -> ssl.SSLContext:
    """A certificate for loopback in `directory`, and the server context that shows it."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    alternatives = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    today = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (directory / "key.pem").write_bytes(private)
    (directory / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "certificate.pem", directory / "key.pem")
    return context


@pytest.fixture
def shell(tmp_path: Path, server: Server, bucket: Bucket) -> Shell:
    assert bucket.name == "songs"
    environment = command_line_environment(
        tmp_path / "settings",
        project="sonube",
        http_port=server.port,
        https_port=server.https_port,
        certificate=tmp_path / "certificate.pem",
    )
    (tmp_path / "work").mkdir()
    return Shell(tmp_path / "work", environment)


def songs(shell: Shell) -> dict[str, bytes]:
    """Files of every size that tools treat differently, under names that are easily spoilt, by name."""
    contents = {
        "empty.wav": b"",
        "a b ñ#%2F%.wav": os.urandom(1000),
        "🎵 [take 1]+&=;.wav": os.urandom(1000),
        "resumable.wav": os.urandom(9 * MEBIBYTE),
    }
    for name, content in contents.items():
        shell.file(name, content)
    return contents


@needs_gsutil
def test_gsutil_copies_there_and_back(shell: Shell, bucket: Bucket) -> None:
    sent = songs(shell)
    # Brackets are a pattern to gsutil, in names of files and of objects.
    there = [name.replace("[", "?").replace("]", "?") for name in sent]
    shell.gsutil("cp", *there, "gs://songs/drop/mp3/")
    (shell.directory / "back").mkdir()
    shell.gsutil("cp", *(f"gs://songs/drop/mp3/{name}" for name in there), "back")

    assert {name: bucket.blob(f"drop/mp3/{name}").download_as_bytes() for name in sent} == sent
    assert {name: shell.content(f"back/{name}") for name in sent} == sent


@pytest.mark.wide
@needs_gsutil
def test_gsutil_uploads_in_parallel_components_and_tidies_up(shell: Shell, bucket: Bucket) -> None:
    song = os.urandom(12 * MEBIBYTE)
    shell.gsutil(*PARALLEL_GSUTIL, "cp", shell.file("big.wav", song), "gs://songs/big.wav")

    assert [each.name for each in bucket.list_blobs()] == ["big.wav"]
    assert bucket.get_blob("big.wav").component_count == 3
    assert bucket.blob("big.wav").download_as_bytes() == song


@pytest.mark.wide
@needs_gsutil
def test_gsutil_lists_describes_prints_and_removes(shell: Shell, bucket: Bucket) -> None:
    bucket.blob("a/one").upload_from_string("1234567890", content_type="audio/wav")
    bucket.blob("a/🎵 b#/two").upload_from_string("2")

    assert shell.gsutil("ls", "gs://songs/a").split("\n") == ["gs://songs/a/one", "gs://songs/a/🎵 b#/", ""]
    assert "audio/wav" in shell.gsutil("stat", "gs://songs/a/one", "gs://songs/a/🎵 b#/two")
    assert shell.gsutil("cat", "-r", "2-4", "gs://songs/a/one") == "345"
    shell.gsutil("rm", "gs://songs/**")
    assert list(bucket.list_blobs()) == []


@pytest.mark.wide
@needs_gsutil
def test_gsutil_moves_and_composes(shell: Shell, bucket: Bucket) -> None:
    for name in ("1", "2"):
        bucket.blob(name).upload_from_string(name)
    shell.gsutil("compose", "gs://songs/1", "gs://songs/2", "gs://songs/whole")
    shell.gsutil("mv", "gs://songs/whole", "gs://songs/moved")

    assert {each.name for each in bucket.list_blobs()} == {"1", "2", "moved"}
    assert bucket.blob("moved").download_as_text() == "12"


@pytest.mark.wide
@needs_gsutil
def test_gsutil_copies_and_synchronises_folders(shell: Shell, bucket: Bucket) -> None:
    shell.file("folder/one", b"1")
    shell.file("folder/sub 🎵/two", b"2")
    shell.gsutil("-m", "cp", "-r", "folder", "gs://songs/")
    (shell.directory / "folder/one").unlink()
    shell.file("folder/three", b"3")
    shell.gsutil("rsync", "-r", "-d", "folder", "gs://songs/folder")

    assert [each.name for each in bucket.list_blobs()] == ["folder/sub 🎵/two", "folder/three"]


@pytest.mark.wide
@needs_gsutil
def test_gsutil_makes_a_bucket_and_sets_its_cors(shell: Shell, client: Client) -> None:
    shell.gsutil("mb", "gs://other")
    shell.file("cors.json", b'[{"origin": ["*"], "method": ["PUT"], "maxAgeSeconds": 60}]')
    shell.gsutil("cors", "set", "cors.json", "gs://other")

    assert client.get_bucket("other").cors[0]["maxAgeSeconds"] == 60


@needs_gcloud
def test_gcloud_copies_there_and_back(shell: Shell, bucket: Bucket) -> None:
    sent = songs(shell)
    there = [name.replace("[", "?").replace("]", "?") for name in sent]
    shell.gcloud("cp", *there, "gs://songs/drop/mp3/")
    (shell.directory / "back").mkdir()
    shell.gcloud("cp", *(f"gs://songs/drop/mp3/{name}" for name in there), "back")

    assert {name: bucket.blob(f"drop/mp3/{name}").download_as_bytes() for name in sent} == sent
    assert {name: shell.content(f"back/{name}") for name in sent} == sent


@pytest.mark.wide
@needs_gcloud
def test_gcloud_uploads_in_parallel_components_and_tidies_up(shell: Shell, bucket: Bucket) -> None:
    song = os.urandom(18 * MEBIBYTE)
    shell.gcloud("cp", shell.file("big.wav", song), "gs://songs/big.wav", **PARALLEL_GCLOUD)

    assert [each.name for each in bucket.list_blobs()] == ["big.wav"]
    assert bucket.get_blob("big.wav").component_count == 2
    assert bucket.blob("big.wav").download_as_bytes() == song


@pytest.mark.wide
@needs_gcloud
def test_gcloud_describes_and_removes(shell: Shell, bucket: Bucket) -> None:
    bucket.blob("a/one").upload_from_string("1234567890", content_type="audio/wav")
    bucket.blob("a/b/two").upload_from_string("2")
    columns = "--format=value(content_type,size)"

    assert shell.gcloud("objects", "describe", "gs://songs/a/one", columns).split() == ["audio/wav", "10"]
    shell.gcloud("rm", "--recursive", "gs://songs/a")
    assert list(bucket.list_blobs()) == []


@pytest.mark.wide
@needs_gcloud
def test_gcloud_moves_composes_and_synchronises(shell: Shell, bucket: Bucket) -> None:
    for name in ("1", "2"):
        bucket.blob(name).upload_from_string(name)
    shell.gcloud("objects", "compose", "gs://songs/1", "gs://songs/2", "gs://songs/whole")
    shell.gcloud("mv", "gs://songs/whole", "gs://songs/moved")
    shell.file("folder/sub/three", b"3")
    shell.gcloud("rsync", "-r", "folder", "gs://songs/folder")

    assert [each.name for each in bucket.list_blobs()] == ["1", "2", "folder/sub/three", "moved"]
    assert bucket.blob("moved").download_as_text() == "12"


@pytest.mark.wide
@needs_gcloud
def test_gcloud_makes_and_removes_buckets(shell: Shell, client: Client) -> None:
    shell.gcloud("buckets", "create", "gs://other", "--location=us-central1", "--uniform-bucket-level-access")

    assert client.get_bucket("other").location == "US-CENTRAL1"
    shell.gcloud("rm", "--recursive", "gs://other")
    assert [each.name for each in client.list_buckets()] == ["songs"]
