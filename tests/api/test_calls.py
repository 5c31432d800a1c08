"""How many calls to other services a request costs where no key lies, as in the cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.calls import count

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
def test_creating_costs_a_look_at_the_account_a_write_and_a_signature(
    calls: dict[str, dict[str, int]], request_name: str
) -> None:
    assert calls[request_name] == {"identity": 1, "firestore": 1, "iam": 1}


def test_the_first_of_an_instance_costs_no_more_but_for_its_own_credentials(
    calls: dict[str, dict[str, int]],
) -> None:
    own = {name: count for name, count in calls["first create"].items() if name != "metadata"}

    assert own == calls["create"]


@pytest.mark.parametrize("request_name", ["get", "get again", "get processed", "list"])
def test_reading_costs_one_read(calls: dict[str, dict[str, int]], request_name: str) -> None:
    assert calls[request_name] == {"firestore": 1}


def test_a_download_costs_a_read_and_a_signature(calls: dict[str, dict[str, int]]) -> None:
    assert calls["download"] == {"firestore": 1, "iam": 1}


def test_a_fresh_upload_is_read_counted_and_signed(calls: dict[str, dict[str, int]]) -> None:
    assert calls["fresh upload"] == {"identity": 1, "firestore": 2, "iam": 1}


def test_cancelling_costs_a_read_and_a_write(calls: dict[str, dict[str, int]]) -> None:
    assert calls["cancel"] == {"identity": 1, "firestore": 2}


def test_what_is_public_costs_nothing(calls: dict[str, dict[str, int]]) -> None:
    assert calls["formats"] == {}
