"""The tags of a WAV: its INFO list, a whole ID3v2 tag, and the broadcast chunks `bext` and `iXML`."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING

from ..model.fields import FIELDS
from .id3 import id3_tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..model.tags import Tags

_BROADCAST, _IXML = "bext:", "ixml"
# What is in the ID3v2 tag as well.
_SHARED = "description"
# EBU Tech 3285: lengths of the texts, the version with a UMID, and what comes behind the UMID.
_TEXTS = (
    ("description", 256),
    ("originator", 32),
    ("originator_reference", 32),
    ("origination_date", 10),
    ("origination_time", 8),
)
_VERSION, _UMID_BYTES, _RESERVED = 1, 64, 190
_MAX_TIME = (1 << 64) - 1


def wave_chunks(tags: Tags) -> bytes:
    """Return all chunks."""
    return b"".join((*_broadcast(tags), *_info(tags), *_whole_tag(tags)))


def _broadcast(tags: Tags) -> Iterator[bytes]:
    values = {
        field.riff.removeprefix(_BROADCAST): tags.first(name)
        for name, field in FIELDS.items()
        if field.riff.startswith(_BROADCAST) and tags.first(name)
    }
    # A description alone is none of a broadcast.
    if values.keys() - {_SHARED}:
        yield _chunk(b"bext", _bext(values))
    if ixml := tags.first(_IXML):
        yield _chunk(b"iXML", ixml.encode())


def _bext(values: dict[str, str]) -> bytes:
    texts = b"".join(_fixed(values.get(name, ""), length) for name, length in _TEXTS)
    time = values.get("time_reference", "")
    samples = min(int(time[:20]), _MAX_TIME) if time.isascii() and time.isdigit() else 0
    umid = _umid(values.get("umid", ""))
    history = values.get("coding_history", "").replace("\n", "\r\n").encode()
    return texts + struct.pack("<QH", samples, _VERSION) + umid + bytes(_RESERVED) + history


def _fixed(text: str, length: int) -> bytes:
    """Return as much of a text as fits."""
    return text.encode()[:length].decode("utf-8", "ignore").encode().ljust(length, b"\0")


def _umid(text: str) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x"))[:_UMID_BYTES].ljust(_UMID_BYTES, b"\0")
    except ValueError:
        return bytes(_UMID_BYTES)


def _info(tags: Tags) -> Iterator[bytes]:
    grouped: dict[str, list[str]] = {}
    for entry in tags.entries:
        field = FIELDS.get(entry.name)
        if field and field.riff and not field.riff.startswith(_BROADCAST) and field.riff.isupper():
            grouped.setdefault(field.riff, []).append(entry.value)
    if grouped:
        chunks = (
            _chunk(name.encode(), "; ".join(values).encode() + b"\0") for name, values in grouped.items()
        )
        yield _chunk(b"LIST", b"INFO" + b"".join(chunks))


def _whole_tag(tags: Tags) -> Iterator[bytes]:
    """Yield the tag that has all values, pictures and chapters, but not what only broadcasts have."""
    others = tuple(entry for entry in tags.entries if not _is_broadcast(entry.name))
    if others or tags.pictures or tags.chapters:
        yield _chunk(b"id3 ", id3_tag(replace(tags, entries=others)))


def _is_broadcast(name: str) -> bool:
    field = FIELDS.get(name)
    is_in_chunk = field is not None and field.riff.startswith(_BROADCAST) and name != _SHARED
    return name == _IXML or is_in_chunk


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)
