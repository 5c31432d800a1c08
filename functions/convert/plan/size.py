"""How large outputs will be at least, as far as can be known before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.domain.task import Probe

    from .plan import Plan

# What an encoder makes of sound at least, as a share of what it is asked for; only silence takes less.
_LOSSLESS_RATIO, _LOSSY_RATIO = 0.3, 0.8


_AAC_KBPS_PER_CHANNEL = 64


def least_bytes(plans: Iterable[Plan]) -> int:
    """What outputs will take whose files stay whole until the end, as far as can be known before."""
    return sum(round(_least_kbps(plan) * 125 * (plan.duration_s or 0)) for plan in plans if plan.form.whole)


def _least_kbps(plan: Plan) -> float:
    options = plan.output.options
    if plan.copied:
        return 0
    if plan.form.lossless:
        depth = options.bit_depth or 16
        return _LOSSLESS_RATIO * depth * plan.channels * plan.sample_rate_hz / 1000
    return _LOSSY_RATIO * (options.bit_rate_kbps or _AAC_KBPS_PER_CHANNEL * plan.channels)


def may_leave(plan: Plan, source: Probe) -> bool:
    """Whether nothing but the head of this output is written a second time.

    AIFF has its cover at the end, as large as it may be, and notes its length before it.
    """
    return not plan.form.whole and not (plan.form.muxer == "aiff" and source.cover is not None)
