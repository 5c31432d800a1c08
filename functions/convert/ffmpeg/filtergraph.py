"""How ffmpeg takes a chain of filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Some containers begin late or leave gaps; players and encoders make different things of that. Counted by
# samples, time is what is heard.
_CONTINUOUS = "asetpts=round(N/SR/TB)"


def chain(filters: Sequence[str]) -> str:
    """The filters as ffmpeg's `-af` takes them, on a timeline without gaps."""
    return ",".join((_CONTINUOUS, *filters))
