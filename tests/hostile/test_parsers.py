"""Our parsers read uploads within bounds, whatever these claim, and end when the attempt does."""

from __future__ import annotations

import ast
import re
import struct
import subprocess
import sys
import time
import tracemalloc
from collections import deque

import pytest

from functions.convert.containers.flac.stream import missing_flac
from functions.convert.containers.mp4 import audio_edit
from functions.convert.containers.reader import MAX_BYTES, MAX_READ_BYTES, MAX_STEPS, Reader, TooComplex
from functions.convert.containers.streamable import is_streamable
from functions.convert.ffmpeg.loudness import parse_log
from functions.convert.probe.dump import read_dump
from shared.domain.errors import LeaseLost
from tests.hostile import boxes, ebml
from tests.hostile.fuzzing.bounds import MEMORY_BYTES, breaches
from tests.hostile.fuzzing.grammar import KINDS, built
from tests.hostile.fuzzing.parsers import BINARY
from tests.sampling import chosen
from tests.waiting import HANG_S
from tools.ffmpeg import ROOT

CONVERT = ROOT / "functions" / "convert"
MIB = 1 << 20
# What takes a reader, and parses nothing by itself.
READERS = {"walk", "unless_complex", "read_long"}
# Other modules that open files, and whose.
OPENING = {
    "containers/reader.py": "uploads, and outputs",
    "containers/chunked/padding.py": "an upload, to move its bytes",
    "containers/mp4.py": "an upload, to write the lengths of its edits",
    "containers/trailing_tags.py": "an upload, to append the tag behind those that were removed",
    "source/fetch.py": "the file that an upload is fetched into; nothing is read",
    "encode/checksum.py": "a sum that ffmpeg wrote",
    "ffmpeg/loudness.py": "what the layer measured, in floats",
    "metadata/output_tags.py": "an output, to append what is behind the audio of its source",
    "metadata/write/ogg.py": "an output, to write its tags",
    "metadata/write/space.py": "an output, to write its tags",
    "ffmpeg/binaries.py": "a description of this machine's processor",
    "process/fifo.py": "decoded audio",
    "upload/streaming_upload.py": "an output, whose bytes are sent on",
    "upload/sparse_file.py": "a file of our own",
    "workspace.py": "a folder",
}
SHARES, SEEDS_EACH = 10, 4 * KINDS
SAMPLE = {0}


def test_no_parser_of_uploads_is_missing_from_the_list() -> None:
    taking = {
        function.name
        for file in CONVERT.rglob("*.py")
        for function in ast.walk(ast.parse(file.read_text()))
        if isinstance(function, ast.FunctionDef)
        and not function.name.startswith("_")
        and any(ast.unparse(each.annotation or ast.Constant(0)) == "Reader" for each in function.args.args)
    }

    assert taking - READERS == set(BINARY)


def test_uploads_are_opened_by_the_bounded_reader_only() -> None:
    opening = {
        str(file.relative_to(CONVERT))
        for file in CONVERT.rglob("*.py")
        if re.search(r"\bopen\(|\.read_bytes\(|\.read_text\(|\bmmap\b", file.read_text())
    }

    assert opening == set(OPENING)


def test_no_parser_calls_itself() -> None:
    recursive = [
        f"{file.name}: {function.name}"
        for file in (CONVERT / "containers").rglob("*.py")
        for function in ast.walk(ast.parse(file.read_text()))
        if isinstance(function, ast.FunctionDef)
        and any(
            isinstance(call, ast.Call) and ast.unparse(call.func) == function.name
            for call in ast.walk(function)
        )
    ]

    assert recursive == []


@pytest.mark.parametrize("share", chosen(range(SHARES), SAMPLE))
def test_parsers_keep_their_limits_on_any_file(share: int) -> None:
    """In a process of its own, whose address space is limited."""
    seeds = ["--files", str(SEEDS_EACH), "--seed", str(share * SEEDS_EACH)]
    argv = [sys.executable, "-m", "bench.fuzz", "--parsers", *seeds]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=HANG_S, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_the_fuzzer_finds_what_takes_too_long_and_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(_: Reader) -> None:
        while True:
            pass

    def large(data: Reader) -> bytes:
        return data.at(0, 1) * 2 * MEMORY_BYTES

    def broken(_: Reader) -> None:
        raise IndexError

    for name, parser in (("slow", slow), ("large", large), ("broken", broken)):
        monkeypatch.setitem(BINARY, name, parser)
    found, _ = breaches([b"RIFF" * 99], range(1))

    assert {breach.parser for breach in found} == {"slow", "large", "broken"}


def test_the_same_seed_builds_the_same_file() -> None:
    assert [built(seed) for seed in range(KINDS)] == [built(seed) for seed in range(KINDS)]
    assert len({built(seed) for seed in range(5 * KINDS)}) > 4 * KINDS


@pytest.mark.parametrize("name", BINARY)
def test_a_parser_ends_when_the_attempt_does(name: str) -> None:
    def lost() -> None:
        raise LeaseLost

    with pytest.raises(LeaseLost):
        BINARY[name](Reader.of(b"fLaC" + bytes(99), lost))


def test_a_reader_checks_the_attempt_during_a_long_walk() -> None:
    checks = []
    data = Reader.of(b"RIFF\0\0\0\0WAVE" + b"junk\0\0\0\0" * 9000, lambda: checks.append(1))
    BINARY["missing_wav"](data)

    assert len(checks) > 30


def test_a_reader_has_bounds() -> None:
    with pytest.raises(TooComplex):
        Reader.of(bytes(MAX_READ_BYTES + 1)).at(0, MAX_READ_BYTES + 1)
    data = Reader.of(bytes(MAX_READ_BYTES))
    for _ in range(MAX_BYTES // MAX_READ_BYTES):
        data.at(0, MAX_READ_BYTES)
    with pytest.raises(TooComplex):
        data.at(0, 1)
    data = Reader.of(b"")
    for _ in range(MAX_STEPS):
        data.step()
    with pytest.raises(TooComplex):
        data.step()


def test_a_position_beyond_the_file_reads_nothing() -> None:
    data = Reader.of(b"audio")

    assert (data.at(1 << 80, 9), data.at(-1, 9), data.at(3, 1 << 80)) == (b"", b"", b"io")


# What succeeded before.


def seek_heads(entries: int) -> bytes:
    """Return the head of a Matroska file whose SeekHead names positions of 256 MiB each."""
    position = b"\x53\xac" + (1 << 56 | 256 * MIB).to_bytes(8)
    seeks = (b"\x4d\xbb" + bytes([0x80 | len(position)]) + position) * entries
    segment = b"\x18\x53\x80\x67" + (1 << 56 | 1 << 40).to_bytes(8)
    return ebml.HEADER + segment + b"\x11\x4d\x9b\x74" + (1 << 56 | len(seeks)).to_bytes(8) + seeks


@pytest.mark.parametrize("entries", [170, 4000])
def test_a_seek_head_does_not_take_the_memory_that_it_claims(entries: int) -> None:
    head = Reader.of((seek_heads(entries) + b"\x55" * 2 * MIB)[: 2 * MIB])
    tracemalloc.start()
    assert not is_streamable(head, 1 << 30)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 4 * MIB


@pytest.mark.parametrize("largest_frame", [b"\0\0\0", b"\xff\xff\xff"])
def test_megabytes_of_frame_headers_take_little_time(largest_frame: bytes) -> None:
    info = struct.pack(">HH3x", 4096, 4096) + largest_frame + (8000 << 44 | 15 << 36 | 10**6).to_bytes(8)
    data = Reader.of(b"fLaC\x80\0\0\x22" + info + bytes(16) + b"\xff\xf8\x7d" * MIB)
    begin = time.process_time()

    assert missing_flac(data) == 0
    assert time.process_time() - begin < 1  # of CPU: it was 28 s


def test_a_movie_of_endless_boxes_is_given_up() -> None:
    media = boxes.box(b"mdia", boxes.box(b"free", b"") * 9990 + boxes.box(b"hdlr", bytes(8) + b"vide"))
    movie = boxes.box(b"moov", boxes.box(b"trak", media) * 64)

    with pytest.raises(TooComplex):
        audio_edit(Reader.of(movie), 0)


@pytest.mark.parametrize("name", ["ogg_is_joined", "ogg_has_end", "missing_ogg", "audio_begin"])
def test_pages_may_end_anywhere(name: str) -> None:
    page = b"OggS\0\2" + bytes(20) + b"\1\5audio"
    for length in range(len(page)):
        BINARY[name](Reader.of(page + page[:length]))


def test_a_tag_of_many_lines_in_a_log_is_cut() -> None:
    log = (
        "Input #0, wav, from 'x':\n  Metadata:\n    title           : a\n"
        + "                    : b\n" * 9000
    )

    assert len(read_dump(log)["format"]["tags"]["title"]) < 5000


def test_a_tag_that_looks_like_a_measurement_is_none() -> None:
    false = "[ebur128@loudness @ 0x1] Summary:\n I: -9.0 LUFS\n LRA: 1.0 LU\n Peak: -1.0 dBFS\n"
    real = false.replace("-9.0", "-23.0")

    assert parse_log(false * 1000 + real).integrated_lufs == -23.0


def test_steps_in_a_part_of_a_file_are_steps_of_the_file() -> None:
    whole = Reader.of(bytes(9))
    for _ in range(MAX_STEPS // 1000):
        part = whole.part(bytes(9))
        for _ in range(999):
            part.step()

    with pytest.raises(TooComplex):
        deque(iter(part.step, part), maxlen=0)


def test_bounds_are_the_documented_ones() -> None:
    mib = 1 << 20
    page = (ROOT / "docs" / "hostile-files.md").read_text()

    assert f"| bytes of one read, and of all | {MAX_READ_BYTES // mib} MiB, {MAX_BYTES // mib} MiB |" in page
