"""Measures the loudness of a large output while it is written and uploaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from ..ffmpeg.arguments import TOLERATED
from ..ffmpeg.loudness import measure_loudness
from ..ffmpeg.run import FFmpeg
from ..plan.channel_layout import STEREO
from ..upload.listener import Heard, Listener

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..attempt import Attempt
    from ..plan.plan import Target


def loudness_listener(attempt: Attempt, target: Target) -> Callable[[], Listener] | None:
    """Return what makes a listener for an output; None where it has no goal, or its channels no names yet."""
    plan = target.plan
    is_unnamed = plan.form.codec == "aac" and plan.channels > STEREO
    if plan.analysis.goal is None or is_unnamed:
        return None
    return lambda: Listener(lambda write: _listen(attempt, target, write))


def _listen(attempt: Attempt, target: Target, write: Callable[[BinaryIO], None]) -> Heard:
    plan, done_s = target.plan, [0.0]
    # The head of a WAV states its length only at last, and without it the end looks truncated.
    tolerated = TOLERATED if plan.form.muxer == "wav" else 0.0
    ffmpeg = FFmpeg(attempt.tools, target.file, attempt.limits, done_s.append, tolerated, write)
    goal = plan.analysis.goal
    measured = measure_loudness(
        ffmpeg,
        (),
        plan.sample_rate_hz,
        plan.channels,
        dual_mono=goal is not None and goal.dual_mono,
    )
    return Heard(measured, max(done_s))
