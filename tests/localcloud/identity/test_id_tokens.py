"""ID tokens: the verifier of production on the certificates that localcloud publishes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import time
from functools import cache
from typing import Any

import pytest

from localcloud.credentials.keys import SigningKey
from localcloud.identity.service_accounts.certificates import SIGN_IN_CERTIFICATES
from shared.adapters.identity.certificates import TokenCertificates
from shared.adapters.identity.lookup import UserLookup
from shared.adapters.identity.tokens import CLOCK_SKEW_S, ISSUER, IdTokens
from shared.domain.errors import AccountDisabled, ClockSkew, Unauthenticated, Unavailable
from shared.ports.accounts import Caller
from tests.localcloud.identity.service import PROJECT, Identity


@pytest.fixture
def verifier(identity: Identity) -> IdTokens:
    certificates = TokenCertificates(f"http://{identity.host}{SIGN_IN_CERTIFICATES}")
    return IdTokens(PROJECT, certificates, cache(lambda: UserLookup(PROJECT, identity.host)))


def claims(**other: object) -> dict[str, Any]:
    now = int(time.time())
    own = {"iss": ISSUER + PROJECT, "aud": PROJECT, "sub": "uid", "iat": now, "exp": now + 3600}
    return {**own, "email": "ada@example.com", **other}


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def unsigned(header: dict[str, str], content: dict[str, Any], signature: str = "") -> str:
    return f"{encoded(header)}.{encoded(content)}.{signature}"


def test_token_of_a_session_identifies_its_user(
    identity: Identity, verifier: IdTokens, key: SigningKey
) -> None:
    account = identity.sign_up("ada@example.com")

    caller = verifier.verify(account["idToken"], check_revoked=True)

    signed_in_at = key.verify_jwt(account["idToken"])["auth_time"]
    expected = Caller(account["localId"], "ada@example.com", signed_in_at=signed_in_at)
    assert caller._replace(since=None) == expected
    assert caller.since is not None


def test_token_without_a_valid_signature_is_refused(key: SigningKey, verifier: IdTokens) -> None:
    right, content = {"alg": "RS256", "kid": key.kid, "typ": "JWT"}, claims()
    # The public certificate as the secret of another algorithm.
    signed = f"{encoded({**right, 'alg': 'HS256'})}.{encoded(content)}"
    digest = hmac.digest(key.certificate_pem.encode(), signed.encode(), hashlib.sha256)
    stolen = key.sign_jwt(content).rpartition(".")[2]
    forged = [
        unsigned({"alg": "none", "typ": "JWT"}, content),
        unsigned({"alg": "none", "kid": key.kid}, content),
        unsigned({"alg": "RS256"}, content),
        unsigned(right, content),
        unsigned(right, content, "SIGNATURE_REMOVED_BY_GOOGLE"),
        unsigned(right, {**content, "sub": "another"}, stolen),
        f"{signed}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}",
        SigningKey.create(bits=2048).sign_jwt(content),
        "a.b.c",
        "é.é.é",
        f"{encoded([])}.{encoded(content)}.",
    ]

    for token in forged:
        with pytest.raises(Unauthenticated):
            verifier.verify(token)


@pytest.mark.parametrize(
    "other",
    [
        {"aud": "another-project"},
        {"iss": ISSUER + "another-project"},
        {"iss": "https://accounts.google.com"},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 129},
        {"exp": math.nan},
        {"iat": math.nan},
        {"exp": math.inf},
        {"exp": "4102444800"},
        {"exp": True},
        {"exp": None},
        {"iat": None},
    ],
    ids=str,
)
def test_token_with_odd_claims_is_refused(
    key: SigningKey, verifier: IdTokens, other: dict[str, object]
) -> None:
    with pytest.raises(Unauthenticated):
        verifier.verify(key.sign_jwt(claims(**other)))


@pytest.mark.parametrize("place", [0, 1])
def test_deeply_nested_token_is_refused(verifier: IdTokens, place: int) -> None:
    parts = ["e30", "e30", "e30"]
    # As long as a token may be; a multiple of 3 needs no padding.
    parts[place] = base64.urlsafe_b64encode(b"[" * 3000).decode()

    with pytest.raises(Unauthenticated):
        verifier.verify(".".join(parts))


def test_token_from_a_clock_a_little_ahead_is_accepted(identity: Identity, verifier: IdTokens) -> None:
    identity.clock.ahead_s = CLOCK_SKEW_S - 1

    verifier.verify(identity.sign_up()["idToken"], check_revoked=True)


def test_token_from_a_clock_far_ahead_names_the_clock(identity: Identity, verifier: IdTokens) -> None:
    identity.clock.ahead_s = 10 * CLOCK_SKEW_S

    with pytest.raises(ClockSkew, match="clock"):
        verifier.verify(identity.sign_up()["idToken"])


@pytest.mark.parametrize("ago_s", [1, CLOCK_SKEW_S + 1])
def test_expired_token_is_to_be_refreshed(key: SigningKey, verifier: IdTokens, ago_s: int) -> None:
    now = int(time.time())

    with pytest.raises(Unauthenticated, match="expired"):
        verifier.verify(key.sign_jwt(claims(iat=now - 3600, exp=now - ago_s)))


def test_tokens_of_a_disabled_and_of_a_deleted_account_are_refused(
    identity: Identity, verifier: IdTokens
) -> None:
    account = identity.sign_up()
    identity.admin("/accounts:update", localId=account["localId"], disableUser=True).raise_for_status()
    with pytest.raises(AccountDisabled):
        verifier.verify(account["idToken"], check_revoked=True)

    identity.admin("/accounts:delete", localId=account["localId"]).raise_for_status()
    with pytest.raises(Unauthenticated, match="no longer exists"):
        verifier.verify(account["idToken"], check_revoked=True)


def test_revoked_token_is_refused(key: SigningKey, identity: Identity, verifier: IdTokens) -> None:
    uid, now = identity.sign_up()["localId"], int(time.time())
    identity.admin("/accounts:update", localId=uid, validSince=str(now)).raise_for_status()

    with pytest.raises(Unauthenticated, match="revoked"):
        verifier.verify(key.sign_jwt(claims(sub=uid, iat=now - 5)), check_revoked=True)


def test_certificates_are_read_once_and_again_for_a_new_key(identity: Identity, key: SigningKey) -> None:
    now = 1000.0
    certificates = TokenCertificates(f"http://{identity.host}{SIGN_IN_CERTIFICATES}", lambda: now)
    first = certificates.containing(key.kid)

    assert certificates.containing(key.kid) is first
    assert certificates.containing("unknown") is first
    now += 61
    assert certificates.containing(key.kid) is first
    assert certificates.containing("unknown") is not first


@pytest.mark.parametrize("path", ["/nothing", "/oauth2/v3/certs"])
def test_no_certificates_is_a_failure_of_the_platform(identity: Identity, path: str) -> None:
    with pytest.raises(Unavailable):
        TokenCertificates(f"http://{identity.host}{path}").containing("any")
