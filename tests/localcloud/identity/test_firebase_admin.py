"""The real firebase-admin in processes of its own: at an emulator's address, and verifying in earnest."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING

import pytest

from localcloud.credentials.keys import SigningKey
from localcloud.credentials.service_account import write_service_account
from localcloud.identity.service_accounts.google_tokens import GoogleTokens
from tests.localcloud.identity.service import PROJECT, Identity, word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.localcloud.identity.firebase import FirebaseAdmin

VERIFY = """
say({name: outcome(lambda: auth.verify_id_token(token, check_revoked=True)["uid"])
     for name, token in GIVEN["tokens"].items()})
"""


def test_real_verification_tells_good_tokens_from_bad_ones(
    admin: FirebaseAdmin, identity: Identity, key: SigningKey
) -> None:
    good = identity.sign_up()
    claims = key.verify_jwt(good["idToken"])
    header, _, signature = good["idToken"].split(".")
    swapped = key.sign_jwt({**claims, "sub": "eve"}).split(".")[1]
    tokens = {
        "good": good["idToken"],
        "expired": key.sign_jwt({**claims, "iat": claims["iat"] - 7200, "exp": int(time.time()) - 1}),
        "forged": f"{header}.{swapped}.{signature}",
        "another key": SigningKey.create().sign_jwt(claims),
        "wrong audience": key.sign_jwt({**claims, "aud": "other"}),
        "wrong issuer": key.sign_jwt({**claims, "iss": "https://securetoken.google.com/other"}),
        "oidc": GoogleTokens(key, {}, time.time).mint_oidc("api@example.com", PROJECT),
        "nonsense": "nonsense",
    }

    assert admin.run(identity, VERIFY, in_earnest=True, tokens=tokens) == {
        "good": good["localId"],
        "expired": "ExpiredIdTokenError",
        "forged": "InvalidIdTokenError",
        "another key": "InvalidIdTokenError",
        "wrong audience": "InvalidIdTokenError",
        "wrong issuer": "InvalidIdTokenError",
        "oidc": "InvalidIdTokenError",
        "nonsense": "InvalidIdTokenError",
    }


REVOKE = """
import time
uid, token = GIVEN["uid"], GIVEN["token"]
before = outcome(lambda: auth.verify_id_token(token, check_revoked=True)["uid"])
while int(time.time()) <= auth.verify_id_token(token)["auth_time"]:
    time.sleep(0.05)  # revocation counts in whole seconds
auth.revoke_refresh_tokens(uid)
revoked = outcome(lambda: auth.verify_id_token(token, check_revoked=True))
auth.update_user(uid, disabled=True)
disabled = outcome(lambda: auth.verify_id_token(token, check_revoked=True))
auth.delete_user(uid)
deleted = outcome(lambda: auth.verify_id_token(token, check_revoked=True))
say([before, revoked, disabled, deleted])
"""


@pytest.mark.parametrize("in_earnest", [True, False])
def test_revoked_disabled_and_deleted_accounts_are_refused(
    admin: FirebaseAdmin, identity: Identity, *, in_earnest: bool
) -> None:
    account = identity.sign_up()
    uid = account["localId"]

    outcomes = admin.run(identity, REVOKE, in_earnest=in_earnest, uid=uid, token=account["idToken"])

    assert outcomes == [uid, "RevokedIdTokenError", "UserDisabledError", "UserNotFoundError"]
    assert identity.refresh(account["refreshToken"]).status_code == 400


ADMINISTER = """
made = auth.create_user(uid="grace", email="Grace@example.com", password="compiler", display_name="Grace H.")
auth.set_custom_user_claims("grace", {"role": "admiral"})
auth.update_user("grace", email_verified=True, photo_url="https://example.com/g.png")
found = auth.get_user_by_email("grace@example.com")
several = auth.get_users([auth.UidIdentifier("grace"), auth.EmailIdentifier("nobody@example.com")])
for number in range(4):
    auth.create_user(uid=f"u{number}", disabled=number == 0)
listed = [user.uid for user in auth.list_users(max_results=2).iterate_all()]
removed = auth.delete_users(["u0", "u1", "unknown"])
auth.update_user("grace", display_name=auth.DELETE_ATTRIBUTE)
say({
    "found": [found.uid, found.email, found.email_verified, found.custom_claims, found.display_name],
    "several": [len(several.users), len(several.not_found)],
    "listed": listed,
    "removed": [removed.success_count, removed.failure_count],
    "after": [auth.get_user("grace").display_name, outcome(lambda: auth.get_user("u0"))],
    "twice": outcome(lambda: auth.create_user(uid="grace")),
    "taken": outcome(lambda: auth.create_user(email="grace@example.com")),
    "nobody": outcome(lambda: auth.update_user("nobody", disabled=True)),
})
"""


@pytest.mark.parametrize("in_earnest", [True, False])
def test_firebase_admin_administers_accounts(
    admin: FirebaseAdmin, identity: Identity, *, in_earnest: bool
) -> None:
    said = admin.run(identity, ADMINISTER, in_earnest=in_earnest)

    assert said == {
        "found": ["grace", "grace@example.com", True, {"role": "admiral"}, "Grace H."],
        "several": [1, 1],
        "listed": ["grace", "u0", "u1", "u2", "u3"],
        "removed": [3, 0],
        "after": [None, "UserNotFoundError"],
        "twice": "UidAlreadyExistsError",
        "taken": "EmailAlreadyExistsError",
        "nobody": "UserNotFoundError",
    }


UNIMPLEMENTED = """
def words(work):
    try:
        return work()
    except Exception as error:
        return str(error)
say([words(lambda: auth.create_user(phone_number="+34600000000")),
     words(lambda: auth.generate_sign_in_with_email_link(
         "grace@example.com", auth.ActionCodeSettings(url="https://example.com")))])
"""


def test_firebase_admin_reports_what_is_not_implemented(admin: FirebaseAdmin, identity: Identity) -> None:
    identity.sign_up("grace@example.com")

    phone, link = admin.run(identity, UNIMPLEMENTED, in_earnest=True)

    assert "localcloud does not implement accounts with phoneNumber" in phone
    assert "localcloud does not implement" in link
    assert "sendOobCode" in link


def test_custom_claims_are_in_the_next_id_token(identity: Identity, key: SigningKey) -> None:
    account = identity.sign_up()
    identity.admin("/accounts:update", localId=account["localId"], customAttributes='{"role":"admiral"}')

    claims = key.verify_jwt(identity.refresh(account["refreshToken"]).json()["id_token"])

    assert claims["role"] == "admiral"
    assert claims["firebase"] == {
        "identities": {"email": ["ada@example.com"]},
        "sign_in_provider": "password",
    }


CUSTOM_TOKEN = """
say(auth.create_custom_token("robot", {"level": 3}).decode())
"""


@pytest.mark.parametrize("in_earnest", [True, False])
def test_a_custom_token_signs_its_uid_in(
    admin: FirebaseAdmin, identity: Identity, key: SigningKey, *, in_earnest: bool
) -> None:
    token = admin.run(identity, CUSTOM_TOKEN, in_earnest=in_earnest)

    answer = identity.post("accounts:signInWithCustomToken", token=token, returnSecureToken=True).json()

    claims = key.verify_jwt(answer["idToken"])
    assert (claims["sub"], claims["level"], claims["firebase"]["sign_in_provider"]) == ("robot", 3, "custom")
    assert answer["isNewUser"]
    refreshed = key.verify_jwt(identity.refresh(answer["refreshToken"]).json()["id_token"])
    assert refreshed["level"] == 3


AUDIENCE = "https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit"
UNSIGNED = base64.urlsafe_b64encode(b'{"alg":"none"}').decode()


def unsigned(claims: Mapping[str, object]) -> str:
    return f"{UNSIGNED}.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()}.".replace("=", "")


def test_a_custom_token_is_accepted_only_from_our_service_accounts(identity: Identity) -> None:
    account = write_service_account(identity.credentials, PROJECT, "api", "http://unused")
    good = {"iss": account.email, "aud": AUDIENCE, "uid": "robot", "exp": time.time() + 60}

    def refusal(token: str) -> str:
        response = identity.post("accounts:signInWithCustomToken", token=token)
        return "" if response.ok else word(response)

    assert refusal(account.key.sign_jwt(good)) == ""
    assert refusal(account.key.sign_jwt({**good, "aud": "other"})) == "INVALID_CUSTOM_TOKEN"
    assert refusal(account.key.sign_jwt({**good, "exp": time.time() - 1})) == "INVALID_CUSTOM_TOKEN"
    assert refusal(account.key.sign_jwt({**good, "uid": ""})) == "INVALID_CUSTOM_TOKEN"
    assert refusal(SigningKey.create().sign_jwt(good)) == "INVALID_CUSTOM_TOKEN"
    assert refusal(SigningKey.create().sign_jwt({**good, "iss": "eve@example.com"})) == "CREDENTIAL_MISMATCH"
    assert refusal(unsigned(good)) == "INVALID_CUSTOM_TOKEN"
    assert refusal(unsigned({**good, "iss": "eve@example.com"})) == "CREDENTIAL_MISMATCH"
    assert refusal("") == "MISSING_CUSTOM_TOKEN"


COOKIE = """
cookie = auth.create_session_cookie(GIVEN["token"], expires_in=600)
verified = auth.verify_session_cookie(cookie, check_revoked=True)
say([verified["uid"], outcome(lambda: auth.verify_id_token(cookie))])
"""


def test_a_session_cookie_verifies_and_is_no_id_token(admin: FirebaseAdmin, identity: Identity) -> None:
    account = identity.sign_up()

    said = admin.run(identity, COOKIE, in_earnest=True, token=account["idToken"])

    assert said == [account["localId"], "InvalidIdTokenError"]
