"""The tags that an output is to have: those of the source, without what is not true of it, and as edited."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .chapters import moved_chapters
from .covers.fitting import shown_pictures
from .edits import edited
from .gain import ALBUM_LEVELS, level_for
from .model.field import Kind
from .model.fields import FIELDS
from .model.tags import Tags
from .technical_tags import is_technical

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shared.domain.media import Probe

    from ..plan.plan import Plan
    from .model.tags import Entry


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
    pictures = tuple(shown_pictures(tags.pictures)) if plan.form.holds_pictures else ()
    kept = replace(tags, entries=entries, chapters=chapters, pictures=pictures)
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
