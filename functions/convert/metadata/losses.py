"""What of the source's tags, pictures and chapters an output lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.notes.outputs import ChaptersDropped, CoverDropped, CoverReduced, TagsDropped

from .chapters import moved_chapters
from .covers.fitting import is_shown
from .model.field import Kind
from .model.fields import FIELDS
from .technical_tags import is_private, is_technical
from .write.writers import WRITERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.domain.media import Probe
    from shared.domain.notes.base import Finding

    from ..plan.plan import Plan
    from .output_tags import OutputTags

# In a note, which a task stores.
_MAX_NAMES, _MAX_NAME_CHARACTERS = 64, 100
# A flag that only MP4 has, for players of old that needed it.
_WITHOUT_LOSS = frozenset({"gapless"})


def metadata_losses(tags: OutputTags, source: Probe, found: Probe) -> Iterator[Finding]:
    """Yield what an output lacks; nothing where the client asked for no tags.

    Args:
        tags: of the output.
        source: what the probe found in the source.
        found: what it found in the output.
    """
    plan = tags.plan
    if plan.output.options.keep_tags is False:
        return
    known = len(tags.source.pictures) + tags.source.unread_pictures
    pictures = max(source.pictures, known) - len(tags.outgoing.pictures)
    if pictures > 0 and not tags.is_copy:
        yield CoverDropped(pictures, _reason(plan, tags))
    reduced = sum(picture.is_reduced for picture in tags.outgoing.pictures)
    if reduced and not tags.is_copy:
        yield CoverReduced(reduced)
    if (chapters := _chapter_count(plan, tags, source) - found.chapter_count) > 0:
        yield ChaptersDropped(chapters)
    if names := lost_tags(tags, source.container):
        shown = tuple(name[:_MAX_NAME_CHARACTERS] for name in names[:_MAX_NAMES])
        yield TagsDropped(shown, max(0, len(names) - _MAX_NAMES))


def lost_tags(tags: OutputTags, container: str) -> tuple[str, ...]:
    """Return the names of the fields, frames and atoms that an output has no place for."""
    if tags.is_copy:
        return ()
    edited = set(tags.plan.output.options.tags or ())
    writer = WRITERS[tags.plan.form.muxer]
    fields = (
        entry.name
        for entry in tags.source.entries
        if not (is_technical(entry, container) or _is_level(entry.name) or writer.name_of(entry.name))
    )
    unknown = (one.name for one in tags.source.unknown if not is_private(one))
    return tuple(dict.fromkeys(name for name in (*fields, *unknown) if name not in edited | _WITHOUT_LOSS))


def _is_level(name: str) -> bool:
    """Return whether it is a level, which is measured again."""
    field = FIELDS.get(name)
    return field is not None and field.kind is Kind.GAIN


def _reason(plan: Plan, tags: OutputTags) -> str:
    if not plan.form.holds_pictures:
        return "format"
    shown = sum(map(is_shown, tags.source.pictures)) + tags.source.unread_pictures
    return "size" if shown > len(tags.outgoing.pictures) else "kind"


def _chapter_count(plan: Plan, tags: OutputTags, source: Probe) -> int:
    """Return how many chapters the output would have if its format held them all."""
    chapters = tags.source.chapters or source.chapters
    unread = 0 if plan.is_cut else max(0, source.chapter_count - len(chapters))
    return len(moved_chapters(chapters, plan)) + unread
