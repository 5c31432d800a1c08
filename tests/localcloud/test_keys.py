from __future__ import annotations

import ssl
import stat
import time
from typing import TYPE_CHECKING

import pytest
from google.auth import crypt, jwt
from google.oauth2 import service_account

from localcloud.credentials.keys import ExpiredToken, InvalidToken, SigningKey, localhost_certificate
from localcloud.credentials.service_account import write_service_account

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return SigningKey.create()


def claims(**changes: object) -> dict[str, object]:
    now = int(time.time())
    return {"sub": "ada", "iat": now, "exp": now + 60, "aud": "here", **changes}


def test_googles_own_library_verifies_our_tokens_with_the_certificate(key: SigningKey) -> None:
    token = key.sign_jwt(claims())

    decoded = jwt.decode(token, certs={key.kid: key.certificate_pem}, audience="here")

    assert decoded["sub"] == "ada"


def test_a_token_is_verified_with_its_claims(key: SigningKey) -> None:
    expected = claims(name="Zoë")

    assert key.verify_jwt(key.sign_jwt(expected)) == expected


def test_a_token_of_another_key_is_refused(key: SigningKey) -> None:
    with pytest.raises(InvalidToken, match="signature"):
        key.verify_jwt(SigningKey.create().sign_jwt(claims()))


def test_a_token_with_changed_claims_is_refused(key: SigningKey) -> None:
    header, _, signature = key.sign_jwt(claims()).split(".")
    other = key.sign_jwt(claims(sub="eve")).split(".")[1]

    with pytest.raises(InvalidToken, match="signature"):
        key.verify_jwt(f"{header}.{other}.{signature}")


@pytest.mark.parametrize(
    "text", ["", "a.b", "a.b.c.d", "!.!.!", "e30.W10.", "e30.e30.", "eyJhbGciOiJub25lIn0.e30."]
)
def test_only_rs256_tokens_are_accepted(key: SigningKey, text: str) -> None:
    with pytest.raises(InvalidToken):
        key.verify_jwt(text)


def test_a_token_expires_by_the_callers_clock(key: SigningKey) -> None:
    token = key.sign_jwt(claims(exp=1000))

    assert key.verify_jwt(token, at=999.9)["exp"] == 1000
    with pytest.raises(ExpiredToken):
        key.verify_jwt(token, at=1000)


def test_a_key_survives_in_its_file_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "token.pem"

    made, loaded = SigningKey.load_or_create(path), SigningKey.load_or_create(path)

    assert (made.kid, made.certificate_pem) == (loaded.kid, loaded.certificate_pem)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_service_account_file_loads_into_google_auth_and_signs_with_its_key(tmp_path: Path) -> None:
    path = tmp_path / "key.json"

    account = write_service_account(path, "demo", "api", "http://127.0.0.1:1/token")
    credentials = service_account.Credentials.from_service_account_file(str(path))

    verifier = crypt.RSAVerifier.from_string(account.public_pem)
    assert verifier.verify(b"blob", credentials.sign_bytes(b"blob"))
    assert credentials.service_account_email == account.email == "api@demo.iam.gserviceaccount.com"


def test_a_service_account_keeps_its_key_when_the_port_changes(tmp_path: Path) -> None:
    path = tmp_path / "key.json"

    before = write_service_account(path, "demo", "api", "http://127.0.0.1:1/token")
    after = write_service_account(path, "demo", "api", "http://127.0.0.1:2/token")
    other = write_service_account(path, "other", "api", "http://127.0.0.1:2/token")

    assert before.public_pem == after.public_pem
    assert other.public_pem != after.public_pem
    assert "127.0.0.1:2" in path.read_text()


def test_a_tls_client_that_trusts_the_localhost_certificate_accepts_it(tmp_path: Path) -> None:
    certificate, key = localhost_certificate(tmp_path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    client = ssl.create_default_context(cafile=certificate)

    assert _handshake(client, server, "localhost")
    assert _handshake(client, server, "127.0.0.1")
    assert localhost_certificate(tmp_path) == (certificate, key)


def _handshake(client: ssl.SSLContext, server: ssl.SSLContext, name: str) -> bool:
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for end in (*ends, *ends):
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            continue
    return ends[0].getpeercert() is not None
