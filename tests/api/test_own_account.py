"""Mails, passwords, sessions and deletion, with firebase-admin and localcloud's Identity Toolkit."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.users import PASSWORD, User
from tests.waiting import HANG_S, wait_until
from tools.throwaway import ThrowawayCloud

if TYPE_CHECKING:
    from collections.abc import Iterator

NEW = "battery staple"
BODY = {"filename": "a.wav", "newFormat": "mp3"}


@pytest.fixture
def user(cloud: ThrowawayCloud) -> User:
    return User(cloud.url).sign_up()


def mails(cloud: ThrowawayCloud, email: str) -> list[dict[str, Any]]:
    answer = requests.get(cloud.environment["LOCALCLOUD_URL"] + "/mails", timeout=HANG_S).json()
    return [mail for mail in answer["mails"] if mail["to"] == email]


def code_in(mail: dict[str, Any]) -> str:
    (code,) = parse_qs(urlsplit(mail["link"]).query)["oobCode"]
    return str(code)


def log_in(user: User, password: str) -> requests.Response:
    return user.call("POST", "/api/auth/login", json={"email": user.email, "password": password})


def next_second() -> None:
    """Revocation has a resolution of a second: a token issued in the same second stays valid."""
    second = int(time.time())
    wait_until(lambda: int(time.time()) > second)


def test_forgotten_password_is_replaced_by_the_code_of_a_mail(cloud: ThrowawayCloud, user: User) -> None:
    asked = user.call("POST", "/api/auth/forgot", json={"email": f" {user.email.upper()} "})
    (mail,) = mails(cloud, user.email)
    code = code_in(mail)
    read = user.call("POST", "/api/auth/code", json={"code": code})
    next_second()
    chosen = user.call("POST", "/api/auth/reset", json={"code": code, "password": NEW})
    again = user.call("POST", "/api/auth/reset", json={"code": code, "password": "another one"})

    assert mail["link"].startswith(f"{cloud.url}/?mode=resetPassword")
    assert (asked.status_code, asked.content) == (202, b"")
    assert read.json() == {"email": user.email, "purpose": "reset"}
    assert (chosen.status_code, chosen.json()["userId"]) == (200, user.session["userId"])
    assert (again.status_code, again.json()["code"]) == (403, "mail_code_invalid")
    assert [log_in(user, password).status_code for password in (PASSWORD, NEW)] == [401, 200]
    assert user.call("POST", "/api/tasks", json=BODY).status_code == 401


def test_unknown_address_gets_no_mail_and_the_same_response(cloud: ThrowawayCloud, user: User) -> None:
    unknown = f"nobody-{time.time_ns()}@example.com"
    answers = [
        user.call("POST", "/api/auth/forgot", json={"email": email}) for email in (user.email, unknown)
    ]

    assert [(answer.status_code, answer.content) for answer in answers] == [(202, b"")] * 2
    assert mails(cloud, unknown) == []


def test_who_registers_an_address_first_does_not_keep_it(cloud: ThrowawayCloud, user: User) -> None:
    key = user.call("POST", "/api/keys", json={"name": "squatter"}).json()["key"]
    user.call("PUT", "/api/webhook", json={"url": "https://squatter.example/"}).raise_for_status()
    assert user.call("GET", "/api/account").json()["emailVerified"] is False
    user.call("POST", "/api/account/verification").raise_for_status()
    code = code_in(mails(cloud, user.email)[0])
    next_second()
    session = user.call("POST", "/api/auth/reset", json={"code": code, "password": NEW}).json()
    owner = {"Authorization": f"Bearer {session['idToken']}"}
    by_key = requests.get(
        f"{cloud.url}/api/tasks", headers={"Authorization": f"Bearer {key}"}, timeout=HANG_S
    )
    refreshed = user.call("POST", "/api/auth/refresh", json={"refreshToken": user.session["refreshToken"]})

    assert user.call("GET", "/api/account", headers=owner).json()["emailVerified"] is True
    assert user.call("GET", "/api/webhook", headers=owner).json()["url"] is None
    assert [log_in(user, PASSWORD).status_code, by_key.status_code, refreshed.status_code] == [401] * 3
    assert user.call("POST", "/api/tasks", json=BODY).status_code == 401
    assert user.call("POST", "/api/tasks", json=BODY, headers=owner).status_code == 201


def test_new_password_ends_all_other_sessions(user: User) -> None:
    next_second()
    body = {"currentPassword": PASSWORD, "newPassword": NEW}
    changed = user.call("POST", "/api/account/password", json=body)
    headers = {"Authorization": f"Bearer {changed.json()['idToken']}"}

    assert user.call("POST", "/api/tasks", json=BODY).status_code == 401
    assert user.call("POST", "/api/tasks", json=BODY, headers=headers).status_code == 201
    assert [log_in(user, password).status_code for password in (PASSWORD, NEW)] == [401, 200]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"currentPassword": "wrong", "newPassword": NEW}, 403, "wrong_password"),
        ({"currentPassword": PASSWORD, "newPassword": "short"}, 422, "invalid_field"),
        ({"currentPassword": PASSWORD}, 422, "invalid_field"),
    ],
)
def test_refused_password_changes_nothing(user: User, body: dict[str, str], status: int, code: str) -> None:
    answer = user.call("POST", "/api/account/password", json=body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert log_in(user, PASSWORD).status_code == 200


def test_signing_out_everywhere_ends_every_session(user: User) -> None:
    next_second()
    ended = user.call("POST", "/api/account/signout")
    refreshed = user.call("POST", "/api/auth/refresh", json={"refreshToken": user.session["refreshToken"]})

    assert (ended.status_code, refreshed.status_code) == (204, 401)
    assert user.call("POST", "/api/tasks", json=BODY).status_code == 401
    assert log_in(user, PASSWORD).status_code == 200


def test_deleted_account_is_gone_and_its_address_is_free(user: User) -> None:
    task = user.create()
    user.upload(task, b"no audio").raise_for_status()
    deleted = user.call("POST", "/api/account/delete", json={"currentPassword": PASSWORD})
    signed_up = user.call("POST", "/api/auth/signup", json={"email": user.email, "password": NEW}).json()
    headers = {"Authorization": f"Bearer {signed_up['idToken']}"}

    assert deleted.status_code == 204
    assert user.call("POST", "/api/tasks", json=BODY).status_code == 401
    assert user.call("GET", "/api/tasks", headers=headers).json()["tasks"] == []
    assert user.call("GET", f"/api/tasks/{task['id']}").status_code == 404


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThrowawayCloud]:
    """A service that accepts changes of verified users only."""
    with ThrowawayCloud(tmp_path_factory.mktemp("strict"), VERIFIED_EMAIL_REQUIRED="1") as running:
        yield running


def test_service_can_require_verified_addresses_for_changes(strict: ThrowawayCloud) -> None:
    user = User(strict.url).sign_up()
    refused = user.call("POST", "/api/tasks", json=BODY)
    user.call("POST", "/api/account/verification").raise_for_status()
    body = {"code": code_in(mails(strict, user.email)[0]), "password": PASSWORD}
    session = user.call("POST", "/api/auth/reset", json=body).json()
    headers = {"Authorization": f"Bearer {session['idToken']}"}

    assert (refused.status_code, refused.json()["code"]) == (403, "email_not_verified")
    assert "POST /api/account/verification" in refused.json()["detail"]
    assert user.call("GET", "/api/tasks").status_code == 200
    assert user.call("POST", "/api/tasks", json=BODY, headers=headers).status_code == 201
