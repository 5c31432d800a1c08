"""What of the source's tags, pictures and chapters an output lacks, by the probes of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.formats import Carrier
from shared.domain.notes.outputs import ChaptersDropped, CoverDropped, TagsDropped

from ..probe.report import MAX_TAGS
from .tags import moved_chapters
from .technical_tags import technical_tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.domain.media import Probe
    from shared.domain.notes.base import Finding

    from ..plan.plan import Plan


def metadata_losses(plan: Plan, source: Probe, found: Probe) -> Iterator[Finding]:
    """Yield what an output lacks; nothing where the client asked for no tags.

    Args:
        plan: of the output.
        source: what the probe found in the source.
        found: what it found in the output.
    """
    if plan.output.options.keep_tags is False:
        return
    if (pictures := source.pictures - found.pictures) > 0:
        yield CoverDropped(pictures, _reason(plan, source, found))
    if (chapters := _chapter_count(plan, source) - found.chapter_count) > 0:
        yield ChaptersDropped(chapters)
    if tags := lost_tags(plan, source, found):
        yield TagsDropped(tags, max(0, source.tag_count - MAX_TAGS))


def lost_tags(plan: Plan, source: Probe, found: Probe) -> tuple[str, ...]:
    """Return the names of the tags whose values an output has under no name.

    None where the output has more tags than a probe reads: one of the others may be it.
    """
    if len(found.tags) >= MAX_TAGS:
        return ()
    technical = set(technical_tags(plan, source))
    renamed = {value for name, value in found.tags.items() if name not in source.tags}
    return tuple(
        name
        for name, value in source.tags.items()
        if name not in technical and value.strip() and value not in {found.tags.get(name), *renamed}
    )


def _reason(plan: Plan, source: Probe, found: Probe) -> str:
    if plan.form.cover is Carrier.NONE:
        return "format"
    if source.cover is None:
        return "kind"
    return "single" if found.pictures else "size"


def _chapter_count(plan: Plan, source: Probe) -> int:
    """Return how many chapters the output would have if its format held them all."""
    unread = 0 if plan.is_cut else source.chapter_count - len(source.chapters)
    return len(moved_chapters(source.chapters, plan)) + unread
