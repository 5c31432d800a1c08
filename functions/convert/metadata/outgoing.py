"""The tags that an output is to have: those of the source, without what is not true of it, and as edited."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .chapters import moved_chapters
from .edits import edited
from .gain import ALBUM_LEVELS, level_for
from .model.field import Kind
from .model.fields import FIELDS
from .model.tags import FRONT_COVER, Tags
from .technical_tags import is_technical
from .write.image_size import image_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shared.domain.media import Probe

    from ..plan.plan import Plan
    from .model.tags import Entry, Picture

# Of all pictures of an output: ffmpeg has their space in memory three times over. Covers are far smaller.
MAX_PICTURES_BYTES = 8 * 1024 * 1024
_KINDS = frozenset({"image/jpeg", "image/png"})
# No player shows larger ones, and a header of junk may claim any size.
_MAX_PIXELS = 100_000_000


def outgoing_tags(plan: Plan, source: Probe, tags: Tags) -> Tags:
    """Return what an output is to have, but for the levels of the track, which are measured.

    Args:
        plan: of the output.
        source: what the probe found.
        tags: of the source.
    """
    options = plan.output.options
    if options.keep_tags is False:
        return edited(Tags(), options.tags or {})
    entries = tuple(_kept(plan, source, tags.entries))
    chapters = moved_chapters(tags.chapters or source.chapters, plan)
    kept = replace(tags, entries=entries, chapters=chapters, pictures=tuple(_pictures(plan, tags.pictures)))
    return edited(kept, options.tags or {})


def _kept(plan: Plan, source: Probe, entries: Sequence[Entry]) -> Iterator[Entry]:
    for entry in entries:
        field = FIELDS.get(entry.name)
        is_level = field is not None and field.kind is Kind.GAIN
        if is_technical(entry, source.container) or (is_level and not _is_true(plan, source, entry.name)):
            continue
        yield from level_for(plan.form, _moved(plan, source, entry))


def _is_true(plan: Plan, source: Probe, name: str) -> bool:
    """Return whether a level that the source states is true of the output."""
    return plan.is_copied or (name in ALBUM_LEVELS and not _changes_level(plan, source))


def _changes_level(plan: Plan, source: Probe) -> bool:
    has_goal = plan.analysis.goal is not None
    return has_goal or bool(plan.output.options.gain_db) or plan.channels != source.channels


def _moved(plan: Plan, source: Probe, entry: Entry) -> Entry:
    """Return an entry as it is true: a broadcast's begin is a number of samples since midnight."""
    if entry.name != "time_reference" or not entry.value.isdecimal():
        return entry
    begin_s = plan.analysis.span[0] if plan.analysis.span else plan.output.options.start_s or 0.0
    seconds = int(entry.value) / source.sample_rate_hz + begin_s
    return entry._replace(value=str(round(seconds * plan.sample_rate_hz)))


def is_shown(picture: Picture) -> bool:
    """Return whether players can show a picture: a JPEG or PNG that states its size."""
    width, height = image_size(picture.data)
    return picture.mime in _KINDS and 0 < width * height <= _MAX_PIXELS


def _pictures(plan: Plan, pictures: Sequence[Picture]) -> Iterator[Picture]:
    """Yield the pictures that players show, the front cover first, up to the limit of their size."""
    if not plan.form.holds_pictures:
        return
    size = 0
    for picture in sorted(pictures, key=lambda one: one.kind != FRONT_COVER):
        if is_shown(picture):
            size += len(picture.data)
            if size <= MAX_PICTURES_BYTES:
                yield picture
