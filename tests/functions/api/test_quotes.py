"""What a task would cost, before it exists."""

from __future__ import annotations

from typing import Any

import pytest

from functions.api.inputs.new_task import parse_new_task
from functions.api.service.quotes import Quotes
from shared.domain.costs.prices import load_prices, usd
from tests.functions.api.world import ANA, LIMITS, World

SONG = {"filename": "song.wav", "newFormat": "mp3", "sizeBytes": 35_280_044, "durationS": 200.0}


@pytest.fixture
def world() -> World:
    return World()


def quoted(world: World, **fields: Any) -> dict[str, Any]:
    answer = world.call("POST", "/api/quote", ANA, json=SONG | fields)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def test_quote_has_time_and_money_and_creates_nothing(world: World) -> None:
    found = quoted(world)

    assert 0 < found["seconds"] < found["mostSeconds"]
    assert 0 < found["costUsd"] < found["mostCostUsd"]
    assert found["queue"] == "none"
    assert world.tasks.stored == {}


def test_cost_holds_the_storage_of_the_source_and_a_download_of_the_output(world: World) -> None:
    prices, found = load_prices(), quoted(world)
    # 190 kbit/s, as LAME makes of music.
    output_bytes = 200 * 190_000 // 8
    files = prices.storage(35_280_044 + output_bytes, 7) + prices.download(output_bytes)

    assert usd(files) < found["costUsd"] < 1.5 * usd(files)


@pytest.mark.parametrize(
    "unknown", [{"durationS": None}, {"sizeBytes": None}, {"durationS": None, "sizeBytes": None}]
)
def test_what_is_not_said_is_quoted_at_most(world: World, unknown: dict[str, None]) -> None:
    known, found = quoted(world), quoted(world, **unknown)

    assert found["costUsd"] is None
    assert found["mostCostUsd"] >= known["mostCostUsd"]
    assert (found["seconds"] is None) == (found["queue"] == "unknown") == ("durationS" in unknown)


def test_long_conversion_waits_in_the_queue(world: World) -> None:
    assert quoted(world, durationS=3600.0, preset="podcast")["queue"] == "long"


def test_conversion_that_would_be_refused_says_why(world: World) -> None:
    several = [
        {"format": name, "options": {"loudnessLufs": -16}} for name in ("mp3", "ogg", "m4a", "aac", "webm")
    ]
    body = {name: value for name, value in SONG.items() if name != "newFormat"}
    answer = world.call("POST", "/api/quote", ANA, json=body | {"durationS": 14_400.0, "outputs": several})

    assert answer.get_json()["error"]["code"] == "takes_too_long"
    assert "startS" in answer.get_json()["error"]["hint"]


@pytest.mark.parametrize(("field", "value"), [("sizeBytes", 2**40), ("durationS", 10**6)])
def test_file_over_a_limit_is_refused_as_at_its_creation(world: World, field: str, value: int) -> None:
    paths = ("/api/quote", "/api/tasks")
    quoted, created = (
        world.call("POST", path, ANA, json=SONG | {"sizeBytes": 900, field: value}) for path in paths
    )

    assert quoted.get_json()["field"] == created.get_json()["field"] == field
    assert quoted.get_json()["code"] == created.get_json()["code"]


def test_bit_rate_of_pcm_tells_its_channels(world: World) -> None:
    stereo, mono = quoted(world), quoted(world, sizeBytes=17_640_044)

    assert mono["seconds"] < 0.7 * stereo["seconds"]


def test_quotes_of_a_cheap_and_a_dear_table_differ() -> None:
    prices = load_prices()
    dear = prices._replace(
        table={name: price._replace(unit_usd=2 * price.unit_usd) for name, price in prices.table.items()}
    )
    made = [Quotes(table, LIMITS, 7, 240, 1740) for table in (prices, dear)]

    request = parse_new_task({"filename": "a.mp3", "newFormat": "ogg", "sizeBytes": 900, "durationS": 1})
    cheap_usd, dear_usd = (quotes.make(request).most_usd for quotes in made)

    assert dear_usd == pytest.approx(2 * cheap_usd, rel=1e-3)
