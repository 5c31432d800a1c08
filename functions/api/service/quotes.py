"""Says what a conversion would cost and how long it would take, from what the client says of the file.

It needs nothing but the tables of costs and prices: no call to another service.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import product
from pathlib import PurePath
from typing import TYPE_CHECKING

from shared.domain.costs.prediction import LEAST_BYTES_PER_S, check_finishes
from shared.domain.costs.prices import usd
from shared.domain.costs.quote import quote
from shared.domain.errors import TakesTooLong
from shared.domain.files import Output
from shared.domain.media import Probe

if TYPE_CHECKING:
    from shared.domain.costs.prices import Prices

    from ..inputs.new_task import NewTask
    from .quotas import Limits

# Of each extension, the usual codec. The conversion goes by the content.
_CODECS = {
    **dict.fromkeys(("wav", "w64", "rf64", "caf"), "pcm_s16le"),
    **dict.fromkeys(("aif", "aiff"), "pcm_s16be"),
    **dict.fromkeys(("m4a", "m4b", "mp4", "mov", "aac", "mkv", "3gp"), "aac"),
    **dict.fromkeys(("ogg", "oga"), "vorbis"),
    **dict.fromkeys(("opus", "webm"), "opus"),
    **{name: name for name in ("mp3", "flac", "ape", "tta")},
    "wv": "wavpack",
    "wma": "wmav2",
    "amr": "amr_nb",
    "mp2": "mp2",
    "ac3": "ac3",
}
_RATE_HZ, _CHANNELS, _BITS = 44_100, 2, 16
# What PCM may be, by its bit rate; the first that fits.
_PCM_HZ = (44_100, 48_000, 96_000, 88_200, 192_000, 32_000, 22_050, 16_000, 8_000)
_PCM = tuple(product((16, 24, 32), (2, 1), _PCM_HZ))
_PCM_TOLERANCE = 0.02


@dataclass(frozen=True, slots=True)
class TaskQuote:
    """What a task would cost. Without size or duration, only the most is known.

    Attributes:
        seconds, most_seconds: for which an instance is busy.
        usd, most_usd: US dollars for the whole task: kept to its end, each output fetched once.
        is_long: whether it waits in the queue of long conversions; None without a duration.
        refusal: why it would be refused.
    """

    seconds: float | None
    most_seconds: float
    usd: float | None
    most_usd: float
    is_long: bool | None
    refusal: TakesTooLong | None = None


@dataclass(frozen=True, slots=True)
class Quotes:
    """Makes quotes.

    Attributes:
        limits: of one upload; a client that does not say how large its file is gets the price of the largest.
        kept_days: for which files are kept.
        long_s: predicted time beyond which a conversion waits in the queue of long ones.
        finish_s: time in which a conversion must finish.
    """

    prices: Prices
    limits: Limits
    kept_days: float
    long_s: float
    finish_s: float

    def make(self, request: NewTask) -> TaskQuote:
        """The quote of a task.

        Raises:
            DeclaredTooLarge: the declared size is over the limit.
            DeclaredTooLong: the declared duration is over the limit.
        """
        self.limits.check_declared(request.size_bytes, request.duration_s)
        size_bytes = self.limits.upload_bytes if request.size_bytes is None else request.size_bytes
        source = _source(request, size_bytes)
        outputs = tuple(Output(wanted.form.name, "", wanted.options) for wanted in request.outputs)
        found = quote(self.prices, self._timed(source, size_bytes), size_bytes, outputs, self.kept_days)
        is_timed = request.duration_s is not None
        return TaskQuote(
            round(found.usual_s, 1) if is_timed else None,
            round(found.most_s, 1),
            usd(found.usual.total) if is_timed and request.size_bytes is not None else None,
            usd(found.most.total),
            found.most_s > self.long_s if is_timed else None,
            self._refusal(source, size_bytes, outputs),
        )

    def _timed(self, source: Probe, size_bytes: int) -> Probe:
        """The source with its duration, or else with the longest that its size and the service allow."""
        if source.duration_s is not None:
            return source
        return replace(source, duration_s=min(self.limits.duration_s, size_bytes / LEAST_BYTES_PER_S))

    def _refusal(self, source: Probe, size_bytes: int, outputs: tuple[Output, ...]) -> TakesTooLong | None:
        try:
            check_finishes(source, size_bytes, outputs, self.finish_s)
        except TakesTooLong as error:
            return error
        return None


def _source(request: NewTask, size_bytes: int) -> Probe:
    """What the file probably is: 44.1 kHz and stereo, unless it is PCM, which its bit rate tells."""
    codec = _CODECS.get(PurePath(request.filename).suffix[1:].lower(), "")
    bits, channels, rate_hz = _BITS, _CHANNELS, _RATE_HZ
    if codec.startswith("pcm") and request.duration_s and size_bytes:
        bits, channels, rate_hz = _pcm(8 * size_bytes / request.duration_s)
    return Probe("", codec, request.duration_s, rate_hz, channels, bits_per_sample=bits)


def _pcm(bits_per_s: float) -> tuple[int, int, int]:
    """Bits, channels and sample rate."""
    fitting = (shape for shape in _PCM if abs(math.prod(shape) / bits_per_s - 1) < _PCM_TOLERANCE)
    return next(fitting, (_BITS, _CHANNELS, _RATE_HZ))
