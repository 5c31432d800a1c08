"""Compares what came out with what was planned, before anything is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.errors import OutputMismatch, Truncated

if TYPE_CHECKING:
    from shared.task import Probe

    from .plan import Plan

# A frame of padding at each end (MP3: 1,152 samples; AAC: 1,024; Opus: 6.5 ms), at rates as low as 8 kHz.
TOLERANCE_S = 0.3
TOLERANCE_RATIO = 0.002


def verify(plan: Plan, result: Probe) -> None:
    """Check codec, container, channels, sample rate and duration of one output.

    Raises:
        Truncated: the output is shorter than the source says of itself: the source breaks off.
        OutputMismatch: it is not what was planned.
    """
    _same("codec", plan.form.codec, "pcm" if result.codec.startswith("pcm_") else result.codec)
    _same("channels", plan.channels, result.channels)
    # Opus decodes at 48 kHz whatever it was made from (RFC 7845).
    _same("sample rate", 48_000 if plan.form.codec == "opus" else plan.sample_rate_hz, result.sample_rate_hz)
    if not set(result.container.split(",")) & plan.form.containers:
        raise OutputMismatch(f"The result is {result.container}, not {plan.form.name}.")
    _check_duration(plan.duration_s, result.duration_s)


def _same(what: str, planned: str | int, found: str | int) -> None:
    if planned != found:
        raise OutputMismatch(f"The result's {what} is {found}, not {planned}.")


def _check_duration(planned_s: float | None, found_s: float | None) -> None:
    if planned_s is None or found_s is None:
        return
    difference = found_s - planned_s
    if abs(difference) <= TOLERANCE_S + planned_s * TOLERANCE_RATIO:
        return
    if difference < 0:
        raise Truncated(f"The file says that it lasts {planned_s:.2f} s, and only {found_s:.2f} s are there.")
    raise OutputMismatch(f"The result lasts {found_s:.2f} s instead of {planned_s:.2f} s.")
