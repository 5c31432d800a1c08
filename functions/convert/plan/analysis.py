"""What was measured of the source for one output, before it is encoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .level.loudness import Gain, Room

if TYPE_CHECKING:
    from ..ffmpeg.loudness import Measurement
    from .level.loudness import Goal


@dataclass(frozen=True, slots=True)
class Analysis:
    """Findings for one output.

    Attributes:
        span: start and end of the audible part in the source, in seconds, where silence is trimmed.
        gain: brings the output to the requested loudness or level, limited where peaks would be too high.
        goal: of its loudness, where one is requested.
        before: loudness of the part of the source that this output takes.
        room: that encoder and limiter have.
        over_dbtp: true peak that the output would have, where it is limited though no gain was requested.
        fits_depth: whether the samples of a deeper source fit the output's depth as they are.
        measured_s: length of what was measured, where the source says its own.
    """

    span: tuple[float, float] | None = None
    gain: Gain = Gain()  # noqa: RUF009  # immutable
    goal: Goal | None = None
    before: Measurement | None = None
    room: Room = Room()  # noqa: RUF009  # immutable
    over_dbtp: float | None = None
    fits_depth: bool = False
    measured_s: float | None = None

    @property
    def took_a_pass(self) -> bool:
        """Whether the source had to be decoded for it."""
        return bool(self.span or self.before or self.gain.ceiling_dbtp)
