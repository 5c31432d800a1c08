"""Tags in an encoding that no container states, or in another than it states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reports.inputs.made import encoded, made, sine
from tests.reports.inputs.pcm import chunk, tone, wav
from tests.reports.inputs.tags import frame, id3, id3v1
from tests.reports.kinds.tags_and_covers import flac
from tests.reports.report import Converted, Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reports.outcome import Result

_NOTED = ("text_encoding_guessed",)


def mp3() -> bytes:
    return encoded("libmp3lame -id3v2_version 0", "mp3", sine(0.5))


# Of the chapters of a film, in the encoding of its program.
CHAPTERS = ("第一章 はじまり", "第二章 さよならの歌")
SONG = "Песня о далёкой Родине"


def avi(title: bytes) -> bytes:
    """An AVI whose INFO list has this title."""
    placeholder = "T" * len(title)
    made_one = made(f"{sine(0.5)} -c:a libmp3lame -metadata title={placeholder}", "avi")
    return made_one.replace(placeholder.encode(), title)


def caf(title: bytes) -> bytes:
    """A CAF with this title."""
    placeholder = "T" * len(title)
    made_one = made(f"{sine(0.5)} -c:a pcm_s16be -metadata title={placeholder}", "caf")
    return made_one.replace(placeholder.encode(), title)


def m4b(*titles: bytes) -> bytes:
    """An M4A with chapters of these titles."""
    named = {chr(ord("A") + n) * len(title): title for n, title in enumerate(titles)}
    chapters = "".join(
        f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={n * 200}\nEND={n * 200 + 200}\ntitle={placeholder}\n"
        for n, placeholder in enumerate(named)
    )
    data = made(
        f"{sine(0.5)} -f ffmetadata -i 0 -map 0 -map_chapters 1 -c:a aac",
        "m4a",
        f";FFMETADATA1\n{chapters}".encode(),
    )
    for placeholder, title in named.items():
        data = data.replace(placeholder.encode(), title)
    return data


def has_chapters(*titles: str) -> Callable[[Result], None]:
    def check(result: Result) -> None:
        assert [one["tags"]["title"] for one in result.examined["chapters"]] == list(titles)

    return check


REPORTS = (
    Report(
        "Names in an AVI are in Windows-1251 and shown as if they were in another.",
        ["Nevcairiel/LAVFilters 63"],
        "All texts of the file together show their code page, with a note.",
        lambda: avi(SONG.encode("cp1251")),
        Converted(tags={"title": SONG}, notes=_NOTED),
        to="flac",
    ),
    Report(
        "Titles of chapters in an MP4 are in Shift_JIS, and a player shows them as UTF-8.",
        ["mpv-player/mpv 7255"],
        "They are read as what they are, with a note.",
        lambda: m4b(*(title.encode("cp932") for title in CHAPTERS)),
        Converted(chapters=2, notes=_NOTED, also=has_chapters(*CHAPTERS)),
        to="mp3",
    ),
    Report(
        "Titles of chapters have accents that players show as other letters.",
        ["HandBrake/HandBrake 6222", "unosquare/ffmediaelement 140"],
        "Valid UTF-8 stays as it is; others are read as Windows-1252, with a note.",
        lambda: m4b("Capítulo “uno”".encode("cp1252"), b"Final feliz"),
        Converted(chapters=2, notes=_NOTED, also=has_chapters("Capítulo “uno”", "Final feliz")),
        to="flac",
    ),
    Report(
        "Titles in Windows-1251 are decoded as Windows-1252.",
        ["jellyfin/jellyfin 12541", "quodlibet/quodlibet 3555"],
        "Where texts are too few to tell, `tagEncoding` states theirs.",
        lambda: caf("Мир".encode("cp1251")),
        Converted(tags={"title": "Мир"}),
        to="flac",
        options={"tagEncoding": "windows-1251"},
    ),
    Report(
        "Accents in an ID3v1 tag become question marks or other letters.",
        ["parshap/node-ffmetadata 21", "Borewit/music-metadata 44", "quodlibet/mutagen 354"],
        "Bytes that are no UTF-8 are read as Windows-1252, with a note.",
        lambda: mp3() + id3v1("M\xe9dium: Zbo\x9e\xf2uju"),
        Converted(tags={"title": "Médium: Zbožòuju"}, notes=_NOTED),
        to="flac",
    ),
    Report(
        "UTF-8 in an ID3v2 frame that is called Latin-1 shows two letters for each accent.",
        ["advplyr/audiobookshelf 5562", "myers/id3v2 9"],
        "Valid UTF-8 is read as UTF-8, with a note.",
        lambda: id3(frame(b"TIT2", b"\0" + "Je čas metat kamení".encode())) + mp3(),
        Converted(tags={"title": "Je čas metat kamení"}, notes=_NOTED),
        to="flac",
    ),
    Report(
        "An ID3v2 frame that is called UTF-8 has Latin-1 in it, and is dropped.",
        ["bocan/bocan-music 259"],
        "It is read as Windows-1252, with a note.",
        lambda: id3(frame(b"TPE1", b"\3Bj\xf6rk", 4), version=4) + mp3(),
        Converted(tags={"artist": "Björk"}, notes=_NOTED),
        to="m4a",
    ),
    Report(
        "Accents in the INFO list of a WAV are replaced, or its fields are empty.",
        ["Borewit/music-metadata 2726", "taglib/taglib 1451"],
        "They are read as Windows-1252, which includes Latin-1, and written as UTF-8, with a note.",
        lambda: wav(tone(), None, chunk(b"LIST", b"INFO" + chunk(b"INAM", b"Sch\xf6n \x96 Caf\xe9\0"))),
        Converted(tags={"title": "Schön – Café"}, notes=_NOTED),
    ),
    Report(
        "A FLAC's comment that is no UTF-8 is copied into the new file, or crashes its writer.",
        ["libsndfile/libsndfile 1132"],
        "No invalid byte is written; it is read as Windows-1252, with a note.",
        lambda: flac("TITLE=Song", b"COMMENT=5 \x80"),
        Converted(tags={"title": "Song", "comment": "5 €"}, notes=_NOTED),
        to="flac",
    ),
)
