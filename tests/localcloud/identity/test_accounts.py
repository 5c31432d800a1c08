from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.localcloud.identity.service import Identity, running, word
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.credentials.keys import SigningKey


def sign_in(identity: Identity, password: str, email: str = "ada@example.com") -> str:
    """The word of the refusal, or the uid."""
    response = identity.post("accounts:signInWithPassword", email=email, password=password)
    return str(response.json()["localId"]) if response.ok else word(response)


def test_a_new_user_can_sign_in(identity: Identity) -> None:
    account = identity.sign_up()

    assert sign_in(identity, "analytical") == account["localId"]


def test_the_case_of_an_address_does_not_matter(identity: Identity) -> None:
    account = identity.sign_up("Ada@Example.com")

    assert account["email"] == "ada@example.com"
    assert sign_in(identity, "analytical", "ADA@EXAMPLE.COM") == account["localId"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"email": "ada@example.com", "password": "another"}, "EMAIL_EXISTS"),
        ({"email": "ADA@example.com", "password": "another"}, "EMAIL_EXISTS"),
        ({"email": "eve@example.com", "password": "short"}, "WEAK_PASSWORD"),
        ({"email": "eve", "password": "long enough"}, "INVALID_EMAIL"),
        ({"email": "", "password": "long enough"}, "INVALID_EMAIL"),
        ({"email": "eve@example..com", "password": "long enough"}, "INVALID_EMAIL"),
        ({"email": "e" * 250 + "@example.com", "password": "long enough"}, "INVALID_EMAIL"),
        ({"email": "eve@example.com"}, "MISSING_PASSWORD"),
        ({"email": "eve@example.com", "password": ""}, "MISSING_PASSWORD"),
        ({"password": "long enough"}, "MISSING_EMAIL"),
        ({}, "ADMIN_ONLY_OPERATION"),
        ({"email": "eve@example.com", "password": "long enough", "localId": "eve"}, "UNEXPECTED_PARAMETER"),
        ({"email": ["eve@example.com"], "password": "long enough"}, "Invalid"),
    ],
)
def test_sign_up_refuses(identity: Identity, fields: dict[str, str], expected: str) -> None:
    identity.sign_up()

    response = identity.post("accounts:signUp", **fields)

    assert (response.status_code, word(response)) == (400, expected)


def test_a_refusal_has_googles_form(identity: Identity) -> None:
    response = identity.post("accounts:signInWithPassword", email="ada@example.com", password="analytical")

    word_of_it = "INVALID_LOGIN_CREDENTIALS"
    entry = {"message": word_of_it, "domain": "global", "reason": "invalid"}
    assert response.json() == {"error": {"code": 400, "message": word_of_it, "errors": [entry]}}


def test_a_wrong_password_and_an_unknown_address_look_the_same(identity: Identity) -> None:
    identity.sign_up()

    assert sign_in(identity, "wrong password") == "INVALID_LOGIN_CREDENTIALS"
    assert sign_in(identity, "wrong password", "nobody@example.com") == "INVALID_LOGIN_CREDENTIALS"


def test_an_address_is_locked_after_ten_wrong_passwords_and_free_again_later(identity: Identity) -> None:
    account = identity.sign_up()
    identity.sign_up("eve@example.com")
    for _ in range(10):
        assert sign_in(identity, "wrong password") == "INVALID_LOGIN_CREDENTIALS"

    assert sign_in(identity, "analytical") == "TOO_MANY_ATTEMPTS_TRY_LATER"
    assert sign_in(identity, "wrong password", "eve@example.com") == "INVALID_LOGIN_CREDENTIALS"

    identity.clock.ahead_s = 301
    assert sign_in(identity, "analytical") == account["localId"]


def test_nothing_is_answered_without_an_api_key(identity: Identity) -> None:
    url = f"http://{identity.host}/v1/accounts:signUp"

    response = identity.http.post(url, json={}, timeout=HANG_S)

    assert (response.status_code, response.json()["error"]["status"]) == (403, "PERMISSION_DENIED")


def test_broken_json_is_an_invalid_argument(identity: Identity) -> None:
    url = f"http://{identity.host}/v1/accounts:signUp?key=web"

    for text in ("{", "[]", '"email"'):
        error = identity.http.post(url, data=text, timeout=HANG_S).json()["error"]
        assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")


def test_the_error_names_the_method_that_is_not_implemented(identity: Identity) -> None:
    for path in ("accounts:sendVerificationCode", "accounts:signInWithIdp", "accounts:createAuthUri"):
        response = identity.post(path)
        assert response.status_code == 501
        assert path in response.json()["error"]["message"]
    for path in ("/accounts:query", "/accounts:batchCreate", "/tenants"):
        response = identity.admin(path)
        assert response.status_code == 501
        assert path in response.json()["error"]["message"]


def test_a_privileged_call_needs_an_access_token(identity: Identity) -> None:
    url = f"http://{identity.host}/v1/projects/sonube-test/accounts:lookup"

    for headers in ({}, {"Authorization": "Bearer forged"}, {"Authorization": "Basic owner"}):
        error = identity.http.post(url, headers=headers, json={}, timeout=HANG_S).json()["error"]
        assert (error["code"], error["status"]) == (401, "UNAUTHENTICATED")


def test_another_projects_accounts_are_not_here(identity: Identity) -> None:
    url = f"http://{identity.host}/v1/projects/other/accounts:lookup"

    response = identity.http.post(url, headers={"Authorization": "Bearer owner"}, json={}, timeout=HANG_S)

    assert word(response) == "CONFIGURATION_NOT_FOUND"


def test_lookup_shows_an_account_to_its_owner_without_the_hash(identity: Identity) -> None:
    account = identity.sign_up()

    (user,) = identity.post("accounts:lookup", idToken=account["idToken"]).json()["users"]

    assert (user["localId"], user["email"], user["passwordHash"]) == (
        account["localId"],
        "ada@example.com",
        "UkVEQUNURUQ=",
    )


def test_a_new_password_ends_the_sessions_before_it(identity: Identity) -> None:
    account = identity.sign_up()
    identity.clock.ahead_s = 5

    changed = identity.post(
        "accounts:update", idToken=account["idToken"], password="difference", returnSecureToken=True
    ).json()

    assert identity.refresh(account["refreshToken"]).json()["error"]["message"] == "TOKEN_EXPIRED"
    assert word(identity.post("accounts:lookup", idToken=account["idToken"])) == "TOKEN_EXPIRED"
    assert identity.refresh(changed["refreshToken"]).ok
    assert sign_in(identity, "analytical") == "INVALID_LOGIN_CREDENTIALS"
    assert sign_in(identity, "difference") == account["localId"]


def test_users_cannot_raise_their_own_rights(identity: Identity) -> None:
    account = identity.sign_up()

    response = identity.post("accounts:update", idToken=account["idToken"], customAttributes='{"admin":true}')

    assert word(response) == "INSUFFICIENT_PERMISSION"


def test_a_deleted_account_is_gone_for_every_token(identity: Identity) -> None:
    account = identity.sign_up()

    assert identity.post("accounts:delete", idToken=account["idToken"]).ok

    assert word(identity.post("accounts:lookup", idToken=account["idToken"])) == "USER_NOT_FOUND"
    assert identity.refresh(account["refreshToken"]).json()["error"]["message"] == "INVALID_REFRESH_TOKEN"
    assert sign_in(identity, "analytical") == "INVALID_LOGIN_CREDENTIALS"


def test_a_disabled_account_neither_signs_in_nor_refreshes(identity: Identity) -> None:
    account = identity.sign_up()
    identity.admin("/accounts:update", localId=account["localId"], disableUser=True)

    assert sign_in(identity, "analytical") == "USER_DISABLED"
    assert identity.refresh(account["refreshToken"]).json()["error"]["message"] == "USER_DISABLED"


def test_a_refreshed_token_keeps_the_time_of_the_sign_in(identity: Identity, key: SigningKey) -> None:
    account = identity.sign_up()
    signed_in = key.verify_jwt(account["idToken"])["auth_time"]
    identity.clock.ahead_s = 1800

    answer = identity.refresh(account["refreshToken"]).json()

    claims = key.verify_jwt(answer["id_token"])
    assert answer["refresh_token"] == account["refreshToken"]
    assert (claims["auth_time"], answer["user_id"]) == (signed_in, account["localId"])
    assert claims["iat"] >= signed_in + 1799


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"grant_type": "refresh_token", "refresh_token": "guess"}, "INVALID_REFRESH_TOKEN"),
        ({"grant_type": "refresh_token"}, "MISSING_REFRESH_TOKEN"),
        ({"grant_type": "password"}, "INVALID_GRANT_TYPE"),
        ({}, "MISSING_GRANT_TYPE"),
    ],
)
def test_refresh_refuses(identity: Identity, form: dict[str, str], expected: str) -> None:
    url = f"http://{identity.host}/v1/token?key=web"

    error = identity.http.post(url, data=form, timeout=HANG_S).json()["error"]

    assert error == {"code": 400, "message": expected, "status": "INVALID_ARGUMENT"}


def test_accounts_and_sessions_survive_a_restart(tmp_path: Path, key: SigningKey) -> None:
    with running(tmp_path, key) as before:
        account = before.sign_up()

    with running(tmp_path, key) as after:
        assert sign_in(after, "analytical") == account["localId"]
        assert after.refresh(account["refreshToken"]).ok
        assert after.post("accounts:lookup", idToken=account["idToken"]).ok


def test_twenty_sign_ups_with_one_address_make_one_account(identity: Identity) -> None:
    async def all_at_once() -> list[int]:
        fields = {"email": "ada@example.com", "password": "analytical"}
        calls = [asyncio.to_thread(identity.post, "accounts:signUp", **fields) for _ in range(20)]
        return sorted([response.status_code for response in await asyncio.gather(*calls)])

    assert asyncio.run(all_at_once()) == [200] + [400] * 19
