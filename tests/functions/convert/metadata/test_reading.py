"""Tags are read as taggers write them: what is not plain text in a place of its own."""

from __future__ import annotations

import base64
import struct
from typing import TYPE_CHECKING

import pytest
from mutagen._constants import GENRES as KNOWN_GENRES
from mutagen.flac import Picture as FlacPicture

from functions.convert.containers.mp4 import MP4
from functions.convert.containers.reader import Reader
from functions.convert.metadata.model.genres import GENRES
from functions.convert.metadata.model.tags import Entry, Picture, Unknown
from functions.convert.metadata.readers.read import read_tags
from shared.domain.media import Chapter, Probe
from tests.reports.inputs.tags import frame, synchsafe, text

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


def test_comments_and_lyrics_have_languages_and_descriptions() -> None:
    tags = raw(
        frame(b"COMM", b"\1deu" + "Quelle".encode("utf-16") + b"\0\0" + "Bühne".encode("utf-16")),
        frame(b"COMM", b"\0XXX\0first"),
        frame(b"USLT", b"\0spa\0uno\r\ndos"),
    )

    assert tags.entries == (
        Entry("comment", "Bühne", "Quelle", "deu"),
        Entry("comment", "first"),
        Entry("lyrics", "uno\ndos", "", "spa"),
    )


def test_figures_of_itunes_are_no_comments() -> None:
    tags = raw(frame(b"COMM", b"\0eng" + b"iTunSMPB\0 0 840"), frame(b"COMM", b"\0eng\0said"))

    assert tags.entries == (Entry("iTunSMPB", " 0 840"), Entry("comment", "said", "", "eng"))


@pytest.mark.parametrize("encoding", [0, 1, 2, 3])
def test_synchronised_lyrics_become_lrc(encoding: int) -> None:
    codec = ("latin-1", "utf-16", "utf-16-be", "utf-8")[encoding]
    end = b"\0\0" if encoding in {1, 2} else b"\0"
    lines = (("one", 1_000), ("two ä", 61_230), ("", 62_000))
    body = b"".join(words.encode(codec) + end + ms.to_bytes(4) for words, ms in lines)
    tags = raw(frame(b"SYLT", bytes([encoding]) + b"eng\2\1" + "karaoke".encode(codec) + end + body))

    lrc = "[00:01.00]one\n[01:01.23]two ä\n[01:02.00]"
    assert tags.entries == (Entry("syncedlyrics", lrc, "karaoke", "eng"),)


def test_synchronised_lyrics_in_frames_are_left_out_and_known() -> None:
    assert raw(frame(b"SYLT", b"\0eng\1\1\0one\0\0\0\0\1")).unknown == (Unknown("id3", "SYLT"),)


def test_people_have_roles_and_instruments() -> None:
    pairs = b"\3engineer\0Ana\0guitar\0Gus\0DJ-mix\0Dee\0\0Noa"
    tags = raw(frame(b"TIPL", pairs, 4), frame(b"TMCL", b"\3violin\0Vi", 4), version=4)

    assert tags.entries == (
        Entry("engineer", "Ana"),
        Entry("performer", "Gus", "guitar"),
        Entry("djmixer", "Dee"),
        Entry("performer", "Noa"),
        Entry("performer", "Vi", "violin"),
    )


def test_ratings_addresses_and_identifiers_are_read_and_the_rest_is_known() -> None:
    tags = raw(
        frame(b"POPM", b"me@x\0\xc4\0\0\0\7"),
        frame(b"WXXX", b"\0shop\0http://x"),
        frame(b"UFID", b"http://musicbrainz.org\0abc"),
        frame(b"UFID", b"other\0\1\2"),
        frame(b"PRIV", b"WM/Provider\0A"),
        frame(b"GEOB", b"\0text/plain\0f\0d\0cue"),
    )

    assert tags.entries == (
        Entry("rating", "196", "me@x"),
        Entry("url", "http://x", "shop"),
        Entry("musicbrainz_recordingid", "abc"),
    )
    assert [one.name for one in tags.unknown] == ["UFID:other", "PRIV:WM/Provider", "GEOB"]


@pytest.mark.parametrize(
    ("genre", "expected"),
    [
        ("(17)", ("Rock",)),
        ("17", ("Rock",)),
        ("(17)Rock", ("Rock",)),
        ("(51)(39)", ("Techno-Industrial", "Noise")),
        ("(4)Eurodisco", ("Disco", "Eurodisco")),
        ("(RX)(17)", ("Remix", "Rock")),
        ("((Foo)", ("(Foo)",)),
        ("(255)", ()),
        ("1999", ("1999",)),
        ("Rock (live)", ("Rock (live)",)),
    ],
)
def test_genres_are_names(genre: str, expected: tuple[str, ...]) -> None:
    assert raw(text(b"TCON", genre)).values("genre") == expected


def test_genres_have_the_numbers_that_mutagen_knows() -> None:
    same = sum(ours == theirs for ours, theirs in zip(GENRES, KNOWN_GENRES, strict=True))
    assert (len(GENRES), same) == (192, 187)


def test_dates_of_old_tags_are_put_together() -> None:
    assert raw(text(b"TYER", "2005"), text(b"TDAT", "2411"), text(b"TIME", "0930")).values("date") == (
        "2005-11-24T09:30",
    )
    assert raw(text(b"TYER", "2005"), text(b"TDAT", "0000")).values("date") == ("2005",)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2005-11-24T07:00:00Z", "2005-11-24T07:00:00"),
        ("2005/1/4", "2005-01-04"),
        ("20051124", "2005-11-24"),
        ("2005-11-24 10:20:30", "2005-11-24T10:20:30"),
        ("2005-11", "2005-11"),
        ("summer of 69", "summer of 69"),
        ("24.11.2005", "24.11.2005"),
    ],
)
def test_dates_have_one_form(written: str, expected: str) -> None:
    assert read(comments(f"DATE={written}"), "flac").values("date") == (expected,)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("3/12", ("3", "12")),
        ("03/12", ("03", "12")),
        ("/12", ("", "12")),
        ("3", ("3", "")),
        ("A1", ("A1", "")),
    ],
)
def test_numbers_are_apart_from_totals(written: str, expected: tuple[str, str]) -> None:
    tags = raw(text(b"TRCK", written))

    assert (tags.first("tracknumber"), tags.first("totaltracks")) == expected


def test_numbers_that_are_not_set_and_flags_that_are_off_are_left_out() -> None:
    assert raw(text(b"TRCK", "0/0"), text(b"TCMP", "0"), text(b"TBPM", "0")).entries == ()


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


def test_what_describes_the_stream_is_no_tag() -> None:
    tags = read(
        comments("WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x3F", "CHAPTER001=00:00:00.000", "TITLE=a"), "flac"
    )

    assert tags.entries == (Entry("title", "a"),)


def test_comment_and_description_are_two_fields() -> None:
    tags = read(comments("COMMENT=said", "DESCRIPTION=told"), "flac")

    assert tags.entries == (Entry("comment", "said"), Entry("description", "told"))


def test_a_description_alone_is_a_comment() -> None:
    """As the specification of Vorbis comments calls it, and EAC and ffmpeg write it."""
    assert read(comments("DESCRIPTION=told"), "flac").entries == (Entry("comment", "told"),)


def test_a_performer_has_an_instrument() -> None:
    assert read(comments("PERFORMER=Vi Ola (violin)"), "flac").entries == (
        Entry("performer", "Vi Ola", "violin"),
    )


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("RATING:me@x=0.6", Entry("rating", "153", "me@x")),
        ("RATING=80", Entry("rating", "204")),
        ("RATING=4", Entry("RATING", "4")),
        ("RATING=good", Entry("RATING", "good")),
    ],
)
def test_ratings_whose_scale_is_known_are_ratings(comment: str, expected: Entry) -> None:
    assert read(comments(comment), "flac").entries == (expected,)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("ALBUM ARTIST", "albumartist"),
        ("album_artist", "albumartist"),
        ("TOTALTRACKS", "totaltracks"),
        ("UNSYNCED LYRICS", "lyrics"),
        ("PUBLISHER", "label"),
        ("INITIALKEY", "key"),
        ("TSRC", "isrc"),
        ("YEAR", "date"),
    ],
)
def test_fields_have_further_names(name: str, field: str) -> None:
    assert read(comments(f"{name}=1"), "flac").names() == (field,)


def test_a_name_of_ones_own_stays_as_it_is() -> None:
    assert read(comments("Mood of the day=calm"), "flac").names() == ("Mood of the day",)


def test_id3v1_fills_what_better_tags_lack() -> None:
    body = text(b"TIT2", "A title longer than thirty characters")
    data = b"ID3\3\0\0" + synchsafe(len(body)) + body + bytes(200)
    tags = read(data + id3v1(b"A title longer than thirty cha", b"Band", 17))

    assert tags.entries == (
        Entry("title", "A title longer than thirty characters"),
        Entry("artist", "Band"),
        Entry("genre", "Rock"),
    )


def test_id3v1_is_windows_1252_unless_it_is_utf_8() -> None:
    tags = read(bytes(300) + id3v1("Café – bar".encode("cp1252"), "Ötzi".encode()))

    assert tags.entries == (Entry("title", "Café – bar"), Entry("artist", "Ötzi"))
    assert tags.guessed == {"title": "windows-1252"}


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


def chapter(title: str | None, begin_ms: int, end_ms: int, version: int = 4) -> bytes:
    times = begin_ms.to_bytes(4) + end_ms.to_bytes(4) + b"\xff" * 8
    title_frame = b"" if title is None else text(b"TIT2", title, version)
    return frame(b"CHAP", f"id{begin_ms}\0".encode() + times + title_frame, version)


@pytest.mark.parametrize("version", [3, 4])
def test_chapters_have_long_titles_or_none(version: int) -> None:
    frames = (chapter("b" * 300, 500, 900, version), chapter(None, 0, 500, version))

    assert raw(*frames, version=version).chapters == (Chapter(0, 0.5, ""), Chapter(0.5, 0.9, "b" * 300))


def test_a_chapter_that_ends_before_it_begins_is_none() -> None:
    assert raw(chapter("a", 500, 400), frame(b"CHAP", b"id\0\0\0"), version=4).chapters == ()


def test_chapters_with_sizes_as_in_version_3_are_found() -> None:
    """As ffmpeg writes them, with sizes of titles as in version 4."""
    first, second = chapter("a" * 150, 0, 500), chapter("b", 500, 900)
    first = first[:4] + (len(first) - 10).to_bytes(4) + first[8:]

    assert [one.title[:1] for one in raw(first, second, version=4).chapters] == ["a", "b"]


def test_text_is_composed_and_has_no_control_characters() -> None:
    tags = read(comments("TITLE=e\u0301t\u00e9\x07\x00", "LYRICS=one\r\ntwo\ttab"), "flac")

    assert tags.entries == (Entry("title", "été"), Entry("lyrics", "one\ntwo\ttab"))
