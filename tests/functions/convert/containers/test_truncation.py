"""Truncated files are distinguished from complete ones by what their containers state."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from functions.convert.containers.truncation import check_complete
from shared.domain.errors import Truncated

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AUDIO = bytes(range(256)) * 40
SIZE = len(AUDIO)
W64_DATA = b"data\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"
ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
ASF_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")
ID3V1 = b"TAG" + b"title".ljust(125, b"\0")
APE_TAG = b"APETAGEX" + struct.pack("<4I8x", 2000, 32, 0, 0xA0000000) + b"APETAGEX" + bytes(24)
MADE = {"wav": (), "mp3": (), "flac": (), "ogg": (), "opus": (), "m4a": (), "mov": (), "aiff": (), "w64": (),
        "webm": (), "mka": (), "wv": ()}  # fmt: skip


def riff(length: int, audio: bytes = AUDIO, form: bytes = b"WAVE") -> bytes:
    pcm = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
    return (
        b"RIFF"
        + struct.pack("<I", length & 0xFFFFFFFF)
        + form
        + pcm
        + b"data"
        + struct.pack("<I", length)
        + audio
    )


def rf64(length: int) -> bytes:
    ds64 = b"ds64" + struct.pack("<IQQQI", 28, length + 72, length, length // 2, 0)
    return b"RF64\xff\xff\xff\xffWAVE" + ds64 + riff(0xFFFFFFFF)[12:]


def caf(length: int) -> bytes:
    return b"caff\0\1\0\0" + b"desc" + struct.pack(">q32x", 32) + b"data" + struct.pack(">q", length) + AUDIO


def asf(length: int) -> bytes:
    return ASF_HEADER + struct.pack("<Q6x", 30) + ASF_DATA + struct.pack("<Q", length + 24) + AUDIO


def w64(length: int) -> bytes:
    head = b"riff" + bytes(12) + struct.pack("<Q", 40 + 24 + length) + b"wave" + bytes(12)
    return head + W64_DATA + struct.pack("<Q", length + 24) + AUDIO


def avi(length: int) -> bytes:
    return b"RIFF" + struct.pack("<I", length + 12) + b"AVI LIST" + struct.pack("<I", length) + AUDIO


def ebml(segment: bytes) -> bytes:
    return b"\x1a\x45\xdf\xa3\x80" + b"\x18\x53\x80\x67" + segment + AUDIO


# Each writes a file with SIZE bytes of audio that claims to have so many.
WRITERS: dict[str, Callable[[int], bytes]] = {
    "wav": riff,
    "rf64": rf64,
    "w64": w64,
    "avi": avi,
    "caf": caf,
    "asf": asf,
    "aiff": lambda n: b"FORM" + struct.pack(">I", n + 12) + b"AIFFSSND" + struct.pack(">I", n) + AUDIO,
    "au": lambda n: b".snd" + struct.pack(">5I", 24, n, 3, 8000, 1) + AUDIO,
    "mp4": lambda n: b"\0\0\0\x08ftyp" + struct.pack(">I", n + 8) + b"mdat" + AUDIO,
    "mp4, long": lambda n: b"\0\0\0\x08ftyp\0\0\0\1mdat" + struct.pack(">Q", n + 16) + AUDIO,
    "matroska": lambda n: ebml(struct.pack(">Q", n | 1 << 56)),
}
# Lengths left by writers that cannot seek back to fill them in.
NEVER_WRITTEN = {
    "wav, ffmpeg": riff(0xFFFFFFFF),
    "wav, zero": riff(0),
    "wav, sox": riff(0x7FFFF000),
    "wav, arecord": riff(0x80000000),
    "caf": caf(-1),
    "au": WRITERS["au"](0xFFFFFFFF),
    "asf": asf(0),
    "mp4": b"\0\0\0\x08ftyp\0\0\0\0mdat" + AUDIO,
    "matroska": ebml(b"\x01" + b"\xff" * 7),
    "matroska, short": ebml(b"\xff"),
}


def is_complete(folder: Path, data: bytes) -> bool:
    file = folder / "source"
    file.write_bytes(data)
    try:
        check_complete(file)
    except Truncated:
        return False
    return True


@pytest.mark.parametrize("ending", MADE)
def test_real_files_are_complete(tmp_path: Path, audio: Callable[..., Path], ending: str) -> None:
    assert is_complete(tmp_path, audio(ending).read_bytes())


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9])
@pytest.mark.parametrize("ending", MADE)
def test_real_files_that_are_cut_are_truncated(
    tmp_path: Path, audio: Callable[..., Path], ending: str, share: float
) -> None:
    data = audio(ending).read_bytes()

    assert not is_complete(tmp_path, data[: round(len(data) * share)])


@pytest.mark.parametrize("ending", ["flac", "ogg", "opus", "m4a", "mka"])
def test_the_last_ten_bytes_count(tmp_path: Path, audio: Callable[..., Path], ending: str) -> None:
    assert not is_complete(tmp_path, audio(ending).read_bytes()[:-10])


@pytest.mark.parametrize("tail", [ID3V1, APE_TAG + ID3V1, bytes(5000)], ids=["ID3v1", "APE", "zeros"])
@pytest.mark.parametrize("ending", MADE)
def test_appended_tags_and_padding_do_no_harm(
    tmp_path: Path, audio: Callable[..., Path], ending: str, tail: bytes
) -> None:
    assert is_complete(tmp_path, audio(ending).read_bytes() + tail)


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_of_the_claimed_length_is_complete(tmp_path: Path, name: str) -> None:
    assert is_complete(tmp_path, WRITERS[name](SIZE))


@pytest.mark.parametrize("name", WRITERS)
def test_a_claim_beyond_the_end_is_truncated(tmp_path: Path, name: str) -> None:
    assert not is_complete(tmp_path, WRITERS[name](SIZE + 1000))


@pytest.mark.parametrize("name", NEVER_WRITTEN)
def test_a_length_that_was_never_written_passes(tmp_path: Path, name: str) -> None:
    assert is_complete(tmp_path, NEVER_WRITTEN[name])


def test_an_ogg_stream_without_an_end_flag_is_complete(tmp_path: Path, audio: Callable[..., Path]) -> None:
    data = audio("ogg").read_bytes()

    assert is_complete(tmp_path, data[: data.rfind(b"OggS")])


def test_an_mp3_without_a_xing_frame_passes(tmp_path: Path, audio: Callable[..., Path]) -> None:
    data = audio("mp3", "-write_xing", "0", "-id3v2_version", "0").read_bytes()

    assert is_complete(tmp_path, data[: len(data) // 2])


def test_an_mp3_that_a_tagger_made_slightly_shorter_is_complete(
    tmp_path: Path, audio: Callable[..., Path]
) -> None:
    assert is_complete(tmp_path, audio("mp3").read_bytes()[:-128])


def test_a_flac_without_a_length_passes(tmp_path: Path, audio: Callable[..., Path]) -> None:
    data = bytearray(audio("flac").read_bytes())
    data[21] &= 0xF0
    data[22:26] = bytes(4)

    assert is_complete(tmp_path, bytes(data[: len(data) // 2]))


def test_a_flac_longer_than_its_header_claims_is_complete(tmp_path: Path, audio: Callable[..., Path]) -> None:
    data = bytearray(audio("flac").read_bytes())
    data[22:26] = struct.pack(">I", 30_000)

    assert is_complete(tmp_path, bytes(data))


def test_a_flac_cut_within_its_picture_is_truncated(tmp_path: Path) -> None:
    head = b"fLaC" + bytes([0, 0, 0, 34]) + bytes(34) + bytes([0x86, 0, 0x10, 0])

    assert not is_complete(tmp_path, head + bytes(100))


# Each with whether it passes; ffprobe judges what passes.
HOSTILE: dict[str, tuple[bytes, bool]] = {
    "lengths that overflow": (caf(2**63 - 1), False),
    "empty chunks only": (b"RIFF\0\0\0\0WAVE" + b"junk\0\0\0\0" * 200_000, True),
    "empty boxes only": (b"\0\0\0\x08free" * 200_000, True),
    "empty blocks only": (b"fLaC" + bytes(4) * 200_000, True),
    "the first bytes of a page": (b"OggS", False),
    "a magic number only": (b"fLaC", False),
    "an ID3 tag of 256 MiB": (b"ID3\3\0\0\x7f\x7f\x7f\x7f", False),
    "EBML without sizes": (b"\x1a\x45\xdf\xa3\0\0\0\0\0\0\0\0\0", True),
    "frame headers only": (
        b"fLaC\x80\0\0\x22" + b"\x10\0" * 17 + b"\xff\xf8\xc9\x18\0\0\0" * 30_000,
        True,
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_headers_are_judged_quickly(tmp_path: Path, name: str) -> None:
    data, passes = HOSTILE[name]

    assert is_complete(tmp_path, data) == passes
