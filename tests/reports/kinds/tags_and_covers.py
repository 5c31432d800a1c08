"""Tags and covers on their way to another format."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from tests.reports.inputs.asf import entry, library, picture, with_objects
from tests.reports.inputs.made import encoded, made, sine
from tests.reports.inputs.tags import frame, id3, text
from tests.reports.report import Converted, Report

if TYPE_CHECKING:
    from tests.reports.outcome import Result

LONG = "The Way of Love: Part I, Metaphor; Part II, Good-Time Music; Part III, Love Is All; " * 3


def flac(*comments: str | bytes, picture: bytes = b"") -> bytes:
    """A FLAC with these Vorbis comments, each `NAME=text`, and a picture."""
    audio = encoded("flac -sample_fmt s16", "flac", sine(0.5))
    info, frames = audio[4:42], audio[_end_of_blocks(audio) :]
    texts = [c if isinstance(c, bytes) else c.encode() for c in comments]
    fields = [struct.pack("<I", len(text)) + text for text in texts]
    body = struct.pack("<I", 4) + b"test" + struct.pack("<I", len(fields)) + b"".join(fields)
    blocks = [b"\0" + info[1:], b"\4" + len(body).to_bytes(3) + body]
    if picture:
        mime = b"image/jpeg"
        head = (
            struct.pack(">II", 3, len(mime)) + mime + struct.pack(">IIIIII", 0, 16, 16, 24, 0, len(picture))
        )
        blocks.append(b"\6" + (len(head) + len(picture)).to_bytes(3) + head + picture)
    blocks[-1] = bytes([blocks[-1][0] | 0x80]) + blocks[-1][1:]
    return b"fLaC" + b"".join(blocks) + frames


def _end_of_blocks(audio: bytes) -> int:
    at = 4
    while True:
        is_last, length = audio[at] & 0x80, int.from_bytes(audio[at + 1 : at + 4])
        at += 4 + length
        if is_last:
            return at


def jpeg() -> bytes:
    return made("-f lavfi -i color=teal:s=16x16 -frames:v 1", "jpg")


def mp3(*frames: bytes, version: int = 3) -> bytes:
    return id3(*frames, version=version) + encoded("libmp3lame -id3v2_version 0", "mp3", sine(0.5))


def has_measured_gain(result: Result) -> None:
    assert float(result.tags["replaygain_track_gain"].removesuffix(" dB")) == pytest.approx(-8.3, abs=0.05)


REPORTS = (
    Report(
        "Converting FLAC to Opus loses the tags.",
        ["enzo1982/freac 368", "dfaust/soundkonverter 8"],
        "They are kept.",
        lambda: flac("TITLE=Song", "ALBUM=Record", "GENRE=Folk"),
        Converted(tags={"title": "Song", "album": "Record", "genre": "Folk"}),
        to="opus",
    ),
    Report(
        "Tags with names of one's own are dropped.",
        ["dfaust/soundkonverter 15", "complexlogic/EasyAudioSync 4"],
        "Any name is kept where the format has room for it.",
        lambda: flac("TITLE=Song", "MOOD OF THE DAY=calm"),
        Converted(tags={"title": "Song", "mood of the day": "calm"}),
        to="ogg",
    ),
    Report(
        "A song with a very long tag loses all of its tags.",
        ["complexlogic/EasyAudioSync 4"],
        "They are kept.",
        lambda: flac(f"TITLE={LONG.strip()}", "ARTIST=Band"),
        Converted(tags={"title": LONG.strip(), "artist": "Band"}),
        to="opus",
    ),
    Report(
        "The artist of a sampler's song is replaced by its album artist.",
        ["lordmulder/LameXP 17"],
        "Both are kept apart.",
        lambda: flac("ARTIST=Singer", "ALBUMARTIST=Various Artists"),
        Converted(tags={"artist": "Singer", "album_artist": "Various Artists"}),
        to="mp3",
    ),
    Report(
        "Covers of WMA beyond 64 KiB have a place of their own, where not every program looks.",
        ["quodlibet/mutagen 60"],
        "They are kept, and so are the tags behind them.",
        lambda: with_objects(library(picture(70_000), entry("WM/Mood", "calm"))),
        Converted(tags={"tmoo": "calm"}, has_cover=True),
        to="mp3",
    ),
    Report(
        "Converting FLAC to WAV loses the tags.",
        ["wieslawsoltes/BatchEncoder 67"],
        "WAV has a place for the common ones.",
        lambda: flac("TITLE=Song", "ARTIST=Band"),
        Converted(tags={"title": "Song", "artist": "Band"}),
    ),
    Report(
        "The picture in a FLAC is not in the MP3.",
        ["navidrome/navidrome 5841"],
        "The cover is kept.",
        lambda: flac("TITLE=Song", picture=jpeg()),
        Converted(has_cover=True),
        to="mp3",
    ),
    Report(
        "ReplayGain is lost on the way to another format.",
        ["DeaDBeeF-Player/deadbeef 958"],
        "It becomes that of the result, which is measured: a tone of -9.7 LUFS.",
        lambda: flac("REPLAYGAIN_TRACK_GAIN=-6.50 dB"),
        Converted(also=has_measured_gain),
        to="mp3",
    ),
    Report(
        "Of several artists, only the last one arrives.",
        ["enzo1982/freac 368", "MediaBrowser/Emby 1388", "jellyfin/jellyfin 10301"],
        "All of them do.",
        lambda: flac("ARTIST=Ana", "ARTIST=Ben", "ARTIST=Cem"),
        Converted(tags={"artist": "Ana;Ben;Cem"}),
        to="opus",
    ),
    Report(
        "Several values of an ID3v2.4 text run together or are cut after the first.",
        ["thebigmunch/google-music-scripts 23", "ots-downloader/onthespot 406"],
        "All of them arrive.",
        lambda: mp3(frame(b"TPE1", b"\3Ana\0Ben", 4), version=4),
        Converted(tags={"artist": "Ana;Ben"}),
        to="flac",
    ),
    Report(
        "Year and date of an old tag are two frames, and one is lost.",
        ["thebigmunch/google-music-scripts 23"],
        "They become one date.",
        lambda: mp3(text(b"TYER", "2005"), text(b"TDAT", "2411")),
        Converted(tags={"date": "2005-11-24"}),
        to="flac",
    ),
)
