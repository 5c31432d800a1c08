"""Tags in bytes, and what is read of them."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from functions.convert.containers.reader import Reader
from functions.convert.metadata.readers.read import read_tags
from shared.domain.media import Probe
from tests.reports.inputs.tags import synchsafe

if TYPE_CHECKING:
    from functions.convert.metadata.model.tags import Tags


JPEG, PNG = b"\xff\xd8\xff\xe0" + bytes(40), b"\x89PNG" + bytes(40)


def read(data: bytes, container: str = "mp3") -> Tags:
    return read_tags(Reader.of(data), Probe(container, "", 1.0, 44_100, 1))


def raw(*frames: bytes, version: int = 3, flags: int = 0) -> Tags:
    body = b"".join(frames)
    return read(b"ID3" + bytes([version, 0, flags]) + synchsafe(len(body)) + body)


def id3v1(title: bytes = b"", artist: bytes = b"", genre: int = 255) -> bytes:
    return b"TAG" + title.ljust(30, b"\0") + artist.ljust(30, b"\0") + bytes(64) + bytes([genre])


def comments(*texts: str) -> bytes:
    """A FLAC of comments alone."""
    packed = b"".join(struct.pack("<I", len(t.encode())) + t.encode() for t in texts)
    body = struct.pack("<I", 4) + b"test" + struct.pack("<I", len(texts)) + packed
    return b"fLaC\0\0\0\x22" + bytes(34) + b"\x84" + len(body).to_bytes(3) + body
