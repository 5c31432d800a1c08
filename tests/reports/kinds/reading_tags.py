"""Tags that programs misread, or do not look for."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from tests.reports.inputs.made import encoded, made, sine
from tests.reports.inputs.pcm import chunk, tone, wav
from tests.reports.inputs.tags import ape, frame, id3, id3v1, synchsafe, text
from tests.reports.kinds.tags_and_covers import flac, jpeg
from tests.reports.report import Converted, Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reports.outcome import Result

_NOTED = ("text_encoding_guessed",)
_UNSYNCHRONISED, _EXTENDED = 0x80, 0x40
_FRAME_UNSYNCHRONISED, _FRAME_LENGTH = 2, 1


def mp3() -> bytes:
    return encoded("libmp3lame -id3v2_version 0 -write_id3v1 0", "mp3", sine(0.5))


def tag(*frames: bytes, version: int = 3, flags: int = 0, extended: bytes = b"") -> bytes:
    """An MP3 with a tag of these flags."""
    body = extended + b"".join(frames)
    return b"ID3" + bytes([version, 0, flags]) + synchsafe(len(body)) + body + mp3()


def flagged(name: bytes, content: bytes, flags: int, version: int = 4) -> bytes:
    """A frame with these flags of its form."""
    one = frame(name, content, version)
    return one[:9] + bytes([flags]) + one[10:]


def unsynchronised(data: bytes) -> bytes:
    """No byte of 0xE0 or more, and no zero, follows one of 0xFF."""
    changed = bytearray()
    for byte in data:
        if changed[-1:] == b"\xff" and (byte >= 0xE0 or byte == 0):
            changed.append(0)
        changed.append(byte)
    return bytes(changed)


def cover(kind: int = 3) -> bytes:
    return b"\0image/jpeg\0" + bytes([kind, 0]) + jpeg()


def has_the_same_cover(result: Result) -> None:
    assert jpeg() in result.data


def in_utf_16(name: bytes, codec: str, *head: bytes, words: str) -> bytes:
    return frame(name, b"\1" + b"".join(head) + words.encode(codec))


def lyrics3(audio: bytes) -> bytes:
    body = b"LYRICSBEGININD0000200LYR00005words"
    return audio + body + f"{len(body):06}".encode() + b"LYRICS200"


def m4a(**names: str) -> bytes:
    """An M4A with two values in one atom: ffmpeg writes a placeholder, in whose place they fit."""
    data = made(f"{sine(0.5)} -c:a aac -metadata artist={'T' * 40}", "m4a")
    first, second = (
        struct.pack(">I4sII", 28, b"data", 1, 0) + names[key].encode().ljust(12) for key in names
    )
    at = data.index(b"T" * 40) - 16
    assert data[at + 4 : at + 8] == b"data"
    return data[:at] + first + second + data[at + 56 :]


def latin1(name: bytes, words: str, codec: str) -> bytes:
    return frame(name, b"\0" + words.encode(codec))


def guessed(codec: str, title: str, artist: str) -> Callable[[], bytes]:
    return lambda: tag(latin1(b"TIT2", title, codec), latin1(b"TPE1", artist, codec))


REPORTS = (
    Report(
        "Of an unsynchronised ID3v2.3 tag, only what comes before the first inserted byte is read.",
        ["DeaDBeeF-Player/deadbeef 2514", "robinbowes/flac2mp3 58", "mpatric/mp3agic 1"],
        "The inserted bytes are taken out first; all of it is read.",
        lambda: tag(
            unsynchronised(
                text(b"TIT2", "It’s Broken") + frame(b"APIC", cover()) + text(b"TPE1", "Some Artist")
            ),
            flags=_UNSYNCHRONISED,
        ),
        Converted(tags={"title": "It’s Broken", "artist": "Some Artist"}, has_cover=True),
        to="flac",
    ),
    Report(
        "Covers are broken where both an ID3v2.4 tag and its frame say that they are unsynchronised.",
        ["Serial-ATA/lofty-rs 678"],
        "It is undone once.",
        lambda: tag(
            flagged(b"APIC", unsynchronised(cover()), _FRAME_UNSYNCHRONISED),
            version=4,
            flags=_UNSYNCHRONISED,
        ),
        Converted(has_cover=True, also=has_the_same_cover),
        to="flac",
    ),
    Report(
        "Unsynchronised frames of ID3v2.4 are empty.",
        ["taglib/taglib 1385", "jherby2k/AudioWorks 29"],
        "They are read.",
        lambda: tag(
            flagged(b"TIT2", unsynchronised(b"\1" + "Ünde".encode("utf-16")), _FRAME_UNSYNCHRONISED),
            version=4,
        ),
        Converted(tags={"title": "Ünde"}),
        to="flac",
    ),
    Report(
        "The length that an ID3v2.4 frame may state before its content is taken for content.",
        ["mozilla-b2g/gaia 30699", "HexFiend/HexFiend 240"],
        "It is skipped.",
        lambda: tag(flagged(b"TIT2", synchsafe(6) + b"\3Title", _FRAME_LENGTH), version=4),
        Converted(tags={"title": "Title"}),
        to="flac",
    ),
    Report(
        "Flags of ID3v2.4 are seen in a frame of 2.3, where they mean nothing, and its content is cut.",
        ["Borewit/music-metadata 2649"],
        "Each version has its own flags.",
        lambda: tag(flagged(b"TIT2", b"\0Title", 0x1F & ~0x10, version=3), text(b"TPE1", "Band")),
        Converted(tags={"title": "Title", "artist": "Band"}),
        to="flac",
    ),
    Report(
        "A tag with an extended header is dropped, or loses its last frame.",
        ["taglib/taglib 1081", "Zeugma440/atldotnet 388"],
        "The header is skipped by its stated size.",
        lambda: tag(
            text(b"TIT2", "Title", 4),
            text(b"TPE1", "Band", 4),
            version=4,
            flags=_EXTENDED,
            extended=synchsafe(12) + b"\1\x20\5" + bytes(5),
        ),
        Converted(tags={"title": "Title", "artist": "Band"}),
        to="flac",
    ),
    Report(
        "An MP3 whose only tag is APEv2 has no tags.",
        ["pdeljanov/Symphonia 286", "Borewit/music-metadata 257"],
        "APEv2 is read.",
        lambda: mp3() + ape("Title", "Aperitif"),
        Converted(tags={"title": "Aperitif"}),
        to="flac",
    ),
    Report(
        "APEv2 before Lyrics3 and ID3v1 is not found.",
        ["taglib/taglib 11", "Borewit/music-metadata 271"],
        "It is found.",
        lambda: lyrics3(mp3() + ape("Artist", "Band")) + id3v1("Title"),
        Converted(tags={"artist": "Band", "title": "Title"}),
        to="flac",
    ),
    Report(
        "A tag in ID3v1 is ignored where an ID3v2 tag with only a genre precedes.",
        ["quodlibet/quodlibet 2947"],
        "Fields that the better tag lacks come from the other.",
        lambda: tag(text(b"TCON", "House", 4), version=4) + id3v1("Bring That Bass Back"),
        Converted(tags={"genre": "House", "title": "Bring That Bass Back"}),
        to="flac",
    ),
    Report(
        "UTF-8 in an ID3v1 tag is shown as Latin-1.",
        ["exiftool/exiftool 247"],
        "Valid UTF-8 is read as that.",
        lambda: mp3() + b"TAG" + "العربية".encode().ljust(30, b"\0") + bytes(94) + b"\xff",
        Converted(tags={"title": "العربية"}),
        to="flac",
    ),
    Report(
        "A genre is a number in parentheses.",
        ["navidrome/navidrome 503", "janbar/noson-app 89", "vanilla-music/vanilla 531"],
        "It becomes a name, as numbers of 80 and more do that Winamp added.",
        lambda: tag(text(b"TCON", "(155)")),
        Converted(tags={"genre": "Downtempo"}),
        to="flac",
    ),
    Report(
        "Of several genres by number, the first is shown, or none.",
        ["dhowden/tag 13"],
        "Each becomes a name.",
        lambda: tag(text(b"TCON", "(51)(39)")),
        Converted(tags={"genre": "Techno-Industrial;Noise"}),
        to="flac",
    ),
    Report(
        "Several values in one atom of an M4A become the first, or the last.",
        ["tinytag/tinytag 247", "Sohex/musefs 512", "OxygenCobalt/Auxio 558", "Serial-ATA/lofty-rs 48"],
        "All are read.",
        lambda: m4a(first="Ana Maria Xx", second="Ben Jonson X"),
        Converted(tags={"artist": "Ana Maria Xx;Ben Jonson X"}),
        to="flac",
    ),
    Report(
        "Values that zeros separate in an ID3v2.3 text become one.",
        ["polyfloyd/rust-id3 82", "Borewit/music-metadata 433"],
        "They are several, as in version 2.4.",
        lambda: tag(in_utf_16(b"TPE1", "utf-16", words="Ana\0Ben")),
        Converted(tags={"artist": "Ana;Ben"}),
        to="flac",
    ),
    Report(
        "Of values in UTF-16, only the first has a byte order mark, and the second is lost.",
        ["taglib/taglib 1056"],
        "The first one's byte order is that of all.",
        lambda: tag(
            frame(b"TPE1", b"\1\xfe\xff" + "Ana\0Ben".encode("utf-16-be"), 4),
            version=4,
        ),
        Converted(tags={"artist": "Ana;Ben"}),
        to="flac",
    ),
    Report(
        "Lyrics in UTF-16 without a byte order mark, as in BBC podcasts, are refused or read wrong.",
        ["dhowden/tag 18", "moumar/ruby-mp3info 55", "Serial-ATA/lofty-rs 614"],
        "The zeros in Latin text tell the byte order.",
        lambda: tag(in_utf_16(b"USLT", "utf-16-le", b"eng", words="Description\0American satirist")),
        Converted(tags={"lyrics": "American satirist"}),
        to="flac",
    ),
    Report(
        "A comment in big-endian UTF-16 turns into Chinese.",
        ["Borewit/music-metadata 2675"],
        "Its byte order mark decides.",
        lambda: tag(
            in_utf_16(b"COMM", "utf-16-be", b"eng\xfe\xff\0\0\xfe\xff", words="Tëst"),
        ),
        Converted(tags={"comment": "Tëst"}),
        to="m4a",
    ),
    Report(
        "A comment with one byte order mark for both its texts is dropped.",
        ["Serial-ATA/lofty-rs 535"],
        "It is read.",
        lambda: tag(in_utf_16(b"COMM", "utf-16-le", b"eng\xff\xfe\0\0", words="Tëst")),
        Converted(tags={"comment": "Tëst"}),
        to="m4a",
    ),
    Report(
        "Frames with a byte order mark and no text show two strange characters.",
        ["JamesHeinrich/getID3 189", "JamesHeinrich/getID3 61"],
        "They are empty, and left out.",
        lambda: tag(frame(b"TALB", b"\1\xff\xfe"), text(b"TIT2", "Title")),
        Converted(tags={"title": "Title", "album": None}),
        to="flac",
    ),
    Report(
        "Lyrics are called `lyrics-eng`, where no player looks.",
        ["Rafiuth/Soggfy 31", "fluent-ffmpeg/node-fluent-ffmpeg 980"],
        "They are lyrics, whatever their language.",
        lambda: tag(frame(b"USLT", b"\0eng\0words")),
        Converted(tags={"lyrics": "words", "lyrics-eng": None}),
        to="flac",
    ),
    Report(
        "iTunes' figures for loudness and gaps are shown as the comment.",
        ["ampache/ampache 1518", "Borewit/music-metadata 502", "Marekkon5/onetagger 298"],
        "They are no comments.",
        lambda: tag(frame(b"COMM", b"\0eng" + b"iTunNORM\0 000002A4"), frame(b"COMM", b"\0eng\0nice")),
        Converted(tags={"comment": "nice"}),
        to="m4a",
    ),
    Report(
        "An album artist under `ALBUM ARTIST` is not recognised.",
        ["DeaDBeeF-Player/deadbeef 2118", "Borewit/music-metadata 685"],
        "Spaces and underscores in names do not matter.",
        lambda: flac("ARTIST=Ana", "ALBUM ARTIST=Various"),
        Converted(tags={"artist": "Ana", "album_artist": "Various"}),
        to="mp3",
    ),
    Report(
        "A comment under DESCRIPTION, as EAC writes it, is not shown.",
        ["navidrome/navidrome 963", "ibsh/is_KeyFinder 17"],
        "Where there is no COMMENT, it is the comment.",
        lambda: flac("TITLE=Five", "DESCRIPTION=HCD-2031"),
        Converted(tags={"comment": "HCD-2031"}),
        to="m4a",
    ),
    Report(
        "Covers in ID3v2.2 are not found.",
        ["tinytag/tinytag 36", "savonet/liquidsoap 2581"],
        "They are read.",
        lambda: (
            b"ID3\2\0\0"
            + synchsafe(8 + len(jpeg()) + 4)
            + b"PIC"
            + (6 + len(jpeg())).to_bytes(3)
            + b"\0JPG\3\0"
            + jpeg()
            + bytes(0)
            + mp3()
        ),
        Converted(has_cover=True, also=has_the_same_cover),
        to="flac",
    ),
    Report(
        "Tags in the ID3 chunk of a WAV are ignored, or lose against a shorter INFO list.",
        ["polyfloyd/rust-id3 63", "DeaDBeeF-Player/deadbeef 1201"],
        "ID3 is read first, and the list fills the rest.",
        lambda: wav(
            tone(),
            None,
            chunk(b"id3 ", id3(text(b"TIT2", "Strangers to Ourselves"))),
            chunk(b"LIST", b"INFO" + chunk(b"INAM", b"Strangers\0") + chunk(b"IART", b"Band\0")),
        ),
        Converted(tags={"title": "Strangers to Ourselves", "artist": "Band"}),
        to="flac",
    ),
    Report(
        "A FLAC with an ID3 tag in front is tagged by that, or by nothing.",
        ["dhowden/tag 58"],
        "Its Vorbis comments come first.",
        lambda: id3(text(b"TIT2", "Old"), text(b"TPE1", "Band")) + flac("TITLE=New"),
        Converted(tags={"title": "New", "artist": "Band"}),
        to="mp3",
    ),
    Report(
        "Russian tags in Windows-1251, which claim to be Latin-1, become accented letters.",
        [
            *("clementine-player/Clementine 254", "clementine-player/Clementine 4788"),
            *("nc-music/oc-music 785", "vanilla-music/vanilla 922", "quodlibet/quodlibet 1208"),
            "JamesHeinrich/getID3 80",
        ],
        "All texts of the file together show it; it is noted.",
        guessed("cp1251", "Этот город", "Браво"),
        Converted(tags={"title": "Этот город", "artist": "Браво"}, notes=_NOTED),
        to="flac",
    ),
    Report(
        "Polish tags in Windows-1250, which claim to be Latin-1, have a few wrong letters.",
        ["quodlibet/mutagen 558"],
        "Nothing in the file tells; `tagEncoding` does.",
        guessed("cp1250", "Uciekająca skała", "Roman Felczyński"),
        Converted(tags={"title": "Uciekająca skała", "artist": "Roman Felczyński"}),
        to="mp3",
        options={"tagEncoding": "windows-1250"},
    ),
    Report(
        "Chinese tags in GB 2312, which claim to be Latin-1, are garbled.",
        ["maotoumao/MusicFreeDesktop 428", "nc-music/oc-music 1146", "mpatric/mp3agic 197"],
        "All texts of the file together show it; it is noted.",
        guessed("gbk", "爱你一万年", "刘德华"),
        Converted(tags={"title": "爱你一万年", "artist": "刘德华"}, notes=_NOTED),
        to="flac",
    ),
    Report(
        "Japanese titles in Shift_JIS, which claim to be Latin-1, are garbled.",
        ["digimezzo/dopamine 637"],
        "All texts of the file together show it; it is noted.",
        guessed("cp932", "遠くの愛好家", "さくら"),
        Converted(tags={"title": "遠くの愛好家", "artist": "さくら"}, notes=_NOTED),
        to="flac",
    ),
)
