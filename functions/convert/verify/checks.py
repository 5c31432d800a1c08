"""Compares what came out with what was planned and with what was heard, before anything is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.errors import EmptyFile, NothingLeft, OutputMismatch, Truncated

from ..plan.duration import CLAIM_TOLERANCE_RATIO, CLAIM_TOLERANCE_S

if TYPE_CHECKING:
    from shared.domain.task import Probe

    from ..metering.levels import Meter
    from ..plan.plan import Plan

# Beside the codec's own padding, which the formats table has: containers count milliseconds; resamplers have
# a delay of some samples.
RESULT_TOLERANCE_S = 0.005


def check_any(plan: Plan, heard: Meter) -> None:
    """Make sure that something went into the encoder, before anybody looks at what came out.

    Raises:
        NothingLeft: the source ends before what was asked for begins.
        EmptyFile: it has no sound at all.
    """
    if heard.seconds == 0:
        raise NothingLeft if plan.cuts else EmptyFile("The file contains no samples.")


def verify(plan: Plan, source: Probe, result: Probe, heard: Meter | None) -> None:
    """Check codec, container, channels, sample rate and duration of one output.

    Args:
        plan: what it shall be.
        source: what the probe said of the source.
        result: what the probe says of the output.
        heard: what went into the encoder; None where the stream was copied.

    Raises:
        Truncated: less was decoded than the source says of itself: it breaks off.
        OutputMismatch: the output is not what was planned.
    """
    _same("codec", plan.form.codec, "pcm" if result.codec.startswith("pcm_") else result.codec)
    _same("channels", plan.channels, result.channels)
    # Opus decodes at 48 kHz whatever it was made from (RFC 7845).
    _same("sample rate", 48_000 if plan.form.codec == "opus" else plan.sample_rate_hz, result.sample_rate_hz)
    if not set(result.container.split(",")) & plan.form.containers:
        raise OutputMismatch(f"The output is {result.container}, not {plan.form.name}.")
    if heard is None:
        _check_copy(source.duration_s, result.duration_s, is_bound=source.length_is_bound)
    else:
        _check_claim(None if source.length_is_bound else plan.duration_s, heard.seconds)
        _check_length(plan, heard.seconds, result.duration_s)


def _same(what: str, planned: str | int, found: str | int) -> None:
    if planned != found:
        raise OutputMismatch(f"The output's {what} is {found}, not {planned}.")


def _check_claim(claimed_s: float | None, heard_s: float) -> None:
    """Of a header that promises more than there is, the file was cut; less than there is harms nobody."""
    if claimed_s is not None and heard_s < claimed_s - CLAIM_TOLERANCE_S - CLAIM_TOLERANCE_RATIO * claimed_s:
        raise Truncated(f"The file claims {claimed_s:.2f} s of audio, but contains only {heard_s:.2f} s.")


def _check_length(plan: Plan, heard_s: float, result_s: float | None) -> None:
    """What was encoded must be there, no shorter, and longer by no more than the codec pads."""
    if result_s is None:
        raise OutputMismatch(f"The duration of the {plan.form.name} output is unknown.")
    padding_s = plan.form.padding_samples / plan.sample_rate_hz
    if not -RESULT_TOLERANCE_S <= result_s - heard_s <= padding_s + RESULT_TOLERANCE_S:
        raise OutputMismatch(f"The output is {result_s:.3f} s long, but {heard_s:.3f} s were encoded.")


def _check_copy(source_s: float | None, result_s: float | None, *, is_bound: bool) -> None:
    if source_s is None or result_s is None:
        return
    slack_s = CLAIM_TOLERANCE_S + CLAIM_TOLERANCE_RATIO * source_s
    if result_s < source_s - slack_s and not is_bound:
        raise Truncated(f"The file claims {source_s:.2f} s of audio, but contains only {result_s:.2f} s.")
    if result_s > source_s + slack_s:
        raise OutputMismatch(f"The output is {result_s:.2f} s long instead of {source_s:.2f} s.")
