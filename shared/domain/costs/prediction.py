"""Predicts how long a conversion takes, from what the probe found and what is requested."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from shared.domain.costs.table import DECODE, ENCODE, LOUDNESS, OPTION
from shared.domain.errors import TakesTooLong
from shared.domain.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shared.domain.files import Output
    from shared.domain.formats import Format
    from shared.domain.media import Probe

# How much slower an instance may be than the machine of the table: docs/deploy.md counts 6 s where that takes
# 2.4 s.
_SLOWEST = 2.5
# An output that misses its loudness is encoded again, at most twice (conversion/correct.py of convert).
_CORRECTIONS = 2
# To download, probe and upload, beside the work that grows with the sound.
_START_S = 0.5
# Of a codec that could not be measured: as slow as DST, of which most computers play a few at a time.
_UNMEASURED = 0.1
# A source that states no duration is as long as speech at a very low bit rate would be.
LEAST_BYTES_PER_S = 4000
_MEASURED_SAMPLES = 2 * 44_100
# A mono sound costs more than half of a stereo sound, and a small rate more than its share.
_LEAST_SCALE = 0.5
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Prediction:
    """How long an instance is busy with a conversion.

    Attributes:
        least_s: on a fast machine, with a sound whose level needs one pass only.
        usual_s: on the machine of the table.
        most_s: on a slow machine, with a sound that needs every pass.
    """

    least_s: float
    usual_s: float
    most_s: float


def predict(source: Probe, size_bytes: int, outputs: Sequence[Output]) -> Prediction:
    """Return the time that all outputs take together, on one CPU.

    Args:
        source: what the probe found.
        size_bytes: of the source, for one that states no duration.
        outputs: that are requested.
    """
    duration_s = source.duration_s or size_bytes / LEAST_BYTES_PER_S
    decode = DECODE.get(source.codec)
    scale = _scale(source.sample_rate_hz, source.channels)
    least = 0.0 if source.duration_s is None else duration_s * scale * (decode or 0.0)
    usual = most = duration_s * scale * (_UNMEASURED if decode is None else decode)
    for output in outputs:
        cheap, dear = _per_second(output)
        seconds = length_s(output, duration_s) * _output_scale(source, output)
        least += 0.0 if source.duration_s is None or _may_be_copied(source, output) else seconds * cheap
        usual += seconds * _usual_per_second(output)
        most += seconds * dear
    return Prediction(least, _START_S + usual, _START_S + _SLOWEST * most)


def check_finishes(source: Probe, size_bytes: int, outputs: Sequence[Output], limit_s: float) -> None:
    """Refuse a conversion that no instance can finish in time.

    Raises:
        TakesTooLong: even the least prediction is over the limit; the error says what would fit.
    """

    def takes_s(wanted: Sequence[Output]) -> float:
        return predict(source, size_bytes, wanted).least_s

    if takes_s(outputs) <= limit_s or source.duration_s is None:
        return
    length = int(source.duration_s * limit_s / takes_s(outputs) / _MINUTE_S)
    message = (
        f"These outputs of {source.duration_s / _MINUTE_S:.0f} min of audio take at least "
        f"{takes_s(outputs) / _MINUTE_S:.0f} min to convert; the limit is {limit_s / _MINUTE_S:.0f} min."
    )
    hint = f"Convert up to {length} min at a time, with startS and endS"
    fitting = _fitting(outputs, takes_s, limit_s)
    if fitting:
        hint += f"; or only {' and '.join(output.format for output in fitting)}, and the rest in other tasks"
    raise TakesTooLong(message, hint=f"{hint}.")


def _fitting(
    outputs: Sequence[Output], takes_s: Callable[[Sequence[Output]], float], limit_s: float
) -> list[Output]:
    """Return the first outputs that fit together."""
    fitting: list[Output] = []
    for output in outputs:
        if takes_s([*fitting, output]) <= limit_s:
            fitting.append(output)
    return fitting


def _per_second(output: Output) -> tuple[float, float]:
    """Return the least and the most seconds for each second of stereo."""
    options, encode = output.options, ENCODE[output.format]
    used = (name for field in fields(options) if getattr(options, name := field.name) is not None)
    extra = sum(OPTION.get(name, 0.0) for name in used)
    if options.loudness_lufs is None and options.spec is None:
        return encode, encode + extra
    least, most = LOUDNESS[output.format]
    return encode + least, (1 + _CORRECTIONS) * encode + most + extra


def _usual_per_second(output: Output) -> float:
    """Return the seconds of a pass that no sound's level repeats."""
    options = output.options
    is_levelled = options.loudness_lufs is not None or options.spec is not None
    return ENCODE[output.format] + (sum(LOUDNESS[output.format]) / 2 if is_levelled else 0.0)


def length_s(output: Output, duration_s: float) -> float:
    """Return how long an output is, silence that is trimmed included."""
    options = output.options
    end_s = min(duration_s, options.end_s or duration_s)
    return max(0.0, end_s - (options.start_s or 0.0)) / (options.speed or 1.0)


def _may_be_copied(source: Probe, output: Output) -> bool:
    return source.codec == FORMATS[output.format].codec


def _output_scale(source: Probe, output: Output) -> float:
    form, options = FORMATS[output.format], output.options
    rate_hz = options.sample_rate_hz or min(source.sample_rate_hz, _highest_rate_hz(form, source))
    channels = options.channels or min(source.channels, form.max_channels)
    return _scale(rate_hz, channels)


def _highest_rate_hz(form: Format, source: Probe) -> int:
    return max(form.sample_rates_hz, default=source.sample_rate_hz)


def _scale(rate_hz: int, channels: int) -> float:
    return max(_LEAST_SCALE, rate_hz * channels / _MEASURED_SAMPLES)
