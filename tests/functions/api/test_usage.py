"""What a user has used this month."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.ports.ledger import MonthUsage
from tests.functions.api.world import ANA, BEA, World


@pytest.fixture
def world() -> World:
    return World()


def test_usage_has_the_months_numbers_and_the_cap(world: World) -> None:
    world.months.used["ana", "2026-11"] = MonthUsage("2026-11", 3, 90, 1000, 500, 1_250_000_400, 250_000_000)

    assert world.call("GET", "/api/usage", ANA).get_json() == {
        "month": "2026-11",
        "tasks": 3,
        "audioMinutes": 1.5,
        "storedBytes": 1000,
        "fetchedBytes": 500,
        "costUsd": 1.2500004,
        "reservedUsd": 0.25,
        "capUsd": 5.0,
        "renewsAt": "2026-12-01T00:00:00.000Z",
    }


def test_usage_is_ones_own(world: World) -> None:
    world.months.used["ana", "2026-11"] = MonthUsage("2026-11", 3)

    assert world.call("GET", "/api/usage", BEA).get_json()["tasks"] == 0
    assert world.call("GET", "/api/usage").status_code == 401


def test_new_year_begins_a_new_month(world: World) -> None:
    world.clock.now = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    found = world.call("GET", "/api/usage", ANA).get_json()

    assert (found["month"], found["renewsAt"]) == ("2026-12", "2027-01-01T00:00:00.000Z")
