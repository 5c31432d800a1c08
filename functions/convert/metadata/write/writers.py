"""What each of ffmpeg's muxers, which reserve the space, gets from us, and what that has no place for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..model.fields import FIELDS
from .id3 import frame_of, id3_tag
from .id3_bodies import V2_4
from .ilst import atom_of, meta_content
from .matroska import tags_element
from .riff import wave_chunks
from .vorbis import comment_name, flac_blocks, opus_packet, vorbis_packet

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..model.tags import Tags


@dataclass(frozen=True, slots=True)
class Writer:
    """The writer of one muxer.

    Attributes:
        render: all tags, pictures and chapters as the content of the space.
        name_of: a field's name there; empty if it has no place.
        has_own_chapters: whether ffmpeg writes them, because they are more than tags.
    """

    render: Callable[[Tags], bytes]
    name_of: Callable[[str], str]
    has_own_chapters: bool = False


def _frame(name: str) -> str:
    return frame_of(name, V2_4)


def _frame_or_chunk(name: str) -> str:
    field = FIELDS.get(name)
    return _frame(name) or (field.riff if field else "")


WRITERS = {
    "mp3": Writer(id3_tag, _frame),
    "adts": Writer(id3_tag, _frame),
    "aiff": Writer(id3_tag, _frame),
    "wav": Writer(wave_chunks, _frame_or_chunk),
    "flac": Writer(flac_blocks, comment_name),
    "ogg": Writer(vorbis_packet, comment_name),
    "opus": Writer(opus_packet, comment_name),
    "ipod": Writer(meta_content, atom_of, has_own_chapters=True),
    "webm": Writer(tags_element, comment_name, has_own_chapters=True),
}
