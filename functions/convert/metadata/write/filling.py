"""Makes a tag as long as the space for it, with the padding of its container."""

from __future__ import annotations

import struct

_ID3_HEADER, _FOOTER_FLAG, _FOOTER_BYTES = 10, 0x10, 10
_PADDING_BLOCK, _LAST_BLOCK = 1, 0x80
# Of a RIFF or IFF chunk, and of a box.
_HEADER_BYTES = 8
_VOID = b"\xec"


def fill_id3(tag: bytes, length: int) -> bytes:
    """Pad an ID3v2 tag of any version with zeros; a footer, which excludes padding, is left out."""
    if tag[5] & _FOOTER_FLAG:
        tag = tag[:5] + bytes([tag[5] & ~_FOOTER_FLAG]) + tag[6:-_FOOTER_BYTES]
    return tag[:6] + syncsafe(length - _ID3_HEADER) + tag[_ID3_HEADER:].ljust(length - _ID3_HEADER, b"\0")


def syncsafe(number: int) -> bytes:
    """Return 28 bits as four bytes that no decoder takes for audio."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def fill_flac(blocks: bytes, length: int) -> bytes:
    """Append a PADDING block, which is the last one, to blocks that are not marked as such."""
    rest = length - len(blocks) - 4
    return blocks + bytes([_LAST_BLOCK | _PADDING_BLOCK]) + rest.to_bytes(3) + bytes(rest)


def fill_chunk(chunks: bytes, length: int) -> bytes:
    """Append a chunk that readers of RIFF ignore."""
    rest = length - len(chunks) - _HEADER_BYTES
    return chunks + b"JUNK" + struct.pack("<I", rest) + bytes(rest)


def fill_form(tag: bytes, length: int) -> bytes:
    """Return an AIFF's chunk with an ID3v2 tag."""
    inner = length - _HEADER_BYTES
    return b"ID3 " + struct.pack(">I", inner) + fill_id3(tag, inner)


def fill_box(meta: bytes, length: int) -> bytes:
    """Append free space to the content of a `meta` box."""
    rest = length - len(meta) - _HEADER_BYTES
    free = struct.pack(">I4s", rest, b"free").ljust(rest, b"\0")
    return struct.pack(">I4s", length, b"meta") + meta + free


def fill_element(element: bytes, length: int) -> bytes:
    """Append an element of Matroska that readers ignore."""
    rest = length - len(element) - _HEADER_BYTES - 1
    return element + _VOID + (1 << 56 | rest).to_bytes(8) + bytes(rest)


def fill_packet(packet: bytes, length: int) -> bytes:
    """Append zeros to a packet, which readers of Vorbis and Opus comments ignore."""
    return packet.ljust(length, b"\0")
