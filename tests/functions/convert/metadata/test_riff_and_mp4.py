"""Tags of WAV, AIFF and MP4 are read."""

from __future__ import annotations

import struct

from functions.convert.containers.mp4 import MP4
from functions.convert.metadata.model.tags import Entry, Unknown
from tests.functions.convert.metadata.reading import JPEG, PNG, read
from tests.reports.inputs.tags import synchsafe, text


def test_the_info_list_and_the_broadcast_chunk_of_a_wav_are_read() -> None:
    def chunk(name: bytes, content: bytes) -> bytes:
        return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)

    bext = (
        b"Take one".ljust(256, b"\0") + b"Recorder".ljust(32, b"\0") + b"REF".ljust(32, b"\0")
        + b"2024-05-06" + b"10:20:30" + struct.pack("<QH", 48_000, 1) + bytes(254) + b"A=PCM\r\n"
    )  # fmt: skip
    info = b"INFO" + chunk(b"INAM", b"Song\0") + chunk(b"IPRT", b"3/12\0") + chunk(b"IXYZ", b"own\0")
    body = chunk(b"bext", bext) + chunk(b"data", bytes(4)) + chunk(b"iXML", b"<a/>") + chunk(b"LIST", info)
    tags = read(b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body, "wav")

    assert {entry.name: entry.value for entry in tags.entries} == {
        "description": "Take one",
        "originator": "Recorder",
        "originator_reference": "REF",
        "origination_date": "2024-05-06",
        "origination_time": "10:20:30",
        "time_reference": "48000",
        "coding_history": "A=PCM\n",
        "ixml": "<a/>",
        "title": "Song",
        "tracknumber": "3",
        "totaltracks": "12",
        "IXYZ": "own",
    }


def test_the_texts_of_an_aiff_are_read_beside_its_id3() -> None:
    def chunk(name: bytes, content: bytes) -> bytes:
        return name + struct.pack(">I", len(content)) + content + bytes(len(content) % 2)

    tag = text(b"TIT2", "In ID3")
    tag = b"ID3\3\0\0" + synchsafe(len(tag)) + tag
    body = chunk(b"NAME", b"In NAME") + chunk(b"AUTH", b"Band") + chunk(b"ID3 ", tag)
    tags = read(b"FORM" + struct.pack(">I", len(body) + 4) + b"AIFF" + body, "aiff")

    assert tags.entries == (Entry("title", "In ID3"), Entry("artist", "Band"))


def box(name: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I", 8 + len(content)) + name + content


def value(kind: int, content: bytes) -> bytes:
    return box(b"data", struct.pack(">II", kind, 0), content)


def items(*atoms: bytes) -> bytes:
    return box(b"moov", box(b"udta", box(b"meta", bytes(4), box(b"ilst", *atoms))))


def test_values_of_mp4_have_many_types() -> None:
    tags = read(
        items(
            box(b"\xa9ART", value(1, b"Ana"), value(1, b"Ben")),
            box(b"\xa9nam", value(2, "Tür".encode("utf-16-be"))),
            box(b"trkn", value(0, b"\0\0\0\3\0\x0c\0\0")),
            box(b"disk", value(0, b"\0\0\0\0\0\2")),
            box(b"gnre", value(0, b"\0\x12")),
            box(b"tmpo", value(21, b"\0\x78")),
            box(b"cpil", value(21, b"\1")),
            box(b"rtng", value(21, b"\1")),
            box(b"stik", value(21, b"\1")),
            box(b"pgap", value(21, b"\0")),
            box(b"covr", value(13, JPEG), value(14, PNG)),
            box(
                b"----", box(b"mean", bytes(4), b"org.own"), box(b"name", bytes(4), b"My Own"), value(1, b"x")
            ),
            box(b"zzzz", value(0, b"\xff\xfe")),
        ),
        MP4,
    )

    assert [(entry.name, entry.value) for entry in tags.entries] == [
        ("artist", "Ana"),
        ("artist", "Ben"),
        ("title", "Tür"),
        ("tracknumber", "3"),
        ("totaltracks", "12"),
        ("totaldiscs", "2"),
        ("genre", "Rock"),
        ("bpm", "120"),
        ("compilation", "1"),
        ("My Own", "x"),
    ]
    assert [(picture.kind, picture.mime) for picture in tags.pictures] == [
        (3, "image/jpeg"),
        (3, "image/png"),
    ]
    assert tags.unknown == (Unknown("mp4", "zzzz"),)
