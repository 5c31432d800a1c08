"""Sign-up, log-in and their tokens, through firebase-admin and Identity Toolkit."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import firebase_admin
import pytest
from firebase_admin import auth

from tests.users import PASSWORD, User
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.throwaway import ThrowawayCloud

BODY = {"filename": "a.wav", "newFormat": "mp3"}


@pytest.fixture
def admin(cloud: ThrowawayCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """firebase-admin, as an operator uses it."""
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    options = {"projectId": cloud.environment["GOOGLE_CLOUD_PROJECT"]}
    app = firebase_admin.initialize_app(options=options, name=f"operator-{time.monotonic_ns()}")
    yield app
    firebase_admin.delete_app(app)


@pytest.fixture
def user(cloud: ThrowawayCloud) -> User:
    return User(cloud.url).sign_up()


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("signup", {"email": "no address", "password": PASSWORD}, 422, "invalid_field"),
        ("signup", {"email": "short@example.com", "password": "12345"}, 422, "invalid_field"),
        ("signup", {"email": "a@example.com"}, 422, "invalid_field"),
        ("login", {"email": "nobody@example.com", "password": PASSWORD}, 401, "invalid_credentials"),
        ("refresh", {"refreshToken": "made up"}, 401, "unauthenticated"),
    ],
)
def test_errors_of_identity_toolkit_become_errors_of_the_api(
    user: User, path: str, body: dict[str, str], status: int, code: str
) -> None:
    answer = user.call("POST", f"/api/auth/{path}", json=body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_taken_address_and_a_wrong_password_are_refused(user: User) -> None:
    again = user.call("POST", "/api/auth/signup", json={"email": user.email, "password": PASSWORD})
    wrong = user.call("POST", "/api/auth/login", json={"email": user.email, "password": "another one"})

    assert (again.status_code, again.json()["code"]) == (409, "email_taken")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "invalid_credentials")


def test_a_refreshed_token_is_accepted(user: User) -> None:
    refreshed = user.call(
        "POST", "/api/auth/refresh", json={"refreshToken": user.session["refreshToken"]}
    ).json()
    headers = {"Authorization": f"Bearer {refreshed['idToken']}"}

    assert refreshed["userId"] == user.session["userId"]
    assert user.call("POST", "/api/tasks", json=BODY, headers=headers).status_code == 201


def test_a_revoked_token_can_read_but_not_write(user: User, admin: Any) -> None:
    # Revocation has a resolution of a second: a token issued in the same second stays valid.
    second = int(time.time())
    wait_until(lambda: int(time.time()) > second)
    auth.revoke_refresh_tokens(user.session["userId"], app=admin)
    refused = user.call("POST", "/api/tasks", json=BODY)

    assert user.call("GET", "/api/tasks").status_code == 200
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
    assert "revoked" in refused.json()["detail"]


def test_a_disabled_account_can_neither_write_nor_log_in(user: User, admin: Any) -> None:
    auth.update_user(user.session["userId"], disabled=True, app=admin)
    answer = user.call("POST", "/api/tasks", json=BODY)
    login = user.call("POST", "/api/auth/login", json={"email": user.email, "password": PASSWORD})

    assert (answer.status_code, answer.json()["code"]) == (403, "account_disabled")
    assert (login.status_code, login.json()["code"]) == (403, "account_disabled")


def test_the_token_of_a_deleted_account_cannot_write(user: User, admin: Any) -> None:
    auth.delete_user(user.session["userId"], app=admin)

    assert user.call("POST", "/api/tasks", json=BODY).status_code == 401
