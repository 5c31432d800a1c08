"""The edit list and the sample table of an MP4, also where they are nonsense."""

from __future__ import annotations

import io
import random
import struct

import pytest

from functions.convert.containers.mp4 import Edit, audio_edit
from functions.convert.containers.reader import Reader

RATE_HZ, PRIMING = 44_100, 1024


def box(name: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), name) + body


def track(kind: bytes, edits: list[tuple[int, int]], runs: list[tuple[int, int]]) -> bytes:
    entries = b"".join(struct.pack(">Iii", played, begin, 1 << 16) for played, begin in edits)
    edit_list = box(b"edts", box(b"elst", bytes(4), struct.pack(">I", len(edits)), entries)) if edits else b""
    table = b"".join(struct.pack(">II", *run) for run in runs)
    return box(
        b"trak",
        edit_list,
        box(
            b"mdia",
            box(b"mdhd", bytes(12), struct.pack(">II", RATE_HZ, 0)),
            box(b"hdlr", bytes(8), kind, bytes(12)),
            box(b"minf", box(b"stbl", box(b"stts", bytes(4), struct.pack(">I", len(runs)), table))),
        ),
    )


def movie(*tracks: bytes, timescale: int = 1000, extra: bytes = b"") -> io.BytesIO:
    header = box(b"mvhd", bytes(12), struct.pack(">II", timescale, 0))
    return io.BytesIO(box(b"ftyp", b"M4A ") + box(b"moov", header, *tracks, extra))


def edit_of(data: io.BytesIO, number: int = 0) -> Edit | None:
    return audio_edit(Reader.of(data.getvalue()), number)


# 100,003 samples are 2,267.6 ms.
RUNS = [(98, 1024), (1, 675)]
TOTAL = 98 * 1024 + 675


@pytest.mark.parametrize("played", [0, 2267, 2268])
def test_an_end_in_milliseconds_is_that_of_the_sample_table(played: int) -> None:
    data = movie(track(b"soun", [(played, PRIMING)], RUNS))

    assert edit_of(data) == Edit(RATE_HZ, PRIMING, TOTAL - PRIMING)


def test_an_edit_that_ends_earlier_is_taken_at_its_word() -> None:
    assert edit_of(movie(track(b"soun", [(1000, PRIMING)], RUNS))) == Edit(RATE_HZ, PRIMING, RATE_HZ)
    exact = movie(track(b"soun", [(99_000, PRIMING)], [(99, 1024)]), timescale=RATE_HZ)
    assert edit_of(exact) == Edit(RATE_HZ, PRIMING, 99_000)


def test_tracks_are_counted_among_those_of_audio() -> None:
    data = movie(track(b"vide", [], []), track(b"soun", [], [(1, 5)]), track(b"soun", [], [(1, 7)]))

    assert edit_of(data, 1) == Edit(RATE_HZ, 0, 7)
    assert edit_of(data, 2) is None


def test_fragments_have_no_length_in_the_head() -> None:
    data = movie(track(b"soun", [(0, PRIMING)], []), extra=box(b"mvex"))

    assert edit_of(data) == Edit(RATE_HZ, PRIMING, None, is_fragmented=True)


def test_an_empty_edit_delays_and_several_edits_are_left_to_ffmpeg() -> None:
    assert edit_of(movie(track(b"soun", [(500, -1), (0, PRIMING)], RUNS))) == Edit(
        RATE_HZ, PRIMING, TOTAL - PRIMING
    )
    assert edit_of(movie(track(b"soun", [(500, 0), (500, 44_100)], RUNS))) is None


def test_damage_anywhere_is_no_error() -> None:
    whole = movie(track(b"soun", [(2267, PRIMING)], RUNS)).getvalue()
    chance = random.Random(1)  # noqa: S311  # no secret
    for _ in range(2000):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.choice([0, 1, 255, chance.randrange(256)])
        edit_of(io.BytesIO(data[: chance.randint(0, len(data))]))
