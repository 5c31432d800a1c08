"""The tags of one output, from the space that ffmpeg reserves for them to what is written there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .copies.copied_tag import copied_tag
from .gain import LONGEST, TRACK_LEVELS, needs_gain
from .outgoing import outgoing_tags
from .write.space import Space
from .write.writers import WRITERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shared.domain.media import Probe

    from ..checkpoint import Checkpoint
    from ..plan.plan import Plan
    from .copies.copied_tag import Carried
    from .model.tags import Entry, Tags


@dataclass(slots=True)
class OutputTags:
    """The tags of one output.

    Attributes:
        plan: of the output.
        source: tags of the source.
        outgoing: what the output is to have, without its own levels.
        copied: the source's tag, where container and codec stay.
        needs_gain: whether the output's own levels are written last.
    """

    plan: Plan
    source: Tags
    outgoing: Tags
    copied: Carried | None
    needs_gain: bool
    _space: Space | None = field(default=None, init=False)

    @property
    def is_copy(self) -> bool:
        """Whether the source's own tag is carried over, with what the model does not know."""
        return self.copied is not None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        tags = self.outgoing
        has_any = tags.entries or tags.pictures or tags.chapters or self.needs_gain
        return not (has_any or self.is_copy)

    def reserved_bytes(self) -> int:
        """Return how much space the tags need, before the levels are known and after.

        The tag of a copy may be shorter with levels: its own padding goes.
        """
        versions = ((), LONGEST) if self.needs_gain else ((),)
        return max(len(self._content(levels)) for levels in versions)

    def write(self, file: Path) -> None:
        """Write the tags into an output that ffmpeg has completed; raises as `Space.write`."""
        if not self.is_empty:
            self._space = Space.find(file, self.plan.form.muxer)
            self._space.write(self._content(()))
        # Once edited, the tag in the head has what the tags behind the audio of the source say.
        if self.copied and self.copied.trailing and not self._is_edited:
            with file.open("ab") as changed:
                changed.write(self.copied.trailing)

    def write_levels(self, levels: Sequence[Entry]) -> None:
        """Write them again, with the output's own levels."""
        assert self._space  # noqa: S101  # see `is_empty`
        self._space.write(self._content(levels))

    @property
    def _is_edited(self) -> bool:
        return self.needs_gain or bool(self.plan.output.options.tags)

    def _content(self, levels: Sequence[Entry]) -> bytes:
        kept = (entry for entry in self.outgoing.entries if not (levels and entry.name in TRACK_LEVELS))
        tags = replace(self.outgoing, entries=(*kept, *levels))
        if self.copied is None:
            return WRITERS[self.plan.form.muxer].render(tags)
        edited = {*(self.plan.output.options.tags or ()), *self.source.guessed}
        return self.copied.content(tags, edited | (TRACK_LEVELS if self.needs_gain else set()))


def tags_of(plan: Plan, source: Probe, tags: Tags, file: Path, checkpoint: Checkpoint) -> OutputTags:
    """Return the tags of an output.

    Args:
        plan: of the output.
        source: what the probe found.
        tags: of the source.
        file: the source, or its two ends.
        checkpoint: of the attempt.
    """
    copied = copied_tag(plan, source, tags, file, checkpoint)
    gain = needs_gain(plan, tags, is_copy=copied is not None)
    return OutputTags(plan, tags, outgoing_tags(plan, source, tags), copied, gain)
