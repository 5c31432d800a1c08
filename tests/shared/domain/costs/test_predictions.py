"""The table of costs has every row, and predictions follow from it."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from shared.domain.costs.prediction import check_finishes, predict
from shared.domain.costs.table import DECODE, ENCODE, LOUDNESS, OPTION
from shared.domain.errors import TakesTooLong
from shared.domain.files import Output
from shared.domain.formats import FORMATS
from shared.domain.media import Probe
from shared.domain.options import Options
from shared.domain.presets import PRESETS
from shared.domain.sources import DECODED

HOUR = Probe("wav", "pcm_s16le", 3600.0, 44_100, 2)
HOUR_BYTES = 635_040_000


def output(form: str, **options: object) -> Output:
    return Output(form, f"x/out.{form}", Options(**options))  # type: ignore[arg-type]  # by name


def test_every_codec_format_and_option_has_a_row() -> None:
    in_loudness = {"loudness_lufs", "spec"}

    assert set(DECODE) == DECODED
    assert set(ENCODE) == set(LOUDNESS) == set(FORMATS)
    assert set(OPTION) | in_loudness == {field.name for field in fields(Options)}


def test_every_measured_cost_is_less_than_the_sound_takes_to_play() -> None:
    costs = [*filter(None, DECODE.values()), *ENCODE.values(), *OPTION.values()]

    assert all(0 <= cost < 1 for cost in costs)
    assert all(cost > 0 for cost in ENCODE.values())


def test_a_prediction_grows_with_the_length_the_channels_and_the_outputs() -> None:
    one = predict(HOUR, HOUR_BYTES, [output("mp3")])

    assert predict(replace(HOUR, duration_s=7200.0), HOUR_BYTES, [output("mp3")]).least_s == pytest.approx(
        2 * one.least_s
    )
    assert predict(replace(HOUR, channels=6), HOUR_BYTES, [output("flac")]).least_s > (
        2 * predict(HOUR, HOUR_BYTES, [output("flac")]).least_s
    )
    assert predict(HOUR, HOUR_BYTES, [output("mp3"), output("ogg")]).most_s > one.most_s > one.least_s


def test_only_the_part_that_is_converted_counts() -> None:
    part, whole = output("mp3", start_s=600.0, end_s=660.0), output("mp3")

    assert predict(HOUR, HOUR_BYTES, [part]).least_s < predict(HOUR, HOUR_BYTES, [whole]).least_s / 10
    assert predict(HOUR, HOUR_BYTES, [output("mp3", speed=0.5)]).least_s > (
        1.5 * predict(HOUR, HOUR_BYTES, [whole]).least_s
    )


def test_a_sound_whose_peaks_have_to_be_limited_may_take_longer() -> None:
    web = PRESETS["web"]
    plain, loud = output("m4a"), Output("m4a", "x/out.m4a", web.options)

    assert predict(HOUR, HOUR_BYTES, [loud]).most_s > predict(HOUR, HOUR_BYTES, [plain]).most_s


def test_an_unknown_duration_may_be_long_but_refuses_nothing() -> None:
    unknown = replace(HOUR, duration_s=None)

    assert predict(unknown, 10**8, [output("mp3")]).most_s > predict(HOUR, 10**8, [output("mp3")]).most_s
    assert predict(unknown, 10**8, [output("mp3")]).least_s == 0
    check_finishes(unknown, 10**8, [output("mp3")], limit_s=1)


def test_a_copied_stream_refuses_nothing() -> None:
    check_finishes(replace(HOUR, container="mp3", codec="mp3"), HOUR_BYTES, [output("mp3")], limit_s=60)


def test_the_refusal_says_what_would_fit() -> None:
    takes_s = predict(HOUR, HOUR_BYTES, [output("mp3")]).least_s
    both = [output("mp3"), output("m4a")]
    limit_s = takes_s + 1

    with pytest.raises(TakesTooLong) as refused:
        check_finishes(HOUR, HOUR_BYTES, both, limit_s)

    fits = int(60 * limit_s / predict(HOUR, HOUR_BYTES, both).least_s)
    assert "60 min of audio" in refused.value.message
    assert f"up to {fits} min" in refused.value.hint
    assert "only mp3" in refused.value.hint
    check_finishes(replace(HOUR, duration_s=60.0 * fits), HOUR_BYTES, both, limit_s)
    check_finishes(HOUR, HOUR_BYTES, both[:1], limit_s)
