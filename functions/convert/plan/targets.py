"""The planning step: analyzes the source where needed, plans each output, and gives it a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .analyze import analyze_outputs, with_measured_length
from .plan import Target, plan_output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.domain.files import Output
    from shared.domain.media import Probe

    from ..ffmpeg.run import FFmpeg


def plan_outputs(
    ffmpeg: FFmpeg, source: Probe, outputs: Sequence[Output], *, may_copy: bool = True
) -> list[Target]:
    """Plan every output.

    Args:
        ffmpeg: with the source as its input.
        source: what the probe found.
        outputs: format and options of each.
        may_copy: whether the source's stream may be copied.

    Raises:
        MustNormalise: the source has to be normalised first.
        ConversionError: the source cannot be decoded, or the options leave nothing of it.
    """
    source = with_measured_length(ffmpeg, outputs, source)
    analyses = analyze_outputs(ffmpeg, outputs, source)
    plans = [
        plan_output(output, source, analysis, ffmpeg.tools, may_copy=may_copy)
        for output, analysis in zip(outputs, analyses, strict=True)
    ]
    return [Target(plan, ffmpeg.source.with_name(f"output-{n}")) for n, plan in enumerate(plans)]
