"""Frames of ID3v2 are found in every version, also compressed, grouped or unsynchronised."""

from __future__ import annotations

import zlib

import pytest

from functions.convert.containers.id3 import content, frames_of, id3_tags, tag_bytes
from functions.convert.containers.reader import Reader


def syncsafe(number: int) -> bytes:
    return bytes(number >> 7 * place & 0x7F for place in (3, 2, 1, 0))


def frame(name: bytes, body: bytes, version: int = 4, flags: int = 0) -> bytes:
    size = syncsafe(len(body)) if version == 4 else len(body).to_bytes(4)
    return name + size + bytes([0, flags]) + body


def tag(*frames: bytes, version: int = 4, flags: int = 0, extended: bytes = b"") -> bytes:
    body = extended + b"".join(frames) + bytes(100)
    return b"ID3" + bytes([version, 0, flags]) + syncsafe(len(body)) + body


def found(data: bytes) -> dict[str, bytes | None]:
    return {frame.name: content(tag, frame) for tag in id3_tags(Reader.of(data)) for frame in frames_of(tag)}


TITLE, ARTIST = b"\3Title", b"\3Band"
PICTURE = b"\0image/jpeg\0\3\0\xff\xd8\xff\xe0\xff\0" + b"\xff\xfe" * 60


def unsynchronised(data: bytes) -> bytes:
    """As a tagger writes it: no byte of 0xE0 or more, and no zero, follows one of 0xFF."""
    changed = bytearray()
    for byte in data:
        if changed[-1:] == b"\xff" and (byte >= 0xE0 or byte == 0):
            changed.append(0)
        changed.append(byte)
    return bytes(changed)


@pytest.mark.parametrize("version", [3, 4])
def test_frames_are_found(version: int) -> None:
    data = tag(frame(b"TIT2", TITLE, version), frame(b"APIC", PICTURE, version), version=version)

    assert found(data) == {"TIT2": TITLE, "APIC": PICTURE}


def test_frames_of_version_2_2_have_three_letters() -> None:
    assert found(tag(b"TT2\0\0\6\0Title", b"TP1\0\0\5\0Band", version=2)) == {
        "TT2": b"\0Title",
        "TP1": b"\0Band",
    }


def test_a_tag_that_is_unsynchronised_as_a_whole_is_read_to_its_end() -> None:
    frames = frame(b"APIC", PICTURE, 3) + frame(b"TPE1", ARTIST, 3)
    data = tag(unsynchronised(frames), version=3, flags=0x80)

    assert found(data) == {"APIC": PICTURE, "TPE1": ARTIST}


@pytest.mark.parametrize(("of_tag", "of_frame"), [(0x80, 0), (0, 2), (0x80, 2)])
def test_single_frames_are_unsynchronised_in_version_2_4(of_tag: int, of_frame: int) -> None:
    data = tag(frame(b"APIC", unsynchronised(PICTURE), 4, of_frame), frame(b"TPE1", ARTIST, 4), flags=of_tag)

    assert found(data) == {"APIC": PICTURE, "TPE1": ARTIST}


def test_a_frame_that_only_claims_to_be_unsynchronised_is_left_alone() -> None:
    assert found(tag(frame(b"APIC", PICTURE, 4, 2)))["APIC"] == PICTURE


@pytest.mark.parametrize(
    ("version", "flags", "body"),
    [
        (4, 0x01, syncsafe(len(TITLE)) + TITLE),
        (4, 0x41, b"\7" + syncsafe(len(TITLE)) + TITLE),
        (4, 0x09, syncsafe(len(TITLE)) + zlib.compress(TITLE)),
        (3, 0x80, len(TITLE).to_bytes(4) + zlib.compress(TITLE)),
        (3, 0x20, b"\7" + TITLE),
    ],
    ids=["length", "group", "deflated", "deflated 2.3", "group 2.3"],
)
def test_what_precedes_the_content_is_left_out(version: int, flags: int, body: bytes) -> None:
    assert found(tag(frame(b"TIT2", body, version, flags), version=version))["TIT2"] == TITLE


def test_encrypted_and_broken_frames_have_no_content() -> None:
    data = tag(frame(b"TIT2", b"\1secret", 4, 4), frame(b"TALB", b"\0\0\0\5nonsense", 4, 9))

    assert found(data) == {"TIT2": None, "TALB": None}


@pytest.mark.parametrize(
    ("version", "extended"),
    [(3, b"\0\0\0\6" + bytes(6)), (4, syncsafe(6) + b"\1\0"), (4, syncsafe(12) + b"\1\x20\5" + bytes(5))],
)
def test_an_extended_header_is_skipped(version: int, extended: bytes) -> None:
    data = tag(frame(b"TIT2", TITLE, version), version=version, flags=0x40, extended=extended)

    assert found(data) == {"TIT2": TITLE}


def test_a_tag_that_only_claims_an_extended_header_is_read() -> None:
    assert found(tag(frame(b"TIT2", TITLE), flags=0x40)) == {"TIT2": TITLE}


def test_sizes_of_version_2_4_may_be_those_of_2_3() -> None:
    """As iTunes once wrote them."""
    long = frame(b"COMM", b"\3eng\0" + b"a" * 300, 3)

    assert list(found(tag(long, frame(b"TPE1", ARTIST, 3)))) == ["COMM", "TPE1"]


def test_several_tags_one_after_the_other_are_read() -> None:
    data = tag(frame(b"TIT2", TITLE)) + tag(frame(b"TPE1", ARTIST, 3), version=3)

    assert found(data) == {"TIT2": TITLE, "TPE1": ARTIST}


def test_a_footer_belongs_to_the_tag() -> None:
    data = tag(frame(b"TIT2", TITLE), flags=0x10)

    assert tag_bytes(Reader.of(data)) == len(data) + 10


# Data that is no tag, or no frame.
NOTHING = {
    "nothing": b"",
    "no tag": b"\xff\xfb\x90\0" * 20,
    "compressed in a way that was never defined": tag(b"TT2\0\0\6\0Title", version=2, flags=0x40),
    "a frame beyond the end": tag(frame(b"TPE1", ARTIST))[:18],
    "sizes beyond the end": b"ID3\4\0\0\x7f\x7f\x7f\x7fTPE1\x7f\x7f\x7f\x7f\0\0\3a",
    "an unknown version": tag(frame(b"TPE1", ARTIST), version=5),
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_no_frame_yields_none(name: str) -> None:
    assert found(NOTHING[name]) == {}
