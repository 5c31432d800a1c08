"""Tags, cover and chapters of an output: what it carries over, and how its container holds it.

ffmpeg maps tags by itself. This module does what ffmpeg does not: chapters follow a cut and a change of
speed, Ogg and FLAC get theirs as Vorbis comments, Ogg gets its cover as METADATA_BLOCK_PICTURE, and tags that
would no longer be true are left out.
"""

from __future__ import annotations

import base64
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.formats import Carrier
from shared.domain.media import Chapter

from ..probe.report import FRONT_COVER
from .technical_tags import stale_tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shared.domain.media import Probe

    from ..plan.plan import Plan

# As a Vorbis comment, a picture is in memory three times over. Covers are far smaller than this.
MAX_COVER_BYTES = 8 * 1024 * 1024
# CHAPTER001 to CHAPTER999: readers take three digits.
_MAX_COMMENTED_CHAPTERS = 999
# Streams of our file of tags.
_TRACK, _COVER = 0, 1
# In ID3v2.4, ffmpeg writes the sizes of chapters and of their list as in 2.3. Where a list has more than some
# 30 chapters, or a title more than 100 bytes, readers that trust these sizes lose chapters and the cover.
_ID3_WITH_CHAPTERS, _ID3_MUXERS = ("-id3v2_version", "3"), frozenset({"mp3", "aiff"})
# Of the kinds of pictures that ID3v2 and FLAC number alike.
_FRONT_COVER_NUMBER = 3


@dataclass(frozen=True, slots=True)
class Tagging:
    """How ffmpeg tags one output.

    Attributes:
        text: an ffmetadata file for this output; empty where none is needed.
        args: of the output.
    """

    text: str
    args: tuple[str, ...]


def tag_output(plan: Plan, source: Probe, picture: bytes | None, text_input: int) -> Tagging:
    """Decide tags, cover and chapters of one output.

    Args:
        plan: of the output.
        source: what the probe found.
        picture: the cover's bytes, where some output holds it as a comment.
        text_input: the number that the ffmetadata file will have among ffmpeg's inputs.
    """
    if plan.output.options.keep_tags is False:
        return Tagging("", ("-map_metadata", "-1", "-map_chapters", "-1"))
    chapters = moved_chapters(source.chapters, plan)
    decoded = source.decoded_tags
    ours = _comments(plan, chapters, picture)
    tags = _added(ours, decoded.recording) if decoded else ours
    streams = (decoded.track, decoded.cover) if decoded else ()
    text = _ffmetadata(tags, streams, chapters if plan.form.chapters is Carrier.OWN else ())
    tag_args = _tag_args(plan, source, text_input if text else None)
    version = _ID3_WITH_CHAPTERS if chapters and plan.form.muxer in _ID3_MUXERS else ()
    return Tagging(text, (*tag_args, *_cover_args(plan, source, text_input), *version))


def embeds_picture(plan: Plan, source: Probe) -> bool:
    """Return whether this output holds the cover as a comment."""
    return (
        source.cover is not None
        and plan.form.cover is Carrier.COMMENT
        and plan.output.options.keep_tags is not False
    )


def moved_chapters(chapters: Sequence[Chapter], plan: Plan) -> tuple[Chapter, ...]:
    """Return the chapters as the output has them, after cutting and change of speed."""
    options, span = plan.output.options, plan.analysis.span
    begin, end = span or (options.start_s or 0.0, options.end_s or float("inf"))
    speed = options.speed or 1.0
    if plan.duration_s is not None and chapters:
        # Chapters beyond the end would make an MP4 as long as they are.
        end = min(end, begin + plan.duration_s * speed)
    kept = [c for c in chapters if (c.end_s > begin or c.start_s >= begin) and c.start_s < end]
    return tuple(
        Chapter((max(c.start_s, begin) - begin) / speed, (min(c.end_s, end) - begin) / speed, c.title)
        for c in kept
    )


def _tag_args(plan: Plan, source: Probe, text_input: int | None) -> Iterator[str]:
    track = f"0:s:a:{source.stream}"
    if text_input is not None:
        # First, to keep our tags in order: ffmpeg fills the place of a tag that it drops with the last one.
        yield from ("-map_metadata", str(text_input))
    if source.decoded_tags:
        # All tags are in our file, because ffmpeg would copy their bytes.
        track = f"{text_input}:s:{_TRACK}"
    else:
        yield from ("-map_metadata", "0")
        # Tags of the stream, which in Ogg are all there are, and in Matroska those of a track.
        yield from ("-map_metadata", track)
    # In Ogg, these would be the same twice, or the track's title instead of the recording's.
    is_ogg = "ogg" in {*source.container.split(","), *plan.form.containers}
    yield from ("-map_metadata:s:a:0", "-1" if is_ogg else track)
    maps_chapters = text_input is not None and plan.form.chapters is Carrier.OWN
    yield from ("-map_chapters", str(text_input) if maps_chapters else "-1")
    for name in stale_tags(plan, source):
        yield from ("-metadata", f"{name}=", "-metadata:s:a:0", f"{name}=")


def _added(ours: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    """Return our tags, first as in `_tag_args`, and the others; case does not matter in their names."""
    names = {name.lower() for name in ours}
    return {**ours, **{name: text for name, text in others.items() if name.lower() not in names}}


def _cover_args(plan: Plan, source: Probe, text_input: int) -> tuple[str, ...]:
    if source.cover is None or plan.form.cover is not Carrier.OWN:
        return ()
    # It is the only picture carried over, and players look for a front cover.
    described = f"{text_input}:s:{_COVER}" if source.decoded_tags else f"0:s:{source.cover}"
    named = ("-map_metadata:s:v:0", described, "-metadata:s:v:0", f"comment={FRONT_COVER}")
    return ("-map", f"0:{source.cover}", "-c:v", "copy", "-disposition:v:0", "attached_pic", *named)


def _comments(plan: Plan, chapters: Sequence[Chapter], picture: bytes | None) -> dict[str, str]:
    comments = {}
    if plan.form.chapters is Carrier.COMMENT:
        for n, chapter in enumerate(chapters[:_MAX_COMMENTED_CHAPTERS], 1):
            comments[f"CHAPTER{n:03}"] = _timestamp(chapter.start_s)
            comments[f"CHAPTER{n:03}NAME"] = chapter.title
    if picture and plan.form.cover is Carrier.COMMENT:
        comments["METADATA_BLOCK_PICTURE"] = vorbis_picture(picture)
    return comments


def vorbis_picture(picture: bytes) -> str:
    """Return the value of METADATA_BLOCK_PICTURE: a FLAC picture block (RFC 9639, 8.8) in base64.

    Its dimensions are 0, which leaves it to readers to find them in the picture.
    """
    mime = b"image/png" if picture.startswith(b"\x89PNG") else b"image/jpeg"
    head = struct.pack(">II", _FRONT_COVER_NUMBER, len(mime)) + mime
    block = head + struct.pack(">IIIIII", 0, 0, 0, 0, 0, len(picture)) + picture
    return base64.b64encode(block).decode()


def _timestamp(seconds: float) -> str:
    whole, ms = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{ms:03}"


def _ffmetadata(
    tags: Mapping[str, str], streams: Sequence[Mapping[str, str]], chapters: Sequence[Chapter]
) -> str:
    """Return tags and chapters in ffmpeg's text format; empty if there are none."""
    if not tags and not streams and not chapters:
        return ""
    lines = [";FFMETADATA1", *_lines(tags)]
    for stream in streams:
        lines += ["[STREAM]", *_lines(stream)]
    for chapter in chapters:
        times = (f"START={round(chapter.start_s * 1000)}", f"END={round(chapter.end_s * 1000)}")
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", *times, f"title={_escaped(chapter.title)}"]
    return "\n".join(lines) + "\n"


def _lines(tags: Mapping[str, str]) -> Iterator[str]:
    return (f"{_escaped(name)}={_escaped(value)}" for name, value in tags.items())


def _escaped(value: str) -> str:
    # At the end of a line, ffmpeg takes a backslash for an escape even if it is escaped.
    safe = f"{value} " if value.endswith("\\") else value
    return re.sub(r"([=;#\\\n\[])", r"\\\1", safe)
