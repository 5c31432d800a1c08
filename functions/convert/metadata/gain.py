"""Loudness tags: ReplayGain 2, and R128 gain in Opus (RFC 7845, 5.2.1), of the output itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .model.field import Kind
from .model.fields import FIELDS
from .model.tags import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.domain.formats import Format
    from shared.domain.media import Loudness

    from ..plan.plan import Plan
    from .model.tags import Tags

ALBUM_LEVELS = frozenset({"replaygain_album_gain", "replaygain_album_peak", "r128_album_gain"})
TRACK_LEVELS = frozenset({"replaygain_track_gain", "replaygain_track_peak", "r128_track_gain"})
_LEVELS = frozenset(name for name, field in FIELDS.items() if field.kind is Kind.GAIN)
# What players bring a track to: ReplayGain 2, and Opus.
_REPLAYGAIN_LUFS, _R128_LUFS = -18.0, -23.0
# R128 gain has 16 bits, of which 8 are behind the point.
_R128_UNITS, _R128_LIMIT = 256, 1 << 15
# As long as any of them.
LONGEST = (Entry("replaygain_track_gain", "-000.00 dB"), Entry("replaygain_track_peak", "00.000000"))


def needs_gain(plan: Plan, tags: Tags, *, is_copy: bool) -> bool:
    """Return whether the output's own loudness is to be measured: on request, or where its source had levels.

    Args:
        plan: of the output.
        tags: of the source.
        is_copy: whether the source's tag is carried over, with levels that are still true.
    """
    options = plan.output.options
    if options.replay_gain is not None:
        return options.replay_gain
    had_any = any(entry.name in _LEVELS for entry in tags.entries)
    is_true = is_copy or plan.is_copied
    return had_any and not is_true and options.keep_tags is not False


def track_levels(form: Format, measured: Loudness) -> Iterator[Entry]:
    """Yield the levels of an output; none for silence."""
    if measured.integrated_lufs is None or measured.true_peak_dbtp is None:
        return
    if form.muxer == "opus":
        yield _r128("r128_track_gain", _R128_LUFS - measured.integrated_lufs)
        return
    yield Entry("replaygain_track_gain", f"{_REPLAYGAIN_LUFS - measured.integrated_lufs:.2f} dB")
    yield Entry("replaygain_track_peak", f"{10 ** (measured.true_peak_dbtp / 20):.6f}")


def level_for(form: Format, entry: Entry) -> Iterator[Entry]:
    """Yield an entry; a gain as this format has it, which in Opus is R128 gain and nothing else."""
    if entry.name not in _LEVELS or entry.name.startswith("r128") == (form.muxer == "opus"):
        yield entry
    elif form.muxer == "opus":
        if (gain_db := _decibels(entry)) is not None:
            name = entry.name.replace("replaygain", "r128")
            yield _r128(name, gain_db + _R128_LUFS - _REPLAYGAIN_LUFS)
    elif (units := _whole(entry.value)) is not None:
        gain_db = units / _R128_UNITS + _REPLAYGAIN_LUFS - _R128_LUFS
        yield Entry(entry.name.replace("r128", "replaygain"), f"{gain_db:.2f} dB")


def _r128(name: str, gain_db: float) -> Entry:
    units = round(gain_db * _R128_UNITS)
    return Entry(name, str(max(-_R128_LIMIT, min(units, _R128_LIMIT - 1))))


def _decibels(entry: Entry) -> float | None:
    """Return the value of a gain; None of a peak, and where it is no number."""
    if not entry.name.endswith("_gain"):
        return None
    try:
        return float(entry.value.lower().removesuffix("db"))
    except ValueError:
        return None


def _whole(value: str) -> int | None:
    try:
        return int(value)
    except ValueError:
        return None
