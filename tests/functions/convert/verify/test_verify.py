"""An output that differs from its plan is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from functions.convert.ffmpeg.errors import CopyDiffers
from functions.convert.ffmpeg.run import FFmpeg
from functions.convert.metering.levels import Meter
from functions.convert.metering.samples import SAMPLE_BYTES
from functions.convert.plan.plan import plan_output
from functions.convert.process.limits import Limits
from functions.convert.verify.audibility import Playback, check_audible
from functions.convert.verify.checks import check_output
from shared.domain.errors import OutputMismatch, Truncated
from shared.domain.files import Output
from shared.domain.media import Probe
from shared.domain.options import Options
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.plan.plan import Plan

RATE_HZ, SECONDS = 8000, 10
SOURCE = Probe("wav", "pcm_s16le", float(SECONDS), RATE_HZ, 1, bits_per_sample=16, sample_format="s16")
GOOD = {
    "wav": Probe("wav", "pcm_s16le", float(SECONDS), RATE_HZ, 1),
    "mp3": Probe("mp3", "mp3", SECONDS + 0.3, RATE_HZ, 1),
    "flac": Probe("flac", "flac", float(SECONDS), RATE_HZ, 1),
    "opus": Probe("ogg", "opus", SECONDS + 0.0065, 48_000, 1),
}


def plan(form: str, **options: float) -> Plan:
    return plan_output(Output(form, f"out.{form}", Options(**options)), SOURCE)  # type: ignore[arg-type]  # by name


def metered(seconds: float = SECONDS) -> Meter:
    meter = Meter(RATE_HZ, 1)
    meter.add(bytes(SAMPLE_BYTES * round(seconds * RATE_HZ)))
    return meter


@pytest.mark.parametrize("form", GOOD)
def test_an_output_as_planned_passes(form: str) -> None:
    check_output(plan(form), SOURCE, GOOD[form], metered())


@pytest.mark.parametrize(
    ("form", "change"),
    [
        ("mp3", {"codec": "mp2"}),
        ("mp3", {"channels": 2}),
        ("mp3", {"sample_rate_hz": 16_000}),
        ("mp3", {"container": "wav"}),
        ("mp3", {"duration_s": SECONDS - 0.1}),
        ("mp3", {"duration_s": SECONDS + 0.6}),
        ("mp3", {"duration_s": None}),
        ("flac", {"duration_s": SECONDS - 0.01}),
        ("flac", {"duration_s": SECONDS + 0.01}),
        ("opus", {"sample_rate_hz": 8000}),
        ("opus", {"duration_s": SECONDS + 0.2}),
    ],
    ids=str,
)
def test_any_difference_is_refused(form: str, change: dict[str, object]) -> None:
    with pytest.raises(OutputMismatch):
        check_output(plan(form), SOURCE, replace(GOOD[form], **change), metered())  # type: ignore[arg-type]  # by name


def test_less_audio_than_the_source_claims_is_truncated() -> None:
    with pytest.raises(Truncated, match=r"10\.00 s.*6\.00 s"):
        check_output(plan("mp3"), SOURCE, replace(GOOD["mp3"], duration_s=6.1), metered(6))


def test_more_audio_than_the_source_claims_is_kept() -> None:
    check_output(plan("flac"), SOURCE, replace(GOOD["flac"], duration_s=14.0), metered(14))


def test_only_the_part_of_a_cut_counts() -> None:
    check_output(plan("flac", start_s=8), SOURCE, replace(GOOD["flac"], duration_s=2.0), metered(2))


COPYABLE = Probe("flac", "flac", float(SECONDS), RATE_HZ, 1, sample_format="s16")


@pytest.mark.parametrize("seconds", [6.0, 14.0])
def test_a_copy_must_be_as_long_as_its_source(seconds: float) -> None:
    copied = plan_output(Output("flac", "out.flac"), COPYABLE)

    assert copied.is_copied
    with pytest.raises(CopyDiffers):
        check_output(copied, COPYABLE, replace(COPYABLE, duration_s=seconds), None)


@pytest.fixture
def ffmpeg(tools: Tools, audio: Callable[..., Path]) -> FFmpeg:
    silent = audio("mp3", "-af", "volume=0")
    return FFmpeg(tools, silent, Limits(wall_s=HANG_S, cpu_s=HANG_S, file_bytes=1 << 26), lambda _: None)


def loud() -> Meter:
    meter = Meter(RATE_HZ, 1)
    meter.add(b"\x00\x40" * RATE_HZ)
    return meter


def test_a_silent_output_of_an_audible_source_is_refused(ffmpeg: FFmpeg, audio: Callable[..., Path]) -> None:
    outputs = [Playback(audio("mp3"), loud(), 44_100, 2), Playback(ffmpeg.source, loud(), 44_100, 2)]

    with pytest.raises(OutputMismatch, match="silent"):
        check_audible(ffmpeg, outputs)


def test_a_silent_output_of_a_silent_source_passes(ffmpeg: FFmpeg) -> None:
    check_audible(ffmpeg, [Playback(ffmpeg.source, metered(), 44_100, 2)])


def test_an_audible_output_passes(ffmpeg: FFmpeg, audio: Callable[..., Path]) -> None:
    check_audible(ffmpeg, [Playback(audio("mp3"), loud(), 44_100, 2)])
