"""The planning step: measures what is needed, plans each output, and gives it a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..ffmpeg.progress import scaled_progress
from .analyze import analyze_outputs, with_measured_length
from .plan import Target, plan_output
from .rates import AAC_KBPS_PER_CHANNEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shared.domain.task import Output

    from ..attempt import Attempt
    from ..source.probe import ProbedSource
    from .plan import Plan

# Of the whole progress, where anything has to be measured first.
ANALYSIS_SHARE = 0.3
# The least that an encoder makes of audio, as a share of its nominal bit rate; only silence takes less.
_LOSSLESS_RATIO, _LOSSY_RATIO = 0.3, 0.8


def plan_outputs(attempt: Attempt, source: ProbedSource, outputs: Sequence[Output]) -> list[Target]:
    """Plan every output.

    Raises:
        FormatChanged: the source has to be normalised first.
        ConversionError: the source cannot be decoded, or the options leave nothing of it.
    """
    on_progress = scaled_progress(attempt.report, source.probe.duration_s, 0.0, ANALYSIS_SHARE)
    ffmpeg = source.ffmpeg(attempt.tools, attempt.limits, on_progress)
    probe = with_measured_length(ffmpeg, outputs, source.probe)
    analyses = analyze_outputs(ffmpeg, outputs, probe)
    return [
        Target(plan_output(output, probe, analysis), source.file.with_name(f"output-{n}"))
        for n, (output, analysis) in enumerate(zip(outputs, analyses, strict=True))
    ]


def minimum_bytes(targets: Iterable[Target]) -> int:
    """Return what the outputs that stay in their files until the end will take at least."""
    plans = (target.plan for target in targets)
    return sum(round(_minimum_kbps(plan) * 125 * (plan.duration_s or 0)) for plan in plans if plan.form.whole)


def _minimum_kbps(plan: Plan) -> float:
    options = plan.output.options
    if plan.is_copied:
        return 0
    if plan.form.lossless:
        depth = options.bit_depth or 16
        return _LOSSLESS_RATIO * depth * plan.channels * plan.sample_rate_hz / 1000
    return _LOSSY_RATIO * (options.bit_rate_kbps or AAC_KBPS_PER_CHANNEL * plan.channels)
