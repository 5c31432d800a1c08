"""Reads Vorbis comments in FLAC and Ogg: texts, and pictures among them or in blocks of their own."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from typing import TYPE_CHECKING

from ...containers.flac.stream import metadata_blocks
from ...containers.id3 import tag_bytes
from ...containers.ogg import second_packets
from ...containers.reader import read_long
from ..model.names import field_named
from .found import MAX_PICTURES_BYTES, MAX_TEXT_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...containers.reader import Reader
    from .found import Found

_COMMENT, _PICTURE = 4, 6
_MAX_COMMENTS = 5000
# What precedes the comments in a packet, by codec.
_HEADS = {b"\x01vorbis": b"\x03vorbis", b"OpusHead": b"OpusTags", b"Speex   ": b"", b"\x7fFLAC": None}
_FLAC_BLOCK_HEADER = 4
_PICTURE_COMMENT, _OLD_PICTURE, _OLD_PICTURE_MIME = "METADATA_BLOCK_PICTURE", "COVERART", "COVERARTMIME"
# Chapters, which ffprobe reads, and what the stream is.
_NO_TAG = re.compile(r"CHAPTER\d{2,3}(NAME|URL)?|WAVEFORMATEXTENSIBLE_CHANNEL_MASK")
_COMMENTED = re.compile(rb"\0COMMENT=", re.IGNORECASE)
_RATING = re.compile(r"RATING(?::(.+))?", re.IGNORECASE)
# Stars are fewer, and not the same number in all programs.
_LEAST_PERCENT = 11


def read_flac(data: Reader, found: Found) -> None:
    """Add the comments and pictures of a FLAC file."""
    for block in metadata_blocks(data, tag_bytes(data)):
        if block.kind == _COMMENT:
            read_comments(read_long(data, block.begin, block.length), found)
        elif block.kind == _PICTURE and block.length <= MAX_PICTURES_BYTES:
            read_picture(read_long(data, block.begin, block.length), found)


def read_ogg(data: Reader, found: Found) -> None:
    """Add the comments of the first audio stream in Ogg."""
    for first, second in second_packets(data):
        codec = next(codec for codec in _HEADS if first.startswith(codec))
        head = _HEADS[codec]
        skipped = _FLAC_BLOCK_HEADER if head is None else len(head)
        read_comments(second[skipped:] if second.startswith(head or b"") else b"", found)
        return


def read_comments(packet: bytes, found: Found) -> None:
    """Add comments of the form `NAME=text`."""
    has_comment = bool(_COMMENTED.search(packet))
    for comment in _comments(packet):
        raw_name, separator, value = comment.partition(b"=")
        name = raw_name.decode("ascii", "replace")
        if not separator or _NO_TAG.fullmatch(name.upper()) or name.upper() == _OLD_PICTURE_MIME:
            continue
        if name.upper() in {_PICTURE_COMMENT, _OLD_PICTURE}:
            _read_encoded_picture(name.upper(), value, found)
        elif len(value) > MAX_TEXT_BYTES:
            found.skip(name)
        elif rating := _RATING.fullmatch(name):
            found.add(*_rated(name, rating[1] or "", value))
        else:
            # Alone, it is what the specification and many programs call a comment.
            is_comment = name.upper() == "DESCRIPTION" and not has_comment
            field = field_named("COMMENT" if is_comment else name)
            found.add(field.name if field else raw_name, value)


def _comments(packet: bytes) -> Iterator[bytes]:
    """Yield the comments; a length beyond the end ends them."""
    position = 4 + int.from_bytes(packet[:4], "little")
    count = int.from_bytes(packet[position : position + 4], "little")
    position += 4
    for _ in range(min(count, _MAX_COMMENTS)):
        length = int.from_bytes(packet[position : position + 4], "little")
        position += 4
        if position + length > len(packet):
            return
        yield packet[position : position + length]
        position += length


def _rated(name: str, whose: str, value: bytes) -> tuple[str, str, str]:
    """Return a share, or a person's rating from 0 to 1, as POPM has it: from 1 to 255.

    Others keep their name, because their scale is unknown.
    """
    text = value.decode("utf-8", "replace")
    try:
        number = float(text)
    except ValueError:
        return name, text, ""
    share = number if whose else number / 100
    is_known = 0 < number <= 1 if whose else _LEAST_PERCENT <= number <= 100  # noqa: PLR2004  # percent
    return ("rating", str(round(share * 255)), whose) if is_known else (name, text, "")


def _read_encoded_picture(name: str, value: bytes, found: Found) -> None:
    try:
        data = base64.b64decode(value[: 2 * MAX_PICTURES_BYTES])
    except (binascii.Error, ValueError):
        found.skip(name)
        return
    if name == _PICTURE_COMMENT:
        read_picture(data, found)
    else:
        found.add_picture(3, "", data)


def read_picture(block: bytes, found: Found) -> None:
    """Add a picture block (RFC 9639, 8.8)."""
    try:
        kind, mime_bytes = struct.unpack_from(">II", block)
        mime = block[8 : 8 + mime_bytes].decode("latin-1")
        (text_bytes,) = struct.unpack_from(">I", block, 8 + mime_bytes)
        begin = 12 + mime_bytes
        text = block[begin : begin + text_bytes].decode("utf-8", "replace")
        (length,) = struct.unpack_from(">I", block, begin + text_bytes + 16)
    except struct.error:
        found.skip("picture")
        return
    if mime == "-->":
        found.skip("picture:-->")
        return
    begin += text_bytes + 20
    found.add_picture(kind, mime, block[begin : begin + length], text)
