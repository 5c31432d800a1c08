"""Tags in an encoding that no container states, or in another than it states."""

from __future__ import annotations

from tests.reports.inputs.made import encoded, sine
from tests.reports.inputs.pcm import chunk, tone, wav
from tests.reports.inputs.tags import frame, id3, id3v1
from tests.reports.kinds.tags_and_covers import flac
from tests.reports.report import Converted, Report

_NOTED = ("text_encoding_guessed",)


def mp3() -> bytes:
    return encoded("libmp3lame -id3v2_version 0", "mp3", sine(0.5))


REPORTS = (
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
