"""Verdicts on outputs by published specifications, from stored measurements."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.domain.files import Output
from shared.domain.formats import FORMATS
from shared.domain.media import Levels, Loudness, Normalisation
from shared.domain.options import Options, parse_options
from shared.domain.specs import SPECS
from shared.domain.specs.verdict import Item, Verdict, verdicts_of

PODCAST = Loudness(-16.04, 6.0, -1.04)
FINISHED = Output(
    "mp3",
    "out.mp3",
    Options(spec="apple-podcasts", bit_rate_kbps=128),
    generation=1,
    sample_rate_hz=44_100,
    channels=2,
    bit_rate_kbps=128,
    levels=Levels((), -2.0, -20.04, -52.3),
    normalisation=Normalisation(Loudness(-30, 6.0, -9), PODCAST),
)


def verdict(output: Output, spec: str) -> Verdict:
    return next(one for one in verdicts_of(output) if one.spec.name == spec)


def item(output: Output, spec: str, name: str) -> Item:
    return next(one for one in verdict(output, spec).items if one.name == name)


def measured(loudness: Loudness) -> Output:
    return replace(FINISHED, normalisation=Normalisation(loudness, loudness))


def test_requested_specification_comes_first_and_is_met() -> None:
    first, *others = verdicts_of(FINISHED)

    assert (first.spec.name, first.meets) == ("apple-podcasts", True)
    assert {one.spec.name for one in others} == SPECS.keys() - {"apple-podcasts"}


def test_failed_item_has_figure_and_requirement() -> None:
    noise = item(FINISHED, "acx", "noiseFloor")

    assert verdict(FINISHED, "acx").meets is False
    assert (noise.value, noise.maximum, noise.meets) == (-52.3, -60, False)
    assert noise.message == "Noise floor -52.3 dBFS; required: at most -60 dBFS."


@pytest.mark.parametrize(
    ("form", "channels", "meets"), [("wav", 1, [False]), ("flac", 2, [True]), ("mp3", 1, [])]
)
def test_apple_takes_no_lossless_file_with_one_channel(form: str, channels: int, meets: list[bool]) -> None:
    items = verdict(replace(FINISHED, format=form, channels=channels), "apple-podcasts").items

    assert [one.meets for one in items if one.name == "channels"] == meets


@pytest.mark.parametrize(
    ("lufs", "peak_dbtp", "meets"),
    [(-15.0, -1, True), (-17.04, -1, True), (-14.9, -1, False), (-17.1, -1, False), (-16, -0.9, False)],
)
def test_bounds_hold_to_a_tenth(lufs: float, peak_dbtp: float, *, meets: bool) -> None:
    assert verdict(measured(Loudness(lufs, 1.0, peak_dbtp)), "apple-podcasts").meets is meets


@pytest.mark.parametrize(
    ("spec", "low", "high"),
    # EBU R 128 s1-2020, b; ATSC A/85:2026-07, annex M; AES TD1008, table 1, where speech is not measured.
    [("ebu-r128-s1", -23.2, -22.8), ("atsc-a85", -26, -22), ("aes-td1008", -18.5, -16)],
)
def test_tolerance_is_that_of_the_publisher(spec: str, low: float, high: float) -> None:
    for lufs, meets in ((low, True), (high, True), (low - 0.1, False), (high + 0.1, False)):
        assert item(measured(Loudness(lufs, 1.0, -3.0)), spec, "loudness").meets is meets


def test_what_was_not_measured_is_unknown() -> None:
    spoken = measured(Loudness(-23.0, 3.0, -2.0))

    assert verdict(spoken, "ebu-r128-s1").meets is None
    assert "was not measured" in item(spoken, "ebu-r128-s1", "shortTermLoudness").message
    assert verdict(measured(Loudness(-23.0, 3.0, -2.0, -17.0)), "ebu-r128-s1").meets is False


def test_mono_counts_as_it_is_played_where_the_specification_says_so() -> None:
    mono = replace(measured(Loudness(-21.0, 3.0, -2.0)), channels=1)
    as_dual = replace(mono, options=Options(spec="aes-td1008"))

    assert item(mono, "aes-td1008", "loudness").value == pytest.approx(-18.0)
    assert item(as_dual, "aes-td1008", "loudness").value == pytest.approx(-21.0)
    assert item(as_dual, "apple-podcasts", "loudness").value == pytest.approx(-24.0)
    assert item(mono, "apple-podcasts", "loudness").value == pytest.approx(-21.0)


def test_acx_requires_a_constant_bit_rate_of_mp3() -> None:
    by_quality = replace(FINISHED, options=Options(spec="acx", quality=2), bit_rate_kbps=190)
    failed = {one.name for one in verdict(by_quality, "acx").items if one.meets is False}

    assert failed == {"truePeak", "noiseFloor", "bitRate", "bitRateMode"}


def test_nothing_is_said_of_what_is_unfinished_or_was_not_measured() -> None:
    assert verdicts_of(replace(FINISHED, generation=None)) == ()
    assert verdicts_of(replace(FINISHED, normalisation=None)) == ()


def test_acx_brings_its_file_format_unless_requested_otherwise() -> None:
    assert parse_options({"spec": "acx"}, FORMATS["mp3"]) == Options(
        spec="acx", bit_rate_kbps=192, sample_rate_hz=44_100
    )
    assert parse_options({"spec": "acx", "quality": 2}, FORMATS["mp3"]).bit_rate_kbps is None
    assert parse_options({"spec": "acx"}, FORMATS["flac"]).bit_rate_kbps is None


def test_every_specification_names_its_source() -> None:
    for spec in SPECS.values():
        assert spec.source.startswith("https://")
        assert (spec.lufs is None) != (spec.rms_dbfs is None)
