"""How long a source is, how long an output will be, and the least that resamplers and encoders need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.errors import EmptyFile, NothingLeft

if TYPE_CHECKING:
    from shared.domain.formats import Format
    from shared.domain.media import Probe
    from shared.domain.options import Options

# Difference between a container's duration and the decoded one: priming and padding of the source's codec
# (two frames of the longest, AAC's 2,048 samples, at rates as low as 8 kHz), and rounding in headers.
CLAIM_TOLERANCE_S, CLAIM_TOLERANCE_RATIO = 0.6, 0.002
# ffmpeg's resampler returns nothing for fewer samples than its filter has (4 ms from 192 to 8 kHz), and MP4
# counts milliseconds. The tempo filter works on windows of up to 84 ms.
_MIN_ENCODED_S, _MIN_TEMPO_S = 0.01, 0.1


def expected_duration(
    options: Options, source_s: float | None, span: tuple[float, float] | None
) -> float | None:
    """Return the seconds after cutting, trimming and change of speed; None if the source's are not known.

    Args:
        options: of the output.
        source_s: length of the source.
        span: start and end, in seconds, of what trimming silence leaves.

    Raises:
        EmptyFile: the source is empty.
        NothingLeft: the options cut everything away.
    """
    if source_s == 0:
        raise EmptyFile("The file contains no samples.")
    start = options.start_s or 0.0
    if source_s is not None and start >= source_s:
        raise NothingLeft(f"startS is {start:g} s, but the audio ends at {source_s:.2f} s.")
    if span:
        return (span[1] - span[0]) / (options.speed or 1.0)
    if source_s is None:
        return None
    end = source_s if options.end_s is None else min(options.end_s, source_s)
    return (end - start) / (options.speed or 1.0)


def source_duration(source: Probe, measured_s: float) -> float:
    """Return the source's own figure, unless more was decoded: joined files claim less than they hold."""
    claimed_s = None if source.length_is_bound else source.duration_s
    if not claimed_s or measured_s > claimed_s + CLAIM_TOLERANCE_S + CLAIM_TOLERANCE_RATIO * claimed_s:
        return measured_s
    return claimed_s


def minimum_source_s(form: Format, options: Options, source: Probe, rate_hz: int) -> float:
    """Return the shortest part of the source, in seconds, that gives any output; 0 if every length does.

    Args:
        form: of the output.
        options: of the output.
        source: what the probe found.
        rate_hz: of the output.
    """
    speed = options.speed or 1.0
    if form.lossless and rate_hz == source.sample_rate_hz and speed == 1:
        return 0.0
    minimum_s = speed * max(_MIN_ENCODED_S, form.least_samples / rate_hz)
    if speed == 1:
        return minimum_s
    # The tempo filter returns up to a window less, and then fewer samples than the format needs.
    return minimum_s + _MIN_TEMPO_S if form.least_samples else max(minimum_s, _MIN_TEMPO_S)
