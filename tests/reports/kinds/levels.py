"""Levels, loudness, channels and samples beyond full scale."""

from __future__ import annotations

import array
import math
from typing import TYPE_CHECKING

from tests.reports.inputs.pcm import FLOAT, floats, fmt, tone, wav
from tests.reports.report import Converted, Report

if TYPE_CHECKING:
    from tests.reports.outcome import Result

PERIOD = 100


def float_wav(samples: list[float], channels: int = 1) -> bytes:
    return wav(floats(*samples), fmt(FLOAT, channels, bits=32))


def sine(count: int, level: float) -> list[float]:
    return [level * math.sin(2 * math.pi * n / PERIOD) for n in range(count)]


def stereo(left: float, right: float, seconds: float = 0.5) -> bytes:
    """A tone at another level in each channel; negative is the opposite phase."""
    one = array.array("h", tone(seconds, level=1.0))
    both = (round(sample * level) for sample in one for level in (left, right))
    return wav(array.array("h", both).tobytes(), fmt(channels=2))


def reaches(target_lufs: float) -> Converted:
    """An output whose integrated loudness, as the task records it, is the target's."""

    def check(result: Result) -> None:
        assert result.output.normalisation
        assert abs((result.output.normalisation.after.integrated_lufs or 0) - target_lufs) < 0.3

    return Converted(also=check)


def is_level(result: Result, peak: float) -> None:
    assert abs(result.peak(0.1, 0.4) - peak) < 0.01


def keeps_its_steps(result: Result, ratio: float) -> None:
    assert abs(result.peak(0.2, 0.8) / result.peak(1.2, 1.8) - ratio) < 0.1


def silence_stays_first(result: Result) -> None:
    assert result.peak(0.0, 0.9) < 0.001
    assert abs(result.peak(1.05, 1.3) - result.peak(1.6, 1.9)) < 0.01


REPORTS = (
    Report(
        "A sample that is no number makes the encoder abort.",
        [
            "rtl-airband/RTLSDR-Airband 240",
            "tanersener/mobile-ffmpeg 238",
            "libsndfile/libsndfile 1034",
        ],
        "Such samples become silent; the rest is converted.",
        lambda: float_wav([math.nan, math.inf, -math.inf, *sine(22_050, 0.5)]),
        Converted(seconds=0.5486, within_s=0.03, peak_dbfs=-6.02),
        to="mp3",
    ),
    Report(
        "A generated voice with NaN in it fails in AAC.",
        ["Kosinkadink/ComfyUI-VideoHelperSuite 694", "FreeRDP/FreeRDP 9576"],
        "Such samples become silent; the rest is converted.",
        lambda: float_wav([*sine(11_025, 0.5), math.nan, *sine(11_025, 0.5)]),
        Converted(seconds=0.5, within_s=0.001, peak_dbfs=-6.02),
        to="m4a",
    ),
    Report(
        "A spike far above full scale at the start of a file upsets everything after it.",
        ["slhck/ffmpeg-normalize 190"],
        "What exceeds full scale is cut off where an output cannot hold it, with a note.",
        lambda: float_wav([15.0, -15.0, *sine(22_048, 0.5)]),
        Converted(seconds=0.5, notes=["source_clips"], also=lambda result: is_level(result, 0.5)),
        options={"bitDepth": 16},
    ),
    Report(
        "Loud floats are clipped before a gain brings them down.",
        ["musescore/MuseScore 21330"],
        "The gain comes first.",
        lambda: float_wav(sine(22_050, 1.5)),
        Converted(seconds=0.5, peak_dbfs=-2.48),
        to="flac",
        options={"gainDb": -6},
    ),
    Report(
        "Clips below three seconds keep their loudness.",
        ["slhck/ffmpeg-normalize 87", "slhck/ffmpeg-normalize 113", "peterforgacs/ffmpeg-normalize 3"],
        "Any length is measured and adjusted.",
        lambda: wav(tone(1.2, level=0.05)),
        reaches(-16),
        options={"loudnessLufs": -16},
    ),
    Report(
        "A clip shorter than a block of the measurement has no loudness.",
        ["justinsalamon/scaper 28", "slhck/ffmpeg-normalize 110"],
        "It is measured as if it went on.",
        lambda: wav(tone(0.2, level=0.05)),
        reaches(-16),
        options={"loudnessLufs": -16},
    ),
    Report(
        "A recording that is hardly audible stays so.",
        ["slhck/ffmpeg-normalize 252"],
        "It gets up to 40 dB of gain.",
        lambda: wav(tone(1.2, level=0.002)),
        reaches(-20),
        options={"loudnessLufs": -20},
    ),
    Report(
        "Audio far above full scale is measured after it was clipped, and ends too quiet.",
        ["desbma/r128gain 44"],
        "It is measured, and turned down, as it is.",
        lambda: float_wav([*sine(44_100, 4.0), *sine(88_200, 0.5)]),
        Converted(also=lambda result: keeps_its_steps(result, 8.0)),
        options={"loudnessLufs": -16, "bitDepth": 16},
    ),
    Report(
        "Audio louder than 0 LUFS is rejected or stays as it is.",
        ["slhck/ffmpeg-normalize 92", "audacity/audacity 4750"],
        "It is turned down to the target.",
        lambda: float_wav(sine(44_100, 4.0)),
        reaches(-16),
        to="flac",
        options={"loudnessLufs": -16},
    ),
    Report(
        "After silence at its start, the level climbs slowly to the target.",
        ["slhck/ffmpeg-normalize 146"],
        "One gain holds for the whole file.",
        lambda: wav(bytes(88_200) + tone(1.0, level=0.05)),
        Converted(seconds=2.0, also=silence_stays_first),
        options={"loudnessLufs": -20},
    ),
    Report(
        "A mono mix of a stereo file is quieter, or clips.",
        ["audacity/audacity 3519", "slhck/ffmpeg-normalize 253"],
        "Mono is the mean of left and right.",
        lambda: stereo(0.9, 0.9),
        Converted(seconds=0.5, channels=1, peak_dbfs=-0.92),
        options={"channels": 1},
    ),
    Report(
        "A mono mix takes only the left channel.",
        ["AudioKit/AudioKit 2993", "monochrome-music/monochrome 939"],
        "Mono is the mean of left and right: a channel alone comes out at half.",
        lambda: stereo(0.0, 0.5),
        Converted(seconds=0.5, channels=1, peak_dbfs=-12.04),
        options={"channels": 1},
    ),
    Report(
        "Quiet recordings lose their beginning with silence.",
        ["ibab/tensorflow-wavenet 56", "ibab/tensorflow-wavenet 95"],
        "Quiet is not silent.",
        lambda: wav(bytes(44_100) + tone(1.0, level=0.01) + bytes(44_100)),
        Converted(seconds=1.0, within_s=0.1),
        options={"trimSilence": True},
    ),
)
