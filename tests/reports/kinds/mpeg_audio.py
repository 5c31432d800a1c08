"""MP3: junk, tags and figures in headers that are wrong, files joined end to end."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from tests.reports.inputs.made import encoded, made, sine
from tests.reports.inputs.tags import ape, frame, id3, id3v1, text
from tests.reports.report import Converted, Report

if TYPE_CHECKING:
    from tests.reports.outcome import Result

# A frame of 1152 samples, and what LAME puts before and after the audio.
FRAME_S, PADDED_S = 1152 / 44_100, 1.0449
EXACT = Converted(seconds=1.0)
# Without LAME's header, no one knows which samples are padding, nor whether the file is complete.
PADDED = Converted(seconds=PADDED_S, notes=["completeness_unknown"])


def song(source: str = "", options: str = "") -> bytes:
    """An MP3 by LAME, without tags."""
    return encoded(f"libmp3lame -b:a 128k -id3v2_version 0 {options}", "mp3", source)


def stream(source: str = "", options: str = "") -> bytes:
    """The same as a broadcast has it: without LAME's header."""
    return song(source, f"-write_xing 0 {options}")


def with_figures(frames: int | None = None, flags: int | None = None) -> bytes:
    """A song whose header counts its frames wrongly, or does not state everything."""
    data = bytearray(song())
    at = data.index(b"Info")
    if frames is not None:
        struct.pack_into(">I", data, at + 8, frames)
    if flags is not None:
        data[at + 7] = flags
    return bytes(data)


def is_even(result: Result) -> None:
    """Check that mono and stereo parts are equally loud."""
    assert abs(result.peak(0.2, 1.8) - result.peak(2.3, 3.8)) < 0.03


def lyrics3() -> bytes:
    """A tag of version 2, whose text has bytes like the beginning of a frame."""
    content = b"LYRICSBEGIN" + b"LYR01000" + b"la la \xff\xfb\x90\x64" * 100
    return content + b"%06d" % len(content) + b"LYRICS200"


REPORTS = (
    Report(
        "Lyrics behind an MP3 are read as audio that is damaged.",
        ["spotify/pedalboard 164", "Moonbase59/loudgain 11", "taglib/taglib 934"],
        "They are no audio.",
        lambda: song() + lyrics3() + id3v1("Title"),
        Converted(seconds=1.0, tags={"title": "Title"}),
        to="flac",
    ),
    Report(
        "A radio recording with variable bit rate has no header, and its length is guessed.",
        ["DSheirer/sdrtrunk 1377", "rmcrackan/Libation 110", "Borewit/music-metadata 788"],
        "The length is what is decoded; a note says that no one knows whether it is complete.",
        lambda: stream(sine(1.0), "-q:a 2"),
        PADDED,
    ),
    Report(
        "Bytes between the tag and the first frame hide the song.",
        ["Serial-ATA/lofty-rs 28", "wapmorgan/Mp3Info 7"],
        "They are skipped.",
        lambda: id3(text(b"TALB", "Album")) + b"    " + stream(),
        Converted(seconds=PADDED_S, tags={"album": "Album"}, notes=["completeness_unknown"]),
        to="mp3",
    ),
    Report(
        "Eight bytes of ones before the first frame look like a frame.",
        ["Serial-ATA/lofty-rs 67", "leetreveil/musicmetadata 52"],
        "They are skipped.",
        lambda: b"\xff" * 8 + stream(),
        PADDED,
    ),
    Report(
        "A game does not play music that begins with zeros.",
        ["libsndfile/libsndfile 1039", "spotify/pedalboard 247"],
        "They are skipped.",
        lambda: bytes(5000) + stream(),
        PADDED,
    ),
    Report(
        "A second ID3v2 tag follows the first.",
        ["JamesHeinrich/getID3 209"],
        "The first one counts, and the song begins after both.",
        lambda: id3(text(b"TIT2", "First")) + id3(text(b"TIT2", "Second")) + song(),
        Converted(seconds=1.0, tags={"title": "First"}),
        to="flac",
    ),
    Report(
        "A tag is longer than it claims, and what is left of it is garbage before the audio.",
        ["AzuraCast/AzuraCast 3263", "JamesHeinrich/getID3 288"],
        "It is skipped.",
        lambda: id3(text(b"TIT2", "Title"), bytes(1000), size=200) + stream(),
        PADDED,
    ),
    Report(
        "The Xing header counts zero frames.",
        ["agersant/mp3-duration 16"],
        "The length is what is decoded.",
        lambda: with_figures(frames=0),
        Converted(seconds=1.02, within_s=FRAME_S, notes=["completeness_unknown"]),
    ),
    Report(
        "The Xing header does not state the number of bytes.",
        ["JamesHeinrich/getID3 41"],
        "The number of frames is enough.",
        lambda: with_figures(flags=1),
        Converted(seconds=PADDED_S),
    ),
    Report(
        "The frame with the header counts as audio, and the song is a frame too long.",
        ["JamesHeinrich/getID3 161", "digital-dj-tools/dj-data-converter 3"],
        "It is no audio; neither is the encoder's padding.",
        song,
        EXACT,
    ),
    Report(
        "Ten bytes of junk between two frames break the file.",
        ["sindresorhus/file-type 750"],
        "The audio goes on after them; a note counts the packets that were lost.",
        lambda: stream()[: 417 * 20] + b"\x13" * 10 + stream()[417 * 20 :],
        Converted(seconds=1.0188, within_s=FRAME_S, notes=["completeness_unknown", "damaged_packets"]),
    ),
    Report(
        "Several kinds of tags compete for the end of a file.",
        ["JamesHeinrich/getID3 209"],
        "None of them is audio.",
        lambda: song() + ape("Artist", "Name") + id3v1("Title"),
        Converted(seconds=1.0, tags={"title": "Title"}),
        to="flac",
    ),
    Report(
        "Two songs joined by a copy play only until the end of the first.",
        ["JamesHeinrich/getID3 120", "JamesHeinrich/getID3 272"],
        "Both are converted; a note says that the header is about the first one.",
        lambda: song() + song(),
        Converted(seconds=2.065, within_s=FRAME_S, notes=["completeness_unknown"]),
    ),
    Report(
        "A piece of a longer song keeps the header of the whole, and plays silence for an hour.",
        ["androidx/media 1376", "mp3splt/mp3splt 197"],
        "The audio that is there is converted; a note says that the header is about another file.",
        # Frames of 576 bytes.
        lambda: song(sine(10.0, 32_000))[: 101 * 576],
        Converted(seconds=3.6, within_s=0.04, rate_hz=32_000, notes=["completeness_unknown"]),
    ),
    Report(
        "Mono and stereo parts are joined, and play at other speeds or not at all.",
        ["dmulholl/mp3cat 12", "dmulholl/mp3cat 7", "alivedevking/audiomaker 2"],
        "All parts get the channels and the rate of the first, at their own level.",
        lambda: stream(sine(2.0)) * 1 + stream(sine(2.0, channels=2)) + stream(sine(2.0)) * 2,
        Converted(seconds=8.18, within_s=0.1, notes=["completeness_unknown"], also=is_even),
    ),
    Report(
        "A long audiobook at a constant bit rate comes out half as long.",
        ["dfaust/soundkonverter 102"],
        "The length comes from the frames, not from a bit rate.",
        lambda: stream(sine(3.0), "-b:a 80k"),
        Converted(seconds=3.03, within_s=FRAME_S, notes=["completeness_unknown"]),
        to="opus",
    ),
    Report(
        "A voice recording comes out too fast and too high.",
        ["Jay-Goo/Mp3Converter 4"],
        "The rate of the file is kept.",
        lambda: song(sine(1.0, 8000)),
        Converted(seconds=1.0, rate_hz=8000),
    ),
    Report(
        "A music file of silence fails when its loudness is adjusted.",
        ["dfaust/soundkonverter 19"],
        "Silence stays silent; a note says that the loudness was not reached.",
        lambda: song("-f lavfi -i anullsrc=r=44100:cl=mono:d=1 -t 1"),
        Converted(seconds=1.0449, notes=["loudness_missed"]),
        to="mp3",
        options={"loudnessLufs": -16},
    ),
    Report(
        "A DJ program's cue points in GEOB frames keep other programs from reading the file.",
        ["mixxxdj/mixxx 2323", "mixxxdj/mixxx 14942"],
        "They are skipped, with a note; the other tags are kept.",
        lambda: (
            id3(
                text(b"TIT2", "Track"),
                frame(b"GEOB", b"\0application/octet-stream\0\0Serato Markers2\0" + bytes(20_000)),
                text(b"TKEY", "8A"),
            )
            + song()
        ),
        Converted(seconds=1.0, tags={"title": "Track"}, notes=["tags_dropped"]),
        to="flac",
    ),
    Report(
        "MP3 in a WAV is taken for PCM and sounds like noise.",
        ["ankitects/anki 14", "DeaDBeeF-Player/deadbeef 634", "naudio/NAudio 353", "spotify/pedalboard 447"],
        "The codec is the one that the header names.",
        lambda: made(f"{sine()} -c:a libmp3lame -f wav", "wav"),
        Converted(seconds=1.0449, within_s=0.03, peak_dbfs=-6.4, within_db=0.5),
    ),
)
