"""How many calls to other services a request costs without a key file, as in the cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.calls import count
from shared.domain.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.users import User
    from tools.throwaway import ThrowawayCloud


@pytest.fixture(scope="module")
def calls(
    cloud: ThrowawayCloud, user: User, audio: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, int]]:
    """Request → service → number of calls."""
    task = user.convert("song.wav", "mp3", audio("wav").read_bytes())
    home = tmp_path_factory.mktemp("no-key-here")
    return count(cloud.environment, user.session["idToken"], task["id"], home)


@pytest.mark.parametrize("request_name", ["create", "create with a key"])
def test_creating_a_task_costs_an_account_check_a_write_and_a_signature(
    calls: dict[str, dict[str, int]], request_name: str
) -> None:
    assert calls[request_name] == {"identity": 1, "firestore": 1, "iam": 1}


def test_the_first_request_of_an_instance_only_adds_its_credentials(
    calls: dict[str, dict[str, int]],
) -> None:
    own = {name: count for name, count in calls["first create"].items() if name != "metadata"}

    assert own == calls["create"]


@pytest.mark.parametrize("request_name", ["get", "get again", "get processed", "list", "usage"])
def test_reading_costs_one_read(calls: dict[str, dict[str, int]], request_name: str) -> None:
    assert calls[request_name] == {"firestore": 1}


def test_a_download_costs_a_read_and_a_signature(calls: dict[str, dict[str, int]]) -> None:
    assert calls["download"] == {"firestore": 1, "iam": 1}


def test_renewing_an_upload_costs_an_account_check_a_read_a_count_and_a_signature(
    calls: dict[str, dict[str, int]],
) -> None:
    assert calls["renew upload"] == {"identity": 1, "firestore": 2, "iam": 1}


def test_cancelling_costs_a_read_and_a_write(calls: dict[str, dict[str, int]]) -> None:
    assert calls["cancel"] == {"identity": 1, "firestore": 2}


def test_api_key_costs_a_read_in_place_of_the_account_check(calls: dict[str, dict[str, int]]) -> None:
    assert calls["create by API key"] == {"firestore": 2, "iam": 1}
    assert calls["get by API key"] == {"firestore": 2}


def test_first_use_of_an_api_key_in_an_hour_costs_an_account_check_and_a_write(
    calls: dict[str, dict[str, int]],
) -> None:
    assert calls["first use of an API key"] == {"identity": 1, "firestore": 3}


def test_looking_for_an_upload_costs_a_read_and_a_look_into_the_bucket(
    calls: dict[str, dict[str, int]],
) -> None:
    assert calls["get, and look for the upload"] == {"firestore": 1, "storage": 1}


@pytest.mark.parametrize("request_name", ["formats", "config", "quote"])
def test_what_is_known_beforehand_costs_no_call(calls: dict[str, dict[str, int]], request_name: str) -> None:
    assert calls[request_name] == {}


@pytest.mark.parametrize("request_name", ["sign up", "log in", "refresh", "forgot"])
def test_signing_in_costs_one_call(calls: dict[str, dict[str, int]], request_name: str) -> None:
    assert calls[request_name] == {"identity": 1}


@pytest.mark.parametrize("request_name", ["account", "verification", "sign out everywhere"])
def test_account_routes_add_one_call_to_the_account_check(
    calls: dict[str, dict[str, int]], request_name: str
) -> None:
    assert calls[request_name] == {"identity": 2}


def test_new_password_costs_an_account_check_a_log_in_and_an_update(
    calls: dict[str, dict[str, int]],
) -> None:
    assert calls["change password"] == {"identity": 3}


def test_deletion_of_an_empty_account_lists_its_drops_of_each_format(
    calls: dict[str, dict[str, int]],
) -> None:
    assert calls["delete account"] == {"identity": 2, "firestore": 6, "storage": len(FORMATS)}
