"""Channels are mixed by one explicit matrix: ITU-R BS.775 where it says anything, else tables of our own."""

from __future__ import annotations

from math import sqrt

import pytest

from functions.convert.plan.mix import LAYOUTS, is_reordering, mix_matrix, pan_filter, peak_gain, speakers

HALF_POWER = sqrt(0.5)
STEREO, MONO = ("FL", "FR"), ("FC",)


def layout(name: str) -> tuple[str, ...]:
    return tuple(LAYOUTS[name].split())


def left_of(source: str) -> dict[str, float]:
    """Gains in the left channel of stereo, by speaker; the right one must mirror them."""
    names = layout(source)
    left, right = mix_matrix(names, STEREO)
    mirror = str.maketrans("LR", "RL")
    assert [right[names.index(_mirrored(name, mirror))] for name in names] == list(left)
    return {name: gain for name, gain in zip(names, left, strict=True) if gain}


def _mirrored(name: str, mirror: dict[int, int]) -> str:
    return name if name.startswith("LFE") else name.translate(mirror)


@pytest.mark.parametrize("name", ["5.1", "5.1(side)"])
def test_surround_becomes_stereo_as_in_bs_775(name: str) -> None:
    surround = "BL" if name == "5.1" else "SL"

    assert left_of(name) == pytest.approx({"FL": 1, "FC": HALF_POWER, surround: HALF_POWER})


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("2.1", {"FL": 1}),
        ("3.0", {"FL": 1, "FC": HALF_POWER}),
        ("4.0", {"FL": 1, "FC": HALF_POWER, "BC": 0.5}),
        ("quad", {"FL": 1, "BL": HALF_POWER}),
        ("6.1", {"FL": 1, "FC": HALF_POWER, "BC": 0.5, "SL": HALF_POWER}),
        ("7.1", {"FL": 1, "FC": HALF_POWER, "BL": 0.5, "SL": 0.5}),
        ("7.1(wide)", {"FL": 1, "FC": HALF_POWER, "BL": HALF_POWER, "FLC": 1}),
        ("downmix", {"DL": 1}),
    ],
)
def test_layouts_beyond_bs_775_have_a_table_of_their_own(name: str, left: dict[str, float]) -> None:
    assert left_of(name) == pytest.approx(left)


@pytest.mark.parametrize("name", LAYOUTS)
def test_mono_is_the_mean_of_left_and_right(name: str) -> None:
    left, right = mix_matrix(layout(name), STEREO)
    (mono,) = mix_matrix(layout(name), MONO)

    assert mono == pytest.approx([(a + b) / 2 for a, b in zip(left, right, strict=True)])


@pytest.mark.parametrize("name", ["stereo", "quad", "5.1", "7.1"])
def test_mono_keeps_its_level(name: str) -> None:
    target = layout(name)
    gains = {speaker: row[0] for speaker, row in zip(target, mix_matrix(MONO, target), strict=True) if row[0]}

    assert gains == ({"FC": 1} if "FC" in target else {"FL": 1, "FR": 1})


def test_more_channels_than_the_source_has_stay_silent() -> None:
    matrix = mix_matrix(STEREO, layout("5.1"))

    assert matrix == ((1, 0), (0, 1), (0, 0), (0, 0), (0, 0), (0, 0))


@pytest.mark.parametrize("source", LAYOUTS)
@pytest.mark.parametrize("target", ["mono", "stereo", "3.0", "quad", "4.0", "5.0", "5.1", "6.1", "7.1"])
def test_every_speaker_but_the_subwoofer_is_heard_in_every_layout(source: str, target: str) -> None:
    columns = list(zip(*mix_matrix(layout(source), layout(target)), strict=True))
    unheard = {name for name, column in zip(layout(source), columns, strict=True) if not any(column)}

    assert unheard <= {"LFE"}


def test_speakers_are_read_from_names_lists_and_numbers() -> None:
    assert speakers("5.1(side)", 6) == layout("5.1(side)")
    assert speakers("3 channels (FL+FR+LFE)", 3) == ("FL", "FR", "LFE")
    assert speakers("", 4) == layout("quad")
    assert speakers("ambisonic 1", 16) is None
    assert speakers("5.1", 8) is None


def test_a_matrix_that_only_moves_channels_changes_no_sample() -> None:
    assert is_reordering(mix_matrix(layout("5.1(side)"), layout("5.1")))
    assert not is_reordering(mix_matrix(layout("4.0"), layout("quad")))
    assert not is_reordering(mix_matrix(STEREO, MONO))


def test_the_peak_gain_is_what_all_channels_at_full_scale_add_up_to() -> None:
    assert peak_gain(mix_matrix(STEREO, MONO)) == 1
    assert peak_gain(mix_matrix(layout("5.1"), STEREO)) == pytest.approx(1 + 2 * HALF_POWER)


def test_the_filter_names_channels_by_number() -> None:
    matrix = mix_matrix(STEREO, layout("3.0"))

    assert pan_filter(matrix, "3.0") == "pan=3.0|c0=0.99999999*c0|c1=0.99999999*c1|c2=0*c0"
