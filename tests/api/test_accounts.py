"""Sign-up, sign-in and the tokens that come of them, through firebase-admin and Identity Toolkit."""

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
def test_what_identity_toolkit_refuses_is_told_in_our_words(
    user: User, path: str, body: dict[str, str], status: int, code: str
) -> None:
    answer = user.call("POST", f"/api/auth/{path}", json=body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_an_address_is_taken_once_and_a_wrong_password_is_refused(user: User) -> None:
    again = user.call("POST", "/api/auth/signup", json={"email": user.email, "password": PASSWORD})
    wrong = user.call("POST", "/api/auth/login", json={"email": user.email, "password": "another one"})

    assert (again.status_code, again.json()["code"]) == (409, "email_taken")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "invalid_credentials")


def test_a_refreshed_token_is_as_good_as_the_first(user: User) -> None:
    fresh = user.call("POST", "/api/auth/refresh", json={"refreshToken": user.session["refreshToken"]}).json()
    headers = {"Authorization": f"Bearer {fresh['idToken']}"}

    assert fresh["userId"] == user.session["userId"]
    assert user.call("POST", "/api/tasks", json=BODY, headers=headers).status_code == 201


def test_a_revoked_token_still_reads_and_writes_no_more(user: User, admin: Any) -> None:
    # Revocation counts in whole seconds: what was issued in the same one stays good.
    second = int(time.time())
    wait_until(lambda: int(time.time()) > second)
    auth.revoke_refresh_tokens(user.session["userId"], app=admin)
    refused = user.call("POST", "/api/tasks", json=BODY)

    assert user.call("GET", "/api/tasks").status_code == 200
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
    assert "revoked" in refused.json()["detail"]


def test_a_disabled_account_is_known_and_may_do_nothing(user: User, admin: Any) -> None:
    auth.update_user(user.session["userId"], disabled=True, app=admin)
    answer = user.call("POST", "/api/tasks", json=BODY)
    login = user.call("POST", "/api/auth/login", json={"email": user.email, "password": PASSWORD})

    assert (answer.status_code, answer.json()["code"]) == (403, "account_disabled")
    assert (login.status_code, login.json()["code"]) == (403, "account_disabled")


def test_the_token_of_an_account_that_was_removed_writes_no_more(user: User, admin: Any) -> None:
    auth.delete_user(user.session["userId"], app=admin)

    assert user.call("POST", "/api/tasks", json=BODY).status_code == 401
