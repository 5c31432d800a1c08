"""Vorbis comments, as FLAC, Ogg Vorbis and Opus have them, with chapters and pictures."""

from __future__ import annotations

import base64
import struct
from typing import TYPE_CHECKING

from ..model.fields import FIELDS
from .image_size import image_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from shared.domain.media import Chapter

    from ..model.tags import Entry, Picture, Tags

VENDOR = "Sonube"
# CHAPTER001 to CHAPTER999: readers take three digits.
MAX_CHAPTERS = 999
_PICTURE = b"METADATA_BLOCK_PICTURE"
_VORBIS_HEADER, _VORBIS_END, _OPUS_HEADER = b"\x03vorbis", b"\1", b"OpusTags"
_BLOCK_COMMENTS, _BLOCK_PICTURE = 4, 6
_COLOURS = {"image/jpeg": 24, "image/png": 24}


def vorbis_packet(tags: Tags) -> bytes:
    """Return the second packet of Ogg Vorbis."""
    return _VORBIS_HEADER + comments(_with_pictures(tags)) + _VORBIS_END


def opus_packet(tags: Tags) -> bytes:
    """Return the second packet of Ogg Opus (RFC 7845, 5.2)."""
    return _OPUS_HEADER + comments(_with_pictures(tags))


def flac_blocks(tags: Tags) -> bytes:
    """Return the metadata blocks of FLAC (RFC 9639, 8.6 and 8.8), of which none is marked as the last."""
    blocks = [flac_block(_BLOCK_COMMENTS, comments(comments_of(tags)))]
    blocks += [flac_block(_BLOCK_PICTURE, picture_block(picture)) for picture in tags.pictures]
    return b"".join(blocks)


def flac_block(kind: int, content: bytes) -> bytes:
    """Return one metadata block, not marked as the last."""
    return bytes([kind]) + len(content).to_bytes(3) + content


def picture_block(picture: Picture) -> bytes:
    """Return a picture as FLAC has it, also within Ogg."""
    mime, description = picture.mime.encode("ascii", "replace"), picture.description.encode()
    width, height = image_size(picture.data)
    depth = _COLOURS.get(picture.mime, 0) if width else 0
    head = struct.pack(">II", picture.kind, len(mime)) + mime
    head += struct.pack(">I", len(description)) + description
    return head + struct.pack(">IIIII", width, height, depth, 0, len(picture.data)) + picture.data


def _with_pictures(tags: Tags) -> list[bytes]:
    encoded = (_PICTURE + b"=" + encoded_picture(picture) for picture in tags.pictures)
    return [*comments_of(tags), *encoded]


def encoded_picture(picture: Picture) -> bytes:
    """Return the value of METADATA_BLOCK_PICTURE."""
    return base64.b64encode(picture_block(picture))


def comments_of(tags: Tags) -> list[bytes]:
    """Return each comment, without pictures."""
    return [f"{name}={value}".encode() for name, value in _pairs(tags)]


def comments(texts: Sequence[bytes], vendor: bytes = VENDOR.encode()) -> bytes:
    """Return a block of comments."""
    listed = b"".join(struct.pack("<I", len(text)) + text for text in texts)
    return struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", len(texts)) + listed


def _pairs(tags: Tags) -> Iterator[tuple[str, str]]:
    for entry in tags.entries:
        if name := comment_name(entry.name):
            # As Picard has it.
            is_whose = entry.name == "rating" and entry.description
            yield f"{name}:{entry.description}" if is_whose else name, text_of(entry)
    yield from _chapters(tags.chapters)


def comment_name(name: str) -> str:
    """Return the name of a field; empty if it has no place. An equals sign would end a name."""
    field = FIELDS.get(name)
    return field.vorbis if field else name.replace("=", "_")


def text_of(entry: Entry) -> str:
    """Return the value with what else belongs to it: a performer's instrument. A rating is a share of 1."""
    if entry.name == "performer" and entry.description:
        return f"{entry.value} ({entry.description})"
    if entry.name == "rating" and entry.value.isdecimal():
        return f"{int(entry.value) / 255:.3f}".rstrip("0").rstrip(".")
    return entry.value


def _chapters(chapters: Iterable[Chapter]) -> Iterator[tuple[str, str]]:
    for number, chapter in enumerate(chapters, 1):
        if number > MAX_CHAPTERS:
            return
        yield f"CHAPTER{number:03}", _timestamp(chapter.start_s)
        yield f"CHAPTER{number:03}NAME", chapter.title


def _timestamp(seconds: float) -> str:
    whole, ms = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{ms:03}"
