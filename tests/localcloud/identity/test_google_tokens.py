"""Google's own auth library against the token endpoint, the certificates and the IAM signer."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING

import jwt
import pytest
from google.auth import crypt
from google.auth.transport.requests import Request
from google.oauth2 import id_token, service_account

from localcloud.identity.service_accounts.google_tokens import GoogleTokens
from tests.localcloud.identity.service import PROJECT, word
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from localcloud.credentials.keys import SigningKey
    from tests.localcloud.identity.service import Identity

EMAIL = f"api@{PROJECT}.iam.gserviceaccount.com"
SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]


def access_token(identity: Identity) -> str:
    credentials = service_account.Credentials.from_service_account_file(
        str(identity.credentials), scopes=SCOPES
    )
    credentials.refresh(Request())
    return str(credentials.token)


def sign_blob(identity: Identity, token: str, payload: str, email: str = EMAIL) -> tuple[int, dict[str, str]]:
    url = f"http://{identity.host}/v1/projects/-/serviceAccounts/{email}:signBlob"
    headers = {"Authorization": f"Bearer {token}"}
    response = identity.http.post(url, headers=headers, json={"payload": payload}, timeout=HANG_S)
    return response.status_code, response.json()


def test_google_auth_buys_an_access_token_that_opens_the_administration(identity: Identity) -> None:
    url = f"http://{identity.host}/v1/projects/{PROJECT}/accounts:lookup"
    headers = {"Authorization": f"Bearer {access_token(identity)}"}

    assert identity.http.post(url, headers=headers, json={}, timeout=HANG_S).ok

    identity.clock.ahead_s = 3601
    assert identity.http.post(url, headers=headers, json={}, timeout=HANG_S).status_code == 401


def test_an_id_token_or_oidc_token_is_no_access_token(identity: Identity, key: SigningKey) -> None:
    url = f"http://{identity.host}/v1/projects/{PROJECT}/accounts:lookup"
    oidc = GoogleTokens(key, {}, time.time).mint_oidc(EMAIL, url)

    for token in (identity.sign_up()["idToken"], oidc, f"ya29.{oidc}"):
        headers = {"Authorization": f"Bearer {token}"}
        assert identity.http.post(url, headers=headers, json={}, timeout=HANG_S).status_code == 401


def test_an_oidc_token_or_access_token_is_no_id_token(identity: Identity, key: SigningKey) -> None:
    tokens = GoogleTokens(key, {}, time.time)

    for token in (tokens.mint_oidc(EMAIL, PROJECT), tokens.mint_access_token(EMAIL), "nonsense"):
        assert word(identity.post("accounts:lookup", idToken=token)) == "INVALID_ID_TOKEN"


def test_google_auth_buys_an_id_token_for_an_audience(identity: Identity) -> None:
    credentials = service_account.IDTokenCredentials.from_service_account_file(
        str(identity.credentials), target_audience="https://notify.example.com"
    )

    credentials.refresh(Request())

    certificates = f"http://{identity.host}/oauth2/v1/certs"
    claims = id_token.verify_token(credentials.token, Request(), "https://notify.example.com", certificates)
    assert (claims["iss"], claims["email"], claims["email_verified"]) == (
        "https://accounts.google.com",
        EMAIL,
        True,
    )


def test_a_minted_oidc_token_verifies_against_the_json_web_keys(identity: Identity, key: SigningKey) -> None:
    token = GoogleTokens(key, {}, time.time).mint_oidc(EMAIL, "https://notify.example.com")

    keys = jwt.PyJWKClient(f"http://{identity.host}/oauth2/v3/certs", timeout=HANG_S)
    claims = jwt.decode(
        token,
        keys.get_signing_key_from_jwt(token).key,
        algorithms=["RS256"],
        audience="https://notify.example.com",
        issuer="https://accounts.google.com",
    )

    assert claims["email"] == EMAIL
    assert claims["sub"] == claims["azp"]
    assert claims["sub"].isdigit()


def test_the_certificates_may_be_cached(identity: Identity, key: SigningKey) -> None:
    path = "/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com"

    response = identity.http.get(f"http://{identity.host}{path}", timeout=HANG_S)

    assert response.json() == {key.kid: key.certificate_pem}
    assert "max-age=" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer"}, "invalid_grant"),
        (
            {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "a.b.c"},
            "invalid_grant",
        ),
    ],
)
def test_the_token_endpoint_refuses(identity: Identity, form: dict[str, str], error: str) -> None:
    response = identity.http.post(f"http://{identity.host}/token", data=form, timeout=HANG_S)

    assert (response.status_code, response.json()["error"]) == (400, error)


def test_an_assertion_that_another_key_signed_buys_nothing(identity: Identity, key: SigningKey) -> None:
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "assertion": key.sign_jwt({"iss": EMAIL, "exp": time.time() + 60}),
    }

    response = identity.http.post(f"http://{identity.host}/token", data=form, timeout=HANG_S)

    assert response.json()["error"] == "invalid_grant"


def test_the_iam_signer_signs_with_the_service_accounts_key(identity: Identity) -> None:
    public = service_account.Credentials.from_service_account_file(str(identity.credentials))

    status, answer = sign_blob(identity, access_token(identity), base64.b64encode(b"to sign").decode())

    assert status == 200
    assert base64.b64decode(answer["signedBlob"]) == public.sign_bytes(b"to sign")
    assert isinstance(public.signer, crypt.RSASigner)


@pytest.mark.parametrize(
    ("token", "payload", "email", "status"),
    [
        ("forged", "YQ==", EMAIL, 401),
        ("owner", "YQ==", "nobody@example.com", 404),
        ("owner", "not base64!", EMAIL, 400),
        ("owner", "", EMAIL, 400),
    ],
)
def test_the_iam_signer_refuses(
    identity: Identity, token: str, payload: str, email: str, status: int
) -> None:
    assert sign_blob(identity, token, payload, email)[0] == status
