"""Each output follows its source as far as its format and its options allow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from functions.convert.plan.channel_layout import naming_filters
from functions.convert.plan.plan import Plan, plan_output
from functions.convert.plan.sample_format import depth_of
from shared.domain.files import Output
from shared.domain.media import Probe
from shared.domain.options import Options

CD = Probe("wav", "pcm_s16le", 10.0, 44_100, 2, bits_per_sample=16, sample_format="s16", layout="stereo")


def plan(form: str, source: Probe = CD, options: Options | None = None) -> Plan:
    return plan_output(Output(form, f"out.{form}", options or Options()), source)


def argument(planned: Plan, name: str) -> str:
    return planned.encoder_args[planned.encoder_args.index(name) + 1]


@pytest.mark.parametrize(
    ("form", "source_hz", "rate_hz"),
    [
        ("mp3", 44_100, 44_100),
        ("mp3", 96_000, 48_000),
        ("mp3", 37_800, 44_100),
        ("opus", 44_100, 48_000),
        ("opus", 11_025, 12_000),
        ("ogg", 96_000, 48_000),
        ("m4a", 176_400, 44_100),
        ("flac", 192_000, 192_000),
        ("flac", 768_000, 384_000),
        ("flac", 96_001, 96_000),
        ("flac", 44_101, 44_101),
        ("wav", 4000, 4000),
    ],
)
def test_the_sample_rate_is_the_sources_or_the_next_higher_one(
    form: str, source_hz: int, rate_hz: int
) -> None:
    assert rate_hz == plan(form, replace(CD, sample_rate_hz=source_hz)).sample_rate_hz


@pytest.mark.parametrize(
    ("codec", "sample_format", "bits", "depth"),
    [
        ("pcm_u8", "u8", 8, 8),
        ("pcm_mulaw", "s16", 8, 16),
        ("adpcm_ima_wav", "s16p", 4, 16),
        ("pcm_s16le", "s16", 16, 16),
        ("flac", "s32", 24, 24),
        ("alac", "s32p", 20, 24),
        ("pcm_s32le", "s32", 32, 32),
        ("mp3", "fltp", None, 16),
        ("pcm_f32le", "flt", 32, -32),
        ("pcm_f64be", "dbl", 64, -64),
    ],
)
def test_the_depth_holds_every_sample(codec: str, sample_format: str, bits: int | None, depth: int) -> None:
    source = replace(CD, codec=codec, sample_format=sample_format, bits_per_sample=bits)

    assert depth == depth_of(source)


@pytest.mark.parametrize(
    ("form", "options", "kbps"),
    [
        ("opus", Options(bit_rate_kbps=510, channels=1), 256),
        ("opus", Options(bit_rate_kbps=510), 510),
        ("ogg", Options(bit_rate_kbps=500, channels=1), 240),
        ("ogg", Options(bit_rate_kbps=32), 48),
        ("ogg", Options(bit_rate_kbps=95, channels=4), 128),
        ("ogg", Options(bit_rate_kbps=95, channels=6), 144),
        ("ogg", Options(bit_rate_kbps=500, channels=1, sample_rate_hz=8000), 32),
        ("mp3", Options(bit_rate_kbps=320), 320),
    ],
)
def test_a_bit_rate_beyond_the_encoders_becomes_its_nearest(form: str, options: Options, kbps: int) -> None:
    assert argument(plan(form, options=options), "-b:a") == f"{kbps}k"


@pytest.mark.parametrize("form", ["m4a", "ogg"])
def test_a_higher_sample_rate_is_kept_on_request(form: str) -> None:
    options = Options(sample_rate_hz=96_000)

    assert plan(form, replace(CD, sample_rate_hz=96_000), options).sample_rate_hz == 96_000


@pytest.mark.parametrize(
    ("form", "channels", "rate_hz", "default"),
    [
        ("mp3", 2, 44_100, "2"),
        ("ogg", 6, 48_000, "6"),
        ("m4a", 2, 44_100, "192k"),
        ("m4a", 6, 48_000, "480k"),
        ("m4a", 8, 48_000, "512k"),
        ("m4a", 1, 16_000, "64k"),
        ("opus", 1, 8_000, "32k"),
        ("webm", 6, 48_000, "384k"),
    ],
)
def test_a_lossy_output_has_the_default_bit_rate_or_quality(
    form: str, channels: int, rate_hz: int, default: str
) -> None:
    layout = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}[channels]
    source = replace(CD, channels=channels, layout=layout, sample_rate_hz=rate_hz)

    assert argument(plan(form, source), "-q:a" if form in {"mp3", "ogg"} else "-b:a") == default


def test_a_requested_bit_rate_or_quality_replaces_the_default() -> None:
    assert "-q:a" not in plan("mp3", options=Options(bit_rate_kbps=96)).encoder_args
    assert argument(plan("mp3", options=Options(quality=5)), "-q:a") == "5"


@pytest.mark.parametrize(
    ("kbps", "channels", "coder"),
    [(64, 1, "fast"), (48, 1, "twoloop"), (96, 1, "twoloop"), (64, 2, "twoloop")],
)
def test_aac_uses_its_fast_coder_where_loud_tones_are_safe(kbps: int, channels: int, coder: str) -> None:
    options = Options(bit_rate_kbps=kbps, channels=channels)

    assert argument(plan("m4a", options=options), "-aac_coder") == coder


@pytest.mark.parametrize(
    ("options", "seconds"),
    [
        (Options(), 10),
        (Options(start_s=4), 6),
        (Options(end_s=4), 4),
        (Options(start_s=1, end_s=99), 9),
        (Options(speed=2), 5),
        (Options(start_s=5, speed=0.5), 10),
    ],
)
def test_the_duration_follows_the_options(options: Options, seconds: float) -> None:
    assert seconds == plan("mp3", options=options).duration_s


def test_no_options_mean_no_filters() -> None:
    assert plan("mp3").filters == ()
    assert plan("opus", replace(CD, sample_rate_hz=48_000, channels=6, layout="5.1(side)")).filters == (
        "channelmap=map=0|1|2|3|4|5:channel_layout=5.1",
    )


@pytest.mark.parametrize("form", ["aiff", "alac"])
def test_eight_channels_get_the_only_layout_that_every_ffmpeg_reads_back(form: str) -> None:
    eight = replace(CD, channels=8, layout="7.1")

    assert plan(form, eight).filters == ("channelmap=map=0|1|2|3|4|5|6|7:channel_layout=7.1(wide)",)
    mixed = plan(form, CD, Options(channels=8)).filters
    assert mixed[1].startswith("pan=7.1(wide)|c0=0.99999999*c0|c1=0.99999999*c1|c2=0*c0")


def test_six_channels_of_aiff_keep_their_layout() -> None:
    assert plan("aiff", replace(CD, channels=6, layout="5.1")).filters == ()


def test_channels_without_a_layout_get_one_in_the_same_order() -> None:
    seven = replace(CD, container="mov", codec="aac", channels=7, layout="")

    assert naming_filters(seven) == ("channelmap=map=0|1|2|3|4|5|6:channel_layout=6.1",)
    assert naming_filters(replace(seven, layout="6.1")) == ()
