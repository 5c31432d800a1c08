"""What was measured of the source for one output, before it is encoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .loudness import Gain

if TYPE_CHECKING:
    from shared.domain.media import Loudness


@dataclass(frozen=True, slots=True)
class Analysis:
    """Findings for one output.

    Attributes:
        span: beginning and end in the source, in seconds, where silence is to be trimmed.
        gain: what brings it to the loudness that was asked for.
        before: loudness of the source, as far as this output takes it.
        seconds: length of what was measured, where the source says its own.
    """

    span: tuple[float, float] | None = None
    gain: Gain = Gain()  # noqa: RUF009  # immutable
    before: Loudness | None = None
    seconds: float | None = None

    @property
    def is_due(self) -> bool:
        """Whether anything had to be found out."""
        return self.span is not None or self.before is not None
