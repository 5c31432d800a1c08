"""The caller's account: mails, passwords, sessions, deletion."""

from __future__ import annotations

from typing import Any

import pytest

from functions.api.service.account import RECENT_S
from tests.functions.api.world import ANA, BEA, World

NEW = "battery staple"


@pytest.fixture
def world() -> World:
    return World()


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def with_access(world: World, headers: dict[str, str]) -> None:
    """An API key and a receiver of webhooks."""
    world.call("POST", "/api/keys", headers, json={"name": "server"})
    world.call("PUT", "/api/webhook", headers, json={"url": "https://a.example/"})


def test_account_says_whether_its_address_is_verified(world: World) -> None:
    account = world.call("GET", "/api/account", ANA).get_json()

    assert (account["userId"], account["email"], account["emailVerified"]) == (
        "ana",
        "ana@example.com",
        False,
    )


def test_unknown_address_gets_the_response_of_a_known_one(world: World) -> None:
    answers = [
        world.call("POST", "/api/auth/forgot", json={"email": f"{name}@example.com"})
        for name in ("ana", "nobody")
    ]

    assert [(answer.status_code, answer.data) for answer in answers] == [(202, b"")] * 2
    assert world.accounts.sent == ["ana"]


@pytest.mark.parametrize("email", [" ana@example.com", "ana@example.com\n", "\u200bana@example.com\u202c"])
def test_what_copying_adds_to_an_address_is_ignored(world: World, email: str) -> None:
    world.call("POST", "/api/auth/forgot", json={"email": email})

    assert world.accounts.sent == ["ana"]


@pytest.mark.parametrize("email", ["", "  ", "\u200b", 7, None])
def test_blank_address_is_refused(world: World, email: object) -> None:
    answer = world.call("POST", "/api/auth/forgot", json={"email": email})

    assert (code(answer), answer.get_json()["field"]) == ((422, "invalid_field"), "email")


def test_password_keeps_its_spaces(world: World) -> None:
    """Trimming would lock out users who chose them."""
    world.call("POST", "/api/auth/forgot", json={"email": "ana@example.com"})
    world.call("POST", "/api/auth/reset", json={"code": "reset ana", "password": f" {NEW} "})

    assert world.users.passwords["ana"] == f" {NEW} "


@pytest.mark.parametrize("purpose", ["reset", "verify"])
def test_owner_of_an_address_shuts_out_who_registered_it_first(world: World, purpose: str) -> None:
    """better-auth #11023, formbricks #8971: password, sessions, keys and receivers of the first are gone."""
    with_access(world, ANA)
    with_access(world, BEA)
    world.accounts.codes.add(f"{purpose} ana")
    answer = world.call("POST", "/api/auth/reset", json={"code": f"{purpose} ana", "password": NEW})

    assert answer.status_code == 200
    assert (world.users.passwords, world.users.ended, world.users.verified["ana"]) == (
        {"ana": NEW},
        ["ana"],
        True,
    )
    assert {key.owner for key in world.keys.stored.values()} == set(world.endpoints.stored) == {"bea"}


def test_verified_user_who_forgot_the_password_keeps_keys(world: World) -> None:
    with_access(world, BEA)
    world.accounts.codes.add("reset bea")
    world.call("POST", "/api/auth/reset", json={"code": "reset bea", "password": NEW})

    assert len(world.keys.stored) == len(world.endpoints.stored) == 1


def test_code_is_read_without_using_it_up_and_sets_one_password(world: World) -> None:
    world.call("POST", "/api/account/verification", ANA)
    read = [world.call("POST", "/api/auth/code", json={"code": "verify ana"}).get_json() for _ in range(2)]
    body = {"code": "verify ana", "password": NEW}
    first, second = (world.call("POST", "/api/auth/reset", json=body) for _ in range(2))

    assert read == [{"email": "ana@example.com", "purpose": "verify"}] * 2
    assert first.status_code == 200
    assert code(second) == (403, "mail_code_invalid")


def test_mail_whose_account_is_gone_opens_nothing(world: World) -> None:
    world.accounts.codes.add("verify ana")
    world.users.delete("ana")

    body = {"code": "verify ana", "password": NEW}
    assert code(world.call("POST", "/api/auth/reset", json=body)) == (403, "mail_code_invalid")


@pytest.mark.parametrize(
    ("path", "body"), [("password", {"newPassword": NEW}), ("delete", {})], ids=["password", "delete"]
)
def test_stolen_token_alone_changes_nothing_sensitive(world: World, path: str, body: dict[str, str]) -> None:
    world.clock.advance(RECENT_S + 1)
    refused = world.call("POST", f"/api/account/{path}", ANA, json=body)
    wrong = world.call("POST", f"/api/account/{path}", ANA, json=body | {"currentPassword": "wrong"})

    assert code(refused) == (403, "recent_sign_in_required")
    assert code(wrong) == (403, "wrong_password")
    assert (world.users.passwords, "ana" in world.users.verified) == ({}, True)


def test_password_changes_after_a_recent_log_in_or_with_the_current_one(world: World) -> None:
    recent = world.call("POST", "/api/account/password", ANA, json={"newPassword": NEW})
    world.clock.advance(RECENT_S + 1)
    body = {"currentPassword": NEW, "newPassword": "difference"}
    later = world.call("POST", "/api/account/password", ANA, json=body)

    assert (recent.status_code, later.status_code) == (200, 200)
    assert world.users.passwords == {"ana": "difference"}


def test_signing_out_everywhere_ends_sessions_and_keeps_keys(world: World) -> None:
    world.key()
    answer = world.call("POST", "/api/account/signout", ANA)

    assert (answer.status_code, world.users.ended, len(world.keys.stored)) == (204, ["ana"], 1)


@pytest.mark.parametrize("path", ["password", "signout", "delete", "verification"])
def test_api_key_is_not_a_person(world: World, path: str) -> None:
    key = {"Authorization": f"Bearer {world.key()['key']}"}

    assert code(world.call("POST", f"/api/account/{path}", key, json={})) == (403, "key_not_allowed")


def test_unverified_address_reads_and_manages_its_account_but_changes_nothing_else(world: World) -> None:
    headers = {"Authorization": "Bearer unverified"}
    world.users.verified["unverified"] = False
    refused = [
        world.call("POST", "/api/tasks", headers, json={"filename": "a.wav", "newFormat": "mp3"}),
        world.call("POST", "/api/keys", headers, json={"name": "server"}),
        world.call("PUT", "/api/webhook", headers, json={"url": "https://a.example/"}),
    ]

    assert {code(answer) for answer in refused} == {(403, "email_not_verified")}
    assert world.call("GET", "/api/tasks", headers).status_code == 200
    assert world.call("POST", "/api/account/verification", headers).status_code == 202
    assert world.call("POST", "/api/account/delete", headers, json={}).status_code == 204
