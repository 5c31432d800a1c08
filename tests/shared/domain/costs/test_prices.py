"""Prices, and what a conversion will cost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shared.domain.costs.prices import GIB, NANO, Cost, Operations, load_prices, nano, usd
from shared.domain.costs.quote import quote
from shared.domain.costs.sizes import predict_sizes
from shared.domain.files import Output
from shared.domain.media import Probe
from shared.domain.options import Options
from tools.stage import bundle_files

PRICES = load_prices()
SONG, SONG_BYTES = Probe("wav", "pcm_s16le", 210.0, 44_100, 2), 37_044_044
SETTINGS = Path("deploy/settings.sh")


def output(form: str, **options: object) -> Output:
    return Output(form, f"x/out.{form}", Options(**options))  # type: ignore[arg-type]  # by name


def test_each_kind_of_cost_follows_the_table() -> None:
    assert PRICES.compute(1000.0) == nano(0.024 + 1000 * 2 * 0.000_002_5)
    assert PRICES.storage(GIB, 30) == nano(0.02)
    assert PRICES.download(GIB) == nano(0.12)
    assert PRICES.operations(Operations(writes=100_000)) == nano(0.09)


def test_what_is_kept_no_longer_costs_nothing() -> None:
    assert PRICES.storage(GIB, -1) == 0


def test_sums_of_many_costs_are_exact() -> None:
    one = Cost(compute=nano(0.1), storage=nano(0.2))

    assert one.plus(one).plus(one).total == 3 * one.total == nano(0.9)
    assert usd(one.total) == pytest.approx(0.3)
    assert isinstance(one.total, int)
    assert nano(1) == NANO


def test_the_instances_are_those_that_are_deployed() -> None:
    text = SETTINGS.read_text()

    assert re.search(r"^CONVERT_MEMORY=(\d+)Gi$", text, re.MULTILINE)[1] == f"{PRICES.convert_gib:g}"  # type: ignore[index]
    assert re.search(r"^HTTP_MEMORY=(\d+)Mi$", text, re.MULTILINE)[1] == f"{1024 * PRICES.http_gib:g}"  # type: ignore[index]


def test_the_table_is_in_the_bundles_that_read_it() -> None:
    assert "shared/domain/costs/prices.py" not in bundle_files("notify") or (
        "shared/domain/costs/prices.toml" in bundle_files("notify")
    )


def test_half_the_retention_is_half_the_storage() -> None:
    month, half = (quote(PRICES, SONG, SONG_BYTES, (output("mp3"),), days) for days in (30, 15))

    assert half.usual.storage == pytest.approx(month.usual.storage / 2, abs=1)
    assert half.usual.compute == month.usual.compute


def test_what_is_expected_lies_below_the_most() -> None:
    found = quote(PRICES, SONG, SONG_BYTES, (output("mp3"), output("flac", loudness_lufs=-14.0)), 7)

    assert 0 < found.usual_s < found.most_s
    assert 0 < found.usual_bytes < found.most_bytes
    assert 0 < found.usual.total < found.most.total


@pytest.mark.parametrize(
    ("wanted", "usual"),
    [
        (output("wav"), 37_044_000),
        (output("wav", bit_depth=24, channels=1), 27_783_000),
        (output("mp3"), 190 * 210 * 125),
        (output("mp3", bit_rate_kbps=128), 128 * 210 * 125),
        (output("ogg", quality=3.0), 112 * 210 * 125),
        (output("opus"), 128 * 210 * 125),
        (output("m4a", end_s=105.0), 192 * 105 * 125),
    ],
)
def test_the_size_of_an_output_follows_its_format_and_options(wanted: Output, usual: int) -> None:
    sizes = predict_sizes(SONG, SONG_BYTES, (wanted,))

    assert sizes.usual == pytest.approx(usual, rel=0.01)
    assert sizes.most > sizes.usual
