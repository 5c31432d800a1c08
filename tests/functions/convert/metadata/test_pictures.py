"""Pictures are read with their kinds from every family."""

from __future__ import annotations

import base64
import struct

from mutagen.flac import Picture as FlacPicture

from functions.convert.metadata.model.tags import Picture, Unknown
from tests.functions.convert.metadata.reading import JPEG, PNG, comments, raw, read
from tests.reports.inputs.tags import frame, synchsafe


def test_all_pictures_are_read_with_their_kinds() -> None:
    def picture(kind: int, data: bytes) -> bytes:
        return frame(b"APIC", b"\1image/x\0" + bytes([kind]) + "Bühne".encode("utf-16") + b"\0\0" + data)

    tags = raw(picture(3, JPEG), picture(4, PNG), picture(200, b"BM1"))

    assert tags.pictures == (
        Picture(3, "image/jpeg", JPEG, "Bühne"),
        Picture(4, "image/png", PNG, "Bühne"),
        Picture(3, "image/bmp", b"BM1", "Bühne"),
    )


def test_pictures_of_version_2_2_are_read() -> None:
    body = b"\0JPG\3cover\0" + JPEG
    tag = b"PIC" + len(body).to_bytes(3) + body

    assert read(b"ID3\2\0\0" + synchsafe(len(tag)) + tag).pictures == (
        Picture(3, "image/jpeg", JPEG, "cover"),
    )


def test_a_description_of_a_picture_without_its_second_zero_does_no_harm() -> None:
    tags = raw(frame(b"APIC", b"\1image/jpeg\0\3\0" + JPEG))

    assert [picture.data for picture in tags.pictures] == [JPEG]


def test_a_picture_elsewhere_is_known() -> None:
    tags = raw(frame(b"APIC", b"\0-->\0\3\0http://x/cover.jpg"))

    assert (tags.pictures, tags.unknown) == ((), (Unknown("id3", "APIC:-->"),))


def test_pictures_among_comments_are_read() -> None:
    block = FlacPicture()
    block.type, block.mime, block.desc, block.data = 4, "image/png", "Rück", PNG
    packed = base64.b64encode(block.write()).decode()
    tags = read(comments(f"METADATA_BLOCK_PICTURE={packed}", f"COVERART={packed}", "TITLE=Song"), "flac")

    assert tags.pictures[0] == Picture(4, "image/png", PNG, "Rück")
    assert tags.names() == ("title",)


def test_a_cover_in_an_apev2_tag_is_read() -> None:
    value = b"front.jpg\0" + JPEG
    item = struct.pack("<II", len(value), 2) + b"Cover Art (Front)\0" + value
    footer = b"APETAGEX" + struct.pack("<IIII", 2000, len(item) + 32, 1, 0) + bytes(8)

    assert read(item + footer).pictures == (Picture(3, "image/jpeg", JPEG, "front.jpg"),)
