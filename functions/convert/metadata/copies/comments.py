"""The comments of a source in Ogg, and the metadata blocks of one in FLAC."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...containers.flac.stream import metadata_blocks
from ...containers.ogg import second_packets
from ...containers.reader import read_long
from ..write.vorbis import VENDOR, comment_name, comments, comments_of, flac_block

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from ...containers.reader import Reader
    from ..model.tags import Tags

_MAX_COMMENTS = 10_000
_PREFIXES = (b"\x03vorbis", b"OpusTags")
_END = {b"\x03vorbis": b"\1", b"OpusTags": b""}
_STREAM_INFO, _PADDING, _COMMENTS = 0, 1, 4


@dataclass(frozen=True, slots=True)
class Comments:
    """The second packet of an Ogg with one stream."""

    packet: bytes
    trailing: bytes = b""

    def content(self, tags: Tags, edited: Collection[str]) -> bytes:
        """Return the packet, with these fields as they are in the tags."""
        if not edited:
            return self.packet
        prefix = next(one for one in _PREFIXES if self.packet.startswith(one))
        return prefix + _edited(self.packet[len(prefix) :], tags, edited) + _END[prefix]


@dataclass(frozen=True, slots=True)
class FlacBlocks:
    """The metadata blocks of a FLAC, but STREAMINFO, which ffmpeg writes, and padding."""

    blocks: tuple[tuple[int, bytes], ...]
    trailing: bytes = b""

    def content(self, tags: Tags, edited: Collection[str]) -> bytes:
        """Return the blocks, with these fields as they are in the tags."""
        blocks = list(self.blocks)
        if edited and not any(kind == _COMMENTS for kind, _ in blocks):
            blocks.append((_COMMENTS, comments([])))
        return b"".join(
            flac_block(kind, _edited(content, tags, edited) if edited and kind == _COMMENTS else content)
            for kind, content in blocks
        )


def copied_comments(data: Reader) -> Comments | None:
    """Return the comments of an Ogg; None if several streams have some, or they are cut."""
    packets = [packet for _, packet in second_packets(data)]
    return Comments(packets[0]) if len(packets) == 1 and packets[0].startswith(_PREFIXES) else None


def copied_blocks(data: Reader) -> FlacBlocks | None:
    """Return the blocks of a FLAC; None if one of them is cut."""
    found = list(metadata_blocks(data))
    blocks = tuple(
        (block.kind, read_long(data, block.begin, block.length))
        for block in found
        if block.kind not in {_STREAM_INFO, _PADDING}
    )
    is_whole = bool(found) and found[-1].is_last and found[-1].begin + found[-1].length <= data.size
    return FlacBlocks(blocks) if is_whole else None


def _edited(block: bytes, tags: Tags, edited: Collection[str]) -> bytes:
    """Return comments without those of these fields, and with these fields as they are in the tags."""
    names = {comment_name(name).casefold() for name in edited}
    vendor, listed = _parsed(block)
    kept = [text for text in listed if _name(text) not in {*names, None}]
    entries = tuple(entry for entry in tags.entries if comment_name(entry.name).casefold() in names)
    new = comments_of(replace(tags, entries=entries, pictures=(), chapters=()))
    return comments([*kept, *new], vendor)


def _name(text: bytes) -> str | None:
    """Return the name of a comment; None of one that is no UTF-8, which is among those to write."""
    try:
        return text.decode().partition("=")[0].casefold()
    except UnicodeDecodeError:
        return None


def _parsed(block: bytes) -> tuple[bytes, list[bytes]]:
    """Return vendor and comments, as far as they are complete."""
    texts = list(_texts(block))
    return (texts[0], texts[1:]) if texts else (VENDOR.encode(), [])


def _texts(block: bytes) -> Iterator[bytes]:
    at = 0
    for number in range(_MAX_COMMENTS):
        if at + 4 > len(block):
            return
        (length,) = struct.unpack_from("<I", block, at)
        if at + 4 + length > len(block):
            return
        yield block[at + 4 : at + 4 + length]
        # The number of comments is behind the vendor.
        at += 4 + length + (4 if number == 0 else 0)
