"""MP4 files with another edit list."""

from __future__ import annotations

import struct

_PARENTS = (b"edts", b"trak", b"moov")


def with_edits(source: bytes, *edits: tuple[int, int]) -> bytes:
    """Return an MP4 whose index comes last with other edits.

    Args:
        source: by ffmpeg, with one track.
        edits: length in milliseconds, and where it begins in ticks of the track; -1 is silence.
    """
    data = bytearray(source)
    at = data.index(b"elst") - 4
    old = int.from_bytes(data[at : at + 4])
    entries = b"".join(struct.pack(">Iihh", length, begin, 1, 0) for length, begin in edits)
    box = struct.pack(">I4sII", 16 + len(entries), b"elst", 0, len(edits)) + entries
    for parent in _PARENTS:
        head = data.index(parent) - 4
        size = int.from_bytes(data[head : head + 4]) + len(box) - old
        data[head : head + 4] = size.to_bytes(4)
    return bytes(data[:at] + box + data[at + old :])
