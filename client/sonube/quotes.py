"""What a conversion would cost, as the API answers, and how long a WAV is, which it is asked with."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sonube.errors import ConversionFailed, SonubeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sonube.transfer.sources import Source

_HEAD_BYTES = 64 * 1024
_FORMS = (b"RIFF", b"RF64")


@dataclass(frozen=True, slots=True)
class Quote:
    """What one task would cost. Without the duration of the audio, only the most is known.

    Attributes:
        seconds, most_seconds: for which the service is busy with it.
        cost_usd, most_cost_usd: US dollars by the service's price table: the conversion, storage to the end
            of the task, and one download of each result.
        queue: `long` if it waits in the queue of long conversions, else `none`; `unknown`.
        error: why the service would refuse the conversion.
    """

    seconds: float | None
    most_seconds: float
    cost_usd: float | None
    most_cost_usd: float
    queue: str
    error: ConversionFailed | None
    raw: Mapping[str, Any]


def parse_quote(raw: Mapping[str, Any]) -> Quote:
    """Parse the JSON of the API."""
    error = raw.get("error")
    return Quote(
        raw["seconds"],
        raw["mostSeconds"],
        raw["costUsd"],
        raw["mostCostUsd"],
        raw["queue"],
        ConversionFailed(error["code"], error["message"], hint=error.get("hint", "")) if error else None,
        raw,
    )


def wave_duration_s(source: Source) -> float | None:
    """Seconds of a WAV or RF64; None for other files, and for those whose head does not say it."""
    try:
        head = source.read_at(0, min(source.size, _HEAD_BYTES))
    except SonubeError:
        return None
    if head[:4] not in _FORMS or head[8:12] != b"WAVE":
        return None
    position, bytes_per_s = 12, 0
    while position + 8 <= len(head):
        name, size = struct.unpack_from("<4sI", head, position)
        if name == b"fmt " and position + 20 <= len(head):
            bytes_per_s = struct.unpack_from("<I", head, position + 16)[0]
        if name == b"data":
            # A recording that was broken off, a pipe or RF64 may state no length, or a wrong one.
            rest = source.size - position - 8
            return min(size, rest) / bytes_per_s if size and bytes_per_s else None
        position += 8 + size + size % 2
    return None
