"""Chapters of an output: they follow a cut and a change of speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.media import Chapter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..plan.plan import Plan


def moved_chapters(chapters: Sequence[Chapter], plan: Plan) -> tuple[Chapter, ...]:
    """Return the chapters as the output has them, after cutting and change of speed."""
    options, span = plan.output.options, plan.analysis.span
    begin, end = span or (options.start_s or 0.0, options.end_s or float("inf"))
    speed = options.speed or 1.0
    if plan.duration_s is not None and chapters:
        # Chapters beyond the end would make an MP4 as long as they are.
        end = min(end, begin + plan.duration_s * speed)
    kept = [c for c in chapters if (c.end_s > begin or c.start_s >= begin) and c.start_s < end]
    return tuple(
        Chapter((max(c.start_s, begin) - begin) / speed, (min(c.end_s, end) - begin) / speed, c.title)
        for c in kept
    )
