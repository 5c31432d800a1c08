"""Every parser of ours that sees bytes of an upload, or what ffmpeg says of it, in the unlimited process.

`test_parsers.py` holds that none is missing here.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

from functions.convert.containers import (
    ape,
    asf,
    audio_begin,
    id3,
    mp3,
    mp3_end,
    mp4,
    ogg,
    pages,
    streamable,
    trailing_tags,
)
from functions.convert.containers.chunked import lengths, padding, wave
from functions.convert.containers.flac import stream
from functions.convert.containers.reader import Reader
from functions.convert.ffmpeg.errors import damaged_packets
from functions.convert.ffmpeg.loudness import parse_log
from functions.convert.ffmpeg.progress import decoded_any
from functions.convert.ffmpeg.timeline import read_jumps
from functions.convert.metadata.copies.chunks import copied_aiff, copied_chunks
from functions.convert.metadata.copies.comments import copied_blocks, copied_comments
from functions.convert.metadata.copies.id3 import copied_id3
from functions.convert.metadata.copies.items import copied_items
from functions.convert.metadata.model.tags import Entry, Tags
from functions.convert.metadata.readers.found import Found
from functions.convert.metadata.readers.mp4 import has_item_list
from functions.convert.metadata.readers.read import FAMILIES, read_tags
from functions.convert.metadata.write.ogg import comment_packet
from functions.convert.probe import corrections
from functions.convert.probe.dump import read_dump
from functions.convert.probe.report import parse_report
from functions.convert.probe.unreadable import unreadable
from functions.convert.source.content_encoding import Decoder
from functions.convert.source.mp3_pipe import Mp3PipeWriter
from functions.convert.source.played_part import played_part
from functions.convert.workspace import DiskQuota
from shared.domain.errors import ConversionError
from shared.domain.media import Probe

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.convert.metadata.copies.copied_tag import Carried

# Of an upload that the decoder of Content-Encoding accepts.
_DECODED_BYTES = 16 << 20
_UPLOAD_BYTES = 1 << 31
# What is kept of a log of ffmpeg's, at most (ffmpeg/run.py).
_LOG_BYTES = 4 << 20
_MP4 = "mov,mp4,m4a,3gp,3g2,mj2"
_TAGGED = Probe(
    _MP4, "aac", 1.0, 44_100, 2, 128, tags={"itunsmpb": "0 840 1C4 AC44"}, sample_format="fltp"
)  # fmt: skip


def _id3_contents(data: Reader) -> list[bytes | None]:
    return [id3.content(tag, frame) for tag in id3.id3_tags(data) for frame in id3.frames_of(tag)]


def _edited(parser: Callable[[Reader], Carried | None]) -> Callable[[Reader], object]:
    """A tag that is copied, with an edited field."""

    def edit(data: Reader) -> bytes:
        found = parser(data)
        return found.content(Tags((Entry("title", "new"),)), {"title"}) if found else b""

    return edit


def _of_family(reader: Callable[[Reader, Found], None]) -> Callable[[Reader], None]:
    return lambda data: reader(data, Found("any"))


COPIED = (copied_id3, copied_blocks, copied_comments, copied_items, copied_chunks, copied_aiff)
# By the names of the functions.
BINARY: dict[str, Callable[[Reader], object]] = {
    **{name: parser for name, parser in vars(lengths).items() if name.startswith("missing_")},
    "unread_metadata": asf.unread_metadata,
    "flac_audio_begin": stream.flac_audio_begin,
    "flac_audio_end": stream.flac_audio_end,
    "missing_flac": stream.missing_flac,
    "stated_md5": stream.stated_md5,
    "tag_bytes": id3.tag_bytes,
    "id3_tags": _id3_contents,
    "id3v1_bytes": lambda data: ape.id3v1_bytes(data, data.size),
    "ape_items": lambda data: list(ape.ape_items(data)),
    "second_packets": lambda data: list(ogg.second_packets(data)),
    "metadata_blocks": lambda data: list(stream.metadata_blocks(data)),
    "values": lambda data: list(asf.values(data)),
    "has_item_list": has_item_list,
    "read_tags": partial(read_tags, probed=_TAGGED),
    **{reader.__name__: _of_family(reader) for family in FAMILIES.values() for _, reader in family},
    **{parser.__name__: _edited(parser) for parser in COPIED},
    "comment_packet": comment_packet,
    "xing_of": mp3.xing_of,
    "missing_mp3": mp3_end.missing_mp3,
    "is_cut": mp3_end.is_cut,
    "ends_with_frame": mp3_end.ends_with_frame,
    "audio_edit": partial(mp4.audio_edit, number=60),
    "is_protected": partial(mp4.is_protected, number=60),
    "open_edits": mp4.open_edits,
    "missing_padding": padding.missing_padding,
    "missing_ogg": pages.missing_ogg,
    "ogg_has_end": pages.ogg_has_end,
    "ogg_is_joined": pages.ogg_is_joined,
    "ogg_is_empty": pages.ogg_is_empty,
    "flv_is_complete": pages.flv_is_complete,
    "missing_wavpack": pages.missing_wavpack,
    "is_streamable": partial(streamable.is_streamable, size=_UPLOAD_BYTES),
    "may_hold_video": streamable.may_hold_video,
    "audio_end": trailing_tags.audio_end,
    "before_tags": lambda data: trailing_tags.before_tags(data, data.size),
    "lyrics3": trailing_tags.lyrics3,
    "audio_begin": audio_begin.audio_begin,
    "misread_samples": wave.misread_samples,
    "stated_samples": wave.stated_samples,
    "caf_states_length": lengths.caf_states_length,
    "unreadable": partial(unreadable, ""),
    "with_samples": partial(corrections.with_samples, {"format": {"format_name": "wav"}, "streams": [{}]}),
    "is_encrypted": partial(corrections.is_encrypted, _TAGGED),
    "corrected": partial(corrections.corrected, replace(_TAGGED, container="ogg")),
    "played_part": partial(played_part, source=_TAGGED),
}


def _decoded(data: bytes) -> None:
    decoder = Decoder(BytesIO(), "gzip, aws-chunked", _DECODED_BYTES, DiskQuota())
    decoder.write(data)
    decoder.close()


def _report(data: bytes) -> object:
    try:
        return parse_report(json.loads(data), "")
    except (KeyError, ValueError):  # the probe expects these
        return None


def _dump(data: bytes) -> object:
    try:
        return read_dump(data[:_LOG_BYTES].decode(errors="replace"))
    except (KeyError, ValueError):  # as above
        return None


def _of_text(parser: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: parser(data[:_LOG_BYTES].decode(errors="replace"))


OTHER: dict[str, Callable[[bytes], object]] = {
    "Decoder": _decoded,
    "Mp3PipeWriter": lambda data: Mp3PipeWriter(BytesIO(), 36, len(data)).write(data),
    "parse_report": _report,
    "read_dump": _dump,
    "read_jumps": _of_text(read_jumps),
    "damaged_packets": _of_text(damaged_packets),
    "parse_log": _of_text(parse_log),
    "decoded_any": decoded_any,
}


def run_parser(name: str, data: bytes) -> None:
    """Run one parser; errors of the catalogue are expected, and none else."""
    try:
        if name in BINARY:
            BINARY[name](Reader.of(data))
        else:
            OTHER[name](data)
    except ConversionError:
        pass
