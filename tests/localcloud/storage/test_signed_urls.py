"""V4 signed URLs made by Google's client, used with plain HTTP and with curl."""

from __future__ import annotations

import hashlib
import subprocess
import time
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.localcloud.storage.running import SIGNER, code_of, credentials_with
from tests.machine import needs
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from pathlib import Path

    from google.cloud.storage import Bucket
    from google.oauth2.service_account import Credentials

    from tests.localcloud.storage.running import Server

BOUND = {"x-goog-content-length-range": "1,10", "x-goog-if-generation-match": "0"}


def signed(
    bucket: Bucket,
    credentials: Credentials,
    method: str,
    name: str = "a b/ñ%.wav",
    *,
    headers: dict[str, str] | None = None,
    content_type: str | None = None,
) -> str:
    url = bucket.blob(name).generate_signed_url(
        version="v4",
        expiration=timedelta(minutes=15),
        credentials=credentials,
        method=method,
        headers=headers,
        content_type=content_type,
    )
    return str(url)


def test_a_signed_put_stores_and_a_signed_get_reads(bucket: Bucket, credentials: Credentials) -> None:
    put = signed(bucket, credentials, "PUT", content_type="audio/wav", headers=BOUND)
    written = requests.put(put, b"RIFF", headers={**BOUND, "Content-Type": "audio/wav"}, timeout=HANG_S)
    read = requests.get(signed(bucket, credentials, "GET"), timeout=HANG_S)

    assert written.status_code == 200
    assert (read.content, read.headers["Content-Type"]) == (b"RIFF", "audio/wav")


@needs("curl")
@pytest.mark.parametrize("upload", [["-T"], ["--data-binary"]])
def test_curl_puts_a_large_file(
    tmp_path: Path, bucket: Bucket, credentials: Credentials, upload: list[str]
) -> None:
    song = tmp_path / "song"
    song.write_bytes(bytes(3 << 20))
    source = str(song) if upload == ["-T"] else f"@{song}"
    url = signed(bucket, credentials, "PUT", "song", content_type="audio/wav")
    command = ["curl", "-sS", "--fail", "-X", "PUT", "-H", "Content-Type: audio/wav", *upload, source, url]
    subprocess.run([*command, "-H", "Expect: 100-continue"], check=True, timeout=HANG_S)

    assert bucket.get_blob("song").size == 3 << 20


@needs("curl")
def test_curl_puts_a_stream_of_unknown_length(bucket: Bucket, credentials: Credentials) -> None:
    url = signed(bucket, credentials, "PUT", "song")
    command = ["curl", "-sS", "--fail", "-T", "-", url]
    subprocess.run(command, input=bytes(3 << 20), check=True, timeout=HANG_S, capture_output=True)

    assert bucket.get_blob("song").size == 3 << 20


def test_a_second_put_under_generation_zero_fails(bucket: Bucket, credentials: Credentials) -> None:
    url = signed(bucket, credentials, "PUT", headers=BOUND)
    first, second = (requests.put(url, b"RIFF", headers=BOUND, timeout=HANG_S) for _ in range(2))

    assert (first.status_code, second.status_code, code_of(second)) == (200, 412, "PreconditionFailed")


@pytest.mark.parametrize(("body", "code"), [(b"", "EntityTooSmall"), (bytes(11), "EntityTooLarge")])
def test_a_body_out_of_the_signed_range_is_refused(
    bucket: Bucket, credentials: Credentials, body: bytes, code: str
) -> None:
    url = signed(bucket, credentials, "PUT", headers=BOUND)
    refused = requests.put(url, body, headers=BOUND, timeout=HANG_S)

    assert (refused.status_code, code_of(refused)) == (400, code)
    assert bucket.get_blob("a b/ñ%.wav") is None


def test_an_expired_url_is_refused(server: Server, bucket: Bucket, credentials: Credentials) -> None:
    url = signed(bucket, credentials, "PUT")
    server.clock_offset_s = 901
    refused = requests.put(url, b"RIFF", timeout=HANG_S)

    assert (refused.status_code, code_of(refused)) == (400, "ExpiredToken")


def test_another_method_object_or_key_does_not_match(bucket: Bucket, credentials: Credentials) -> None:
    url = signed(bucket, credentials, "PUT", "a")
    forger = credentials_with(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    answers = [
        requests.get(url, timeout=HANG_S),
        requests.put(url.replace("/songs/a?", "/songs/b?"), b"x", timeout=HANG_S),
        requests.put(url.replace("X-Goog-Expires=900", "X-Goog-Expires=901"), b"x", timeout=HANG_S),
        requests.put(signed(bucket, forger, "PUT", "a"), b"x", timeout=HANG_S),
    ]

    assert {(each.status_code, code_of(each)) for each in answers} == {(403, "SignatureDoesNotMatch")}


def test_a_url_signed_for_get_serves_head_and_one_for_put_does_not(
    bucket: Bucket, credentials: Credentials
) -> None:
    bucket.blob("a").upload_from_string("12345")
    served = requests.head(signed(bucket, credentials, "GET", "a"), timeout=HANG_S)
    refused = requests.head(signed(bucket, credentials, "PUT", "a"), timeout=HANG_S)

    assert (served.status_code, served.headers["Content-Length"]) == (200, "5")
    assert refused.status_code == 403


def test_a_changed_signed_header_does_not_match(bucket: Bucket, credentials: Credentials) -> None:
    url = signed(bucket, credentials, "PUT", headers=BOUND)
    loosened = {**BOUND, "x-goog-content-length-range": "1,1000"}
    refused = requests.put(url, b"RIFF", headers=loosened, timeout=HANG_S)

    assert (refused.status_code, code_of(refused)) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize("headers", [{}, {**BOUND, "x-goog-meta-mood": "sad"}])
def test_a_missing_signed_or_extra_unsigned_header_is_refused(
    bucket: Bucket, credentials: Credentials, headers: dict[str, str]
) -> None:
    url = signed(bucket, credentials, "PUT", headers=BOUND)
    refused = requests.put(url, b"RIFF", headers=headers, timeout=HANG_S)

    assert (refused.status_code, code_of(refused)) == (400, "MalformedSecurityHeader")


def test_an_unknown_account_is_denied(bucket: Bucket, signing_key: rsa.RSAPrivateKey) -> None:
    stranger = credentials_with(signing_key, email="stranger@example.com")
    refused = requests.get(signed(bucket, stranger, "GET"), timeout=HANG_S)

    assert (refused.status_code, code_of(refused)) == (403, "AccessDenied")


def test_a_request_without_signature_is_denied(server: Server, bucket: Bucket) -> None:
    bucket.blob("a").upload_from_string("x")
    refused = requests.get(f"{server.url}/songs/a", timeout=HANG_S)
    trusted = requests.get(f"{server.url}/songs/a", headers={"Authorization": "Bearer x"}, timeout=HANG_S)

    assert (refused.status_code, code_of(refused)) == (403, "AccessDenied")
    assert trusted.content == b"x"


def test_a_url_without_its_expiry_misses_a_parameter(bucket: Bucket, credentials: Credentials) -> None:
    url = signed(bucket, credentials, "GET").replace("X-Goog-Expires=900&", "")
    refused = requests.get(url, timeout=HANG_S)

    assert (refused.status_code, code_of(refused)) == (400, "MissingSecurityHeader")
    assert SIGNER not in refused.text


def test_parameters_may_be_written_in_lower_case(
    server: Server, bucket: Bucket, credentials: Credentials
) -> None:
    bucket.blob("a").upload_from_string("x")
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    scope = f"{now[:8]}/us-east1/storage/goog4_request"
    query = (
        f"x-goog-algorithm=GOOG4-RSA-SHA256&x-goog-credential={quote(f'{SIGNER}/{scope}', safe='')}"
        f"&x-goog-date={now}&x-goog-expires=60&x-goog-signedheaders=host"
    )
    canonical = f"GET\n/songs/a\n{query}\nhost:127.0.0.1:{server.port}\n\nhost\nUNSIGNED-PAYLOAD"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    signature = credentials.sign_bytes(f"GOOG4-RSA-SHA256\n{now}\n{scope}\n{digest}".encode()).hex()
    answer = requests.get(f"{server.url}/songs/a?{query}&x-goog-signature={signature}", timeout=HANG_S)

    assert (answer.status_code, answer.content) == (200, b"x")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("X-Goog-Expires=900", "X-Goog-Expires=604801", "MalformedSecurityHeader"),
        ("X-Goog-Expires=900", "X-Goog-Expires=soon", "MalformedSecurityHeader"),
        ("goog4_request", "aws4_request", "MalformedSecurityHeader"),
        ("X-Goog-Date=2", "X-Goog-Date=x2", "MalformedSecurityHeader"),
        ("X-Goog-SignedHeaders=host", "X-Goog-SignedHeaders=date", "MalformedSecurityHeader"),
        ("X-Goog-SignedHeaders=host", "X-Goog-SignedHeaders=host%3Bdate", "MalformedSecurityHeader"),
        ("X-Goog-Signature=", "X-Goog-Signature=z", "MalformedSecurityHeader"),
        ("X-Goog-Signature=", "X-Goog-Signature=00", "SignatureDoesNotMatch"),
        ("GOOG4-RSA-SHA256", "GOOG4-HMAC-SHA256", "NotImplemented"),
    ],
)
def test_a_url_tampered_with_is_refused(
    bucket: Bucket, credentials: Credentials, old: str, new: str, code: str
) -> None:
    url = signed(bucket, credentials, "GET")

    assert old in url
    assert code_of(requests.get(url.replace(old, new), timeout=HANG_S)) == code


def test_a_url_of_the_future_is_not_yet_valid(
    server: Server, bucket: Bucket, credentials: Credentials
) -> None:
    server.clock_offset_s = -3600
    refused = requests.get(signed(bucket, credentials, "GET"), timeout=HANG_S)

    assert (refused.status_code, code_of(refused)) == (403, "AccessDenied")


@needs("curl")
def test_a_refusal_comes_before_the_body_is_sent(
    tmp_path: Path, bucket: Bucket, credentials: Credentials
) -> None:
    song = tmp_path / "song"
    song.write_bytes(bytes(3 << 20))
    url = signed(bucket, credentials, "PUT", headers=BOUND)
    headers = [part for name, value in BOUND.items() for part in ("-H", f"{name}: {value}")]
    report = ["-o", str(tmp_path / "answer"), "-w", "%{http_code} %{size_upload}"]
    command = ["curl", "-sS", *report, *headers, "-H", "Expect: 100-continue", "-T", str(song), url]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=HANG_S)

    assert answer.stdout == "400 0"
