"""Tags, cover and chapters: what each output carries over, and how its container wants it.

ffmpeg maps tags by itself. What it does not do is done here: chapters follow a cut and a change of speed, Ogg
and FLAC get theirs as Vorbis comments, Ogg its cover as METADATA_BLOCK_PICTURE, and tags that would no longer
be true are left behind.
"""

from __future__ import annotations

import base64
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.formats import Carrier
from shared.domain.media import Chapter

from ..containers.id3 import JOINT
from ..ffmpeg.probe import FRONT_COVER, MAX_TAG_CHARACTERS, WITH_ID3
from .technical_tags import stale_tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shared.domain.task import Probe

    from ..plan.plan import Plan

# A picture as a Vorbis comment is held in memory three times over; covers are far smaller than this.
MAX_COVER_BYTES = 8 * 1024 * 1024
_FRONT_COVER_NUMBER = 3


@dataclass(frozen=True, slots=True)
class Tagging:
    """What one output is told of tags.

    Attributes:
        text: an ffmetadata file for this output, empty where none is needed.
        args: of the output; `{input}` stands for the number of the ffmetadata file among the inputs.
    """

    text: str
    args: tuple[str, ...]


def tagging(plan: Plan, source: Probe, picture: bytes | None) -> Tagging:
    """Settle tags, cover and chapters of one output.

    Args:
        plan: the output.
        source: what the probe found.
        picture: the cover's bytes, where some output holds it as a comment.
    """
    if plan.output.options.keep_tags is False:
        return Tagging("", ("-map_metadata", "-1", "-map_chapters", "-1"))
    chapters = moved(source.chapters, plan)
    comments = _comments(plan, chapters, picture)
    text = _ffmetadata(comments, chapters if plan.form.chapters is Carrier.OWN else ())
    return Tagging(text, (*_tag_args(plan, source, bool(text)), *_cover_args(plan, source)))


def needs_picture(plan: Plan, source: Probe) -> bool:
    """Whether this output takes the cover as a comment."""
    return (
        source.cover is not None
        and plan.form.cover is Carrier.COMMENT
        and plan.output.options.keep_tags is not False
    )


def moved(chapters: Sequence[Chapter], plan: Plan) -> tuple[Chapter, ...]:
    """The chapters as the output has them, after cutting and change of speed."""
    options, span = plan.output.options, plan.study.span
    begin, end = span or (options.start_s or 0.0, options.end_s or float("inf"))
    speed = options.speed or 1.0
    if plan.duration_s is not None and chapters:
        # What lies beyond would make an MP4 last as long as its chapters.
        end = min(end, begin + plan.duration_s * speed)
    kept = [c for c in chapters if c.end_s > begin and c.start_s < end]
    return tuple(
        Chapter((max(c.start_s, begin) - begin) / speed, (min(c.end_s, end) - begin) / speed, c.title)
        for c in kept
    )


def _tag_args(plan: Plan, source: Probe, has_text: bool) -> Iterator[str]:  # noqa: FBT001  # a fact
    if has_text:
        # First, so that ours stay in order: ffmpeg fills the place of a tag that it drops with the last one.
        yield from ("-map_metadata", "{input}")
    yield from ("-map_metadata", "0")
    # What the format does not say, the stream may: in Ogg all there is, in Matroska what was said of a track.
    yield from ("-map_metadata", f"0:s:a:{source.stream}")
    # In Ogg that would be twice the same, or the track's title in place of the recording's.
    is_ogg = "ogg" in {*source.container.split(","), *plan.form.containers}
    yield from ("-map_metadata:s:a:0", "-1" if is_ogg else f"0:s:a:{source.stream}")
    yield from ("-map_chapters", "{input}" if has_text and plan.form.chapters is Carrier.OWN else "-1")
    for name, text in _several(source):
        yield from ("-metadata", f"{name}={text}")
    for name in stale_tags(plan, source):
        yield from ("-metadata", f"{name}=", "-metadata:s:a:0", f"{name}=")


def _several(source: Probe) -> Iterator[tuple[str, str]]:
    """Tags that may have several values, of which ffmpeg reads one; what the probe cut is left to it."""
    for name, text in source.tags.items() if source.container in WITH_ID3 else ():
        if JOINT in text and "=" not in name and len(text) < MAX_TAG_CHARACTERS:
            yield name, text


def _cover_args(plan: Plan, source: Probe) -> tuple[str, ...]:
    if source.cover is None or plan.form.cover is not Carrier.OWN:
        return ()
    # It is the only one that is carried over, whatever it was called: players look for a front cover.
    named = ("-map_metadata:s:v:0", f"0:s:{source.cover}", "-metadata:s:v:0", f"comment={FRONT_COVER}")
    return ("-map", f"0:{source.cover}", "-c:v", "copy", "-disposition:v:0", "attached_pic", *named)


def _comments(plan: Plan, chapters: Sequence[Chapter], picture: bytes | None) -> dict[str, str]:
    comments = {}
    if plan.form.chapters is Carrier.COMMENT:
        for n, chapter in enumerate(chapters, 1):
            comments[f"CHAPTER{n:03}"] = _clock(chapter.start_s)
            comments[f"CHAPTER{n:03}NAME"] = chapter.title
    if picture and plan.form.cover is Carrier.COMMENT:
        comments["METADATA_BLOCK_PICTURE"] = vorbis_picture(picture)
    return comments


def vorbis_picture(picture: bytes) -> str:
    """The value of METADATA_BLOCK_PICTURE: a FLAC picture block (RFC 9639, 8.8) in base64.

    Dimensions of 0 let readers look into the picture.
    """
    mime = b"image/png" if picture.startswith(b"\x89PNG") else b"image/jpeg"
    head = struct.pack(">II", _FRONT_COVER_NUMBER, len(mime)) + mime
    block = head + struct.pack(">IIIIII", 0, 0, 0, 0, 0, len(picture)) + picture
    return base64.b64encode(block).decode()


def _clock(seconds: float) -> str:
    whole, ms = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{ms:03}"


def _ffmetadata(comments: dict[str, str], chapters: Sequence[Chapter]) -> str:
    """Ffmpeg's own text form of tags and chapters; empty if there is nothing to say."""
    if not comments and not chapters:
        return ""
    lines = [";FFMETADATA1", *(f"{name}={_escaped(value)}" for name, value in comments.items())]
    for chapter in chapters:
        times = (f"START={round(chapter.start_s * 1000)}", f"END={round(chapter.end_s * 1000)}")
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", *times, f"title={_escaped(chapter.title)}"]
    return "\n".join(lines) + "\n"


def _escaped(value: str) -> str:
    # ffmpeg takes a backslash before the line's end for an escape, even if that is escaped itself.
    safe = f"{value} " if value.endswith("\\") else value
    return re.sub(r"([=;#\\\n])", r"\\\1", safe)
