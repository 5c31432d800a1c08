"""Compares an output with its plan, and with what was metered while it was encoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.errors import EmptyFile, NothingLeft, OutputMismatch, Truncated

from ..ffmpeg.errors import CopyDiffers
from ..plan.duration import CLAIM_TOLERANCE_RATIO, CLAIM_TOLERANCE_S

if TYPE_CHECKING:
    from shared.domain.media import Probe

    from ..metering.levels import Meter
    from ..plan.plan import Plan

# Beside the codec's padding, which the formats table has: containers count milliseconds, and resamplers delay
# by some samples.
RESULT_TOLERANCE_S = 0.005
_TOO_SHORT_HINT = (
    "The rest is missing or damaged. Copy the file again, or export it again from its source; "
    "if there is none, export what a player plays of it."
)


def check_not_empty(plan: Plan, meter: Meter) -> None:
    """Check that anything was encoded, before the output is examined.

    Raises:
        NothingLeft: the source ends before the requested part begins.
        EmptyFile: the source has no audio at all.
    """
    if meter.seconds == 0:
        raise NothingLeft if plan.is_cut else EmptyFile("The file contains no samples.")


def check_output(plan: Plan, source: Probe, result: Probe, meter: Meter | None, cut_s: float = 0.0) -> None:
    """Check codec, channels, sample rate, container and duration of one output.

    Args:
        plan: of the output.
        source: what the probe found in the source.
        result: what the probe found in the output.
        meter: of what was encoded; None where the stream was copied.
        cut_s: of jumps of the source's clock that are no audio.

    Raises:
        CopyDiffers: a copy is shorter or longer than the source.
        Truncated: less was decoded than the source claims to have.
        OutputMismatch: the output differs from its plan.
    """
    _compare("codec", plan.form.codec, "pcm" if result.codec.startswith("pcm_") else result.codec)
    _compare("number of channels", plan.channels, result.channels)
    # Opus always decodes at 48 kHz (RFC 7845).
    rate_hz = 48_000 if plan.form.codec == "opus" else plan.sample_rate_hz
    _compare("sample rate", rate_hz, result.sample_rate_hz)
    if not set(result.container.split(",")) & plan.form.containers:
        raise OutputMismatch(f"The output is {result.container}, not {plan.form.name}.")
    if meter is None:
        _check_copy(source.duration_s, result.duration_s, is_bound=source.length_is_bound)
    else:
        _check_claim(None if source.length_is_bound else plan.duration_s, meter.seconds + cut_s)
        _check_length(plan, meter.seconds, result.duration_s)


def _compare(what: str, planned: str | int, found: str | int) -> None:
    if planned != found:
        raise OutputMismatch(f"The output's {what} is {found}, not {planned}.")


def _check_claim(claimed_s: float | None, decoded_s: float) -> None:
    """Check that the source holds as much as its header claims; more does no harm."""
    if claimed_s is not None and decoded_s < _shortest(claimed_s):
        raise Truncated(_too_short(claimed_s, decoded_s), hint=_TOO_SHORT_HINT)


def _check_length(plan: Plan, encoded_s: float, result_s: float | None) -> None:
    """Check that the output is no shorter than what was encoded, and no longer than the codec pads it."""
    if result_s is None:
        raise OutputMismatch(f"The duration of the {plan.form.name} output is unknown.")
    padding_s = plan.form.padding_samples / plan.sample_rate_hz
    if not -RESULT_TOLERANCE_S <= result_s - encoded_s <= padding_s + RESULT_TOLERANCE_S:
        raise OutputMismatch(f"The output is {result_s:.3f} s long, but {encoded_s:.3f} s were encoded.")


def _check_copy(source_s: float | None, result_s: float | None, *, is_bound: bool) -> None:
    if source_s is None or result_s is None:
        return
    is_shorter = result_s < _shortest(source_s) and not is_bound
    if is_shorter or result_s > source_s + _tolerance(source_s):
        raise CopyDiffers


def _tolerance(claimed_s: float) -> float:
    return CLAIM_TOLERANCE_S + CLAIM_TOLERANCE_RATIO * claimed_s


def _shortest(claimed_s: float) -> float:
    return claimed_s - _tolerance(claimed_s)


def _too_short(claimed_s: float, found_s: float) -> str:
    return f"The file claims {claimed_s:.2f} s of audio, but only {found_s:.2f} s can be decoded."
