"""The source's own tag, for an output in which container and codec stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...containers.mp4 import MP4
from ...containers.reader import reading, unless_complex
from ...plan.stream_copy import changes_samples
from .chunks import copied_aiff, copied_chunks
from .comments import copied_blocks, copied_comments
from .id3 import copied_id3
from .items import copied_items

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path
    from typing import Protocol

    from shared.domain.media import Probe

    from ...checkpoint import Checkpoint
    from ...containers.reader import Reader
    from ...plan.plan import Plan
    from ..model.tags import Tags

    class Carried(Protocol):
        """A tag that can be carried over, and edited."""

        @property
        def trailing(self) -> bytes:
            """What is behind the audio."""
            ...

        def content(self, tags: Tags, edited: Collection[str]) -> bytes:
            """Return it byte for byte, or with these fields as they are in the tags of the output."""
            ...


# Whose titles are of an encoding that had to be guessed.
_CHAPTERS = "chapters"
# By muxer: the container of the source by ffprobe's name, and what finds the tag in it.
_FINDERS: dict[str, tuple[str, Callable[[Reader], Carried | None]]] = {
    "mp3": ("mp3", copied_id3),
    "adts": ("aac", copied_id3),
    "flac": ("flac", copied_blocks),
    "ogg": ("ogg", copied_comments),
    "opus": ("ogg", copied_comments),
    "ipod": (MP4, copied_items),
    "wav": ("wav", copied_chunks),
    "aiff": ("aiff", copied_aiff),
}


def copied_tag(plan: Plan, source: Probe, tags: Tags, file: Path, checkpoint: Checkpoint) -> Carried | None:
    """Return the source's tag, for an output that has its samples in the same container.

    Args:
        plan: of the output.
        source: what the probe found.
        tags: of the source.
        file: the source, or its two ends.
        checkpoint: of the attempt.
    """
    container, find = _FINDERS.get(plan.form.muxer, ("", None))
    options = plan.output.options
    is_same = plan.is_copied or not (plan.form.copy_from or changes_samples(options, source))
    fits = is_same and source.container == container and _CHAPTERS not in tags.guessed
    # Its bytes would not be in the encoding that the client states.
    is_written_anew = options.keep_tags is False or options.tag_encoding is not None
    if find is None or not fits or is_written_anew:
        return None
    with reading(file, checkpoint) as data:
        return unless_complex(find, data, None)
