"""Measures loudness and true peaks: by the layer's own filter, or by those that every ffmpeg has."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shared.domain.errors import EncoderFailed
from shared.domain.media import Loudness

from ..metering.loudness import Windows
from ..metering.sample_windows import SampleWindows
from .pcm_taps import PcmTap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .run import FFmpeg

# Loudness is measured in blocks of this length (ITU-R BS.1770). Padding is a little longer, because of the
# resampler's delay.
BLOCK_S, _PADDED_S = 0.4, 0.41
# The absolute gate: ffmpeg reports -70 for silence.
_GATE_LUFS = -70.0
_numbers = itertools.count()
_NAME, _PEAK_NAME = "loudness", "peak"
_SUMMARY = re.compile(
    rf"\[ebur128@{_NAME} @ [^\]]*\] Summary:.*?I:\s+(?P<integrated>\S+) LUFS.*?LRA:\s+(?P<range>\S+) LU\b",
    re.DOTALL,
)
_PEAK = re.compile(rf"\[volumedetect@{_PEAK_NAME} @ [^\]]*\] max_volume: (\S+) dB")
_SUMMARY_CHARACTERS = 2000
# At four times the usual rates, peaks between samples become samples (ITU-R BS.1770). They are lowered, so
# that those above full scale show in 16 bits.
_OVERSAMPLED_HZ, _LOWERED_DB = 176_400, 12.0
_OVERSAMPLE = f"volume=-{_LOWERED_DB:g}dB,aresample={{rate_hz}}:filter_size=16:isf=fltp:osf=s16"


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured of audio.

    Attributes:
        windows: of each 10 ms, where they were needed.
        is_short: whether it is shorter than a block; its loudness is then that of a longer one of the same.
    """

    loudness: Loudness
    windows: Windows | None = None
    is_short: bool = False


def measure_loudness(
    ffmpeg: FFmpeg,
    filters: Sequence[str],
    rate_hz: int,
    channels: int,
    *,
    seconds: float | None = None,
    dual_mono: bool = False,
    predicts: bool = False,
) -> Measurement:
    """Measure the loudness behind filters; of clips shorter than a block only with their length.

    Args:
        ffmpeg: with the audio as its input.
        filters: to pass before.
        rate_hz: behind the filters.
        channels: behind the filters.
        seconds: length, where it is known.
        dual_mono: measure mono as it is played by two speakers.
        predicts: whether windows are needed, to predict what a limiter does.

    Raises:
        EncoderFailed: ffmpeg reported none; and as `FFmpeg.run`.
    """
    dual_mono = dual_mono and channels == 1
    chain = (*ffmpeg.timeline_filters, *filters, *_padding_to_a_block(seconds))
    if ffmpeg.tools.has_loudness_filters:
        found = _by_windows(ffmpeg, chain, dual_mono=dual_mono)
    else:
        tap = SampleWindows(rate_hz, channels) if predicts else None
        found = _by_summary(ffmpeg, chain, rate_hz, dual_mono=dual_mono, windows=tap, filters=filters)
    is_short = seconds is not None and seconds < BLOCK_S
    return replace(found, loudness=_without_padding(found.loudness, seconds), is_short=is_short)


def _by_windows(ffmpeg: FFmpeg, chain: Sequence[str], *, dual_mono: bool) -> Measurement:
    file = ffmpeg.source.with_name(f"windows-{next(_numbers)}")
    ffmpeg.run(_null_output(ffmpeg, (*chain, f"loudwindows=file={file.name}")))
    windows = Windows.of_records(file.read_bytes())
    file.unlink()
    return Measurement(windows.loudness(dual_mono=dual_mono), windows)


def _by_summary(
    ffmpeg: FFmpeg,
    chain: Sequence[str],
    rate_hz: int,
    *,
    dual_mono: bool,
    windows: SampleWindows | None,
    filters: Sequence[str],
) -> Measurement:
    oversampled_hz = rate_hz * max(1, -(-_OVERSAMPLED_HZ // rate_hz))
    meter = f"ebur128@{_NAME}=framelog=verbose:dualmono={str(dual_mono).lower()}"
    oversample = _OVERSAMPLE.format(rate_hz=oversampled_hz)
    outputs = [
        *_null_output(ffmpeg, (*chain, meter)),
        *_null_output(ffmpeg, (*chain, oversample, f"volumedetect@{_PEAK_NAME}")),
    ]
    taps = [PcmTap(tuple(filters), windows.rate_hz, windows.channels, windows.add)] if windows else []
    loudness = parse_log(ffmpeg.run(outputs, taps=taps, verbose=True).errors)
    return Measurement(loudness, windows.windows() if windows else None)


def _null_output(ffmpeg: FFmpeg, chain: Sequence[str]) -> list[str]:
    return ["-map", ffmpeg.audio_map, "-af", ",".join(chain), "-f", "null", "pipe:2"]


def parse_log(log: str) -> Loudness:
    """Return what the filters of every ffmpeg measured.

    Raises:
        EncoderFailed: there is no summary in ffmpeg's log.
    """
    # The last one is the filter's; a tag of the source may look like another.
    begin = max(0, log.rfind(f"[ebur128@{_NAME} @ "))
    found = _SUMMARY.match(log[begin : begin + _SUMMARY_CHARACTERS])
    if not found:
        raise EncoderFailed from RuntimeError(f"no summary of ebur128 in: {log[-500:]}")
    integrated, peaks = float(found["integrated"]), _PEAK.findall(log)
    # Silence has no summary of peaks, or one of -91 dB.
    is_silent = integrated <= _GATE_LUFS and (not peaks or float(peaks[-1]) < _GATE_LUFS - _LOWERED_DB)
    peak = None if is_silent or not peaks else round(float(peaks[-1]) + _LOWERED_DB, 1)
    return Loudness(integrated if integrated > _GATE_LUFS else None, float(found["range"]), peak)


def _padding_to_a_block(seconds: float | None) -> tuple[str, ...]:
    """Return a filter that appends silence to audio that is shorter than a block, which has no loudness."""
    is_short = seconds is not None and seconds < BLOCK_S
    return (f"apad=whole_dur={_PADDED_S}",) if is_short else ()


def _without_padding(measured: Loudness, seconds: float | None) -> Loudness:
    """Return the loudness of the audio alone, as if it filled the block."""
    if measured.integrated_lufs is None or not seconds or seconds >= BLOCK_S:
        return measured
    more_lu = 10 * math.log10(BLOCK_S / seconds)
    return replace(measured, integrated_lufs=round(measured.integrated_lufs + more_lu, 1))
