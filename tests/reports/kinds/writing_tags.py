"""Tags that other programs lose, or write where players do not look."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING, Any

from mutagen.aiff import AIFF
from mutagen.flac import FLAC
from mutagen.id3 import GEOB, ID3, TIT2
from mutagen.mp4 import MP4, MP4FreeForm
from mutagen.oggopus import OggOpus
from mutagen.wave import WAVE

from tests.reports.inputs.made import encoded, sine
from tests.reports.inputs.pcm import chunk
from tests.reports.kinds.tags_and_covers import flac, jpeg
from tests.reports.report import Converted, Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reports.outcome import Result

CUES = GEOB(encoding=0, mime="application/octet-stream", desc="Serato Markers2", data=b"\1\2cues")
IDS = {
    "MUSICBRAINZ_TRACKID": "5e7b6a1c",
    "MUSICBRAINZ_RELEASETRACKID": "0c8f",
    "MUSICBRAINZ_ALBUMID": "91aa",
    "ARTISTSORT": "Pérez, Ana",
}


def id3_of(result: Result) -> ID3:
    return ID3(BytesIO(result.data))


def has_frames(**expected: str) -> Callable[[Result], None]:
    """Return what checks texts of ID3 frames."""

    def check(result: Result) -> None:
        tags = id3_of(result)
        assert {name: str(tags[name].text[0]) for name in expected} == expected

    return check


def has_lyrics(result: Result) -> None:
    tags = id3_of(result)
    assert [frame.text for frame in tags.getall("USLT")] == ["la la"]
    assert not tags.getall("TXXX")


def has_ids_in_opus(result: Result) -> None:
    tags = OggOpus(BytesIO(result.data))
    assert {name: tags[name][0] for name in IDS} == IDS
    assert tags["artists"] == ["Ana", "Luis"]


def has_ids_in_mp4(result: Result) -> None:
    tags = MP4(BytesIO(result.data))
    assert bytes(tags["----:com.apple.iTunes:MusicBrainz Track Id"][0]) == b"5e7b6a1c"
    assert (tags["trkn"], tags["tmpo"], tags["cpil"]) == ([(3, 12)], [128], True)


def has_r128_gain(result: Result) -> None:
    tags = OggOpus(BytesIO(result.data))
    assert not [name for name in tags if name.startswith("replaygain")]
    # 5 dB between the two references, in units of 1/256.
    assert tags["r128_album_gain"] == [str(round((-8.5 - 5) * 256))]
    assert abs(int(tags["r128_track_gain"][0]) / 256 - (-23 - -9)) < 3


def has_the_cover(result: Result) -> None:
    assert OggOpus(BytesIO(result.data))["metadata_block_picture"]
    assert result.has_cover


def is_tagged_in_wav(result: Result) -> None:
    tags: Any = WAVE(BytesIO(result.data)).tags
    assert (tags["TPE2"].text, tags.getall("APIC")[0].data) == (["Various"], jpeg())


def has_two_artists(result: Result) -> None:
    tags = FLAC(BytesIO(result.data))
    assert (tags["artist"], tags["comment"], tags["description"]) == (["Ana", "Luis"], ["Live"], ["Notes"])


def aiff_with_cues() -> bytes:
    file = BytesIO(encoded("pcm_s16be", "aiff", sine(0.5)))
    audio: Any = AIFF(file)
    audio.add_tags()
    audio.tags.add(CUES)
    audio.save(file)
    return file.getvalue()


def alac_with_cues() -> bytes:
    file = BytesIO(encoded("alac", "m4a", sine(0.5)))
    audio = MP4(file)
    audio["----:com.serato.dj:markersv2"] = [MP4FreeForm(b"cues", 0)]
    audio.save(file)
    return file.getvalue()


def mp3_with_cues() -> bytes:
    file = BytesIO(encoded("libmp3lame -id3v2_version 0", "mp3", sine(0.5)))
    tags = ID3()
    tags.add(TIT2(encoding=3, text="Sol"))
    tags.add(CUES)
    tags.save(file)
    return file.getvalue()


def recorded() -> bytes:
    """A WAV with a broadcast chunk (EBU Tech 3285)."""
    head = b"Take 1".ljust(256, b"\0") + b"Recorder".ljust(32, b"\0") + bytes(32) + b"2024-05-0612:34:56"
    wav = encoded("pcm_s16le", "wav", sine(0.5))
    bext = chunk(b"bext", head + struct.pack("<QH", 48_000, 1) + bytes(254))
    return b"RIFF" + struct.pack("<I", len(wav) - 8 + len(bext)) + wav[8:12] + bext + wav[12:]


def keeps_cues(result: Result) -> None:
    assert b"Serato Markers2\0\1\2cues" in result.data


def keeps_the_atom(result: Result) -> None:
    assert bytes(MP4(BytesIO(result.data))["----:com.serato.dj:markersv2"][0]) == b"cues"


REPORTS = (
    Report(
        "Lyrics of an MP3 are in a user's text, where players do not look for them.",
        ["Rafiuth/Soggfy 31", "jacquesh/foo_openlyrics 84"],
        "They are in the frame for lyrics.",
        lambda: flac("LYRICS=la la"),
        Converted(also=has_lyrics),
        to="mp3",
    ),
    Report(
        "MusicBrainz's ids and sort names are stripped, and so is the list of artists.",
        ["enzo1982/freac 262"],
        "They are kept.",
        lambda: flac(*(f"{name}={value}" for name, value in IDS.items()), "ARTISTS=Ana", "ARTISTS=Luis"),
        Converted(also=has_ids_in_opus),
        to="opus",
    ),
    Report(
        "Of `track 3 of 12`, the total is lost, and the grouping, too.",
        ["robinbowes/flac2mp3 53", "taglib/taglib 866"],
        "Both are where ID3 has them.",
        lambda: flac("TRACKNUMBER=3", "TRACKTOTAL=12", "GROUPING=Side A"),
        Converted(also=has_frames(TRCK="3/12", TIT1="Side A")),
        to="mp3",
    ),
    Report(
        "Converted to MP3, songs have no numbers of track and disc.",
        ["spotiflacapp/SpotiFLAC-Mobile 181"],
        "They have.",
        lambda: flac("TITLE=Song", "TRACKNUMBER=4", "DISCNUMBER=2", "DISCTOTAL=2"),
        Converted(also=has_frames(TIT2="Song", TRCK="4", TPOS="2/2")),
        to="mp3",
    ),
    Report(
        "Every M4A is marked as a part of a compilation, or none is.",
        ["tuffy/python-audio-tools 53"],
        "The mark, tempo, totals and ids are those of the source.",
        lambda: flac(
            "COMPILATION=1", "BPM=128", "TRACKNUMBER=3", "TRACKTOTAL=12", "MUSICBRAINZ_TRACKID=5e7b6a1c"
        ),
        Converted(also=has_ids_in_mp4),
        to="m4a",
    ),
    Report(
        "An Opus gets ReplayGain, which its players must ignore, and not R128 gain.",
        ["beetbox/beets 2945", "xiph/opus-tools 39", "CDrummond/cantata 1345"],
        "It gets R128 gain: of the track as it is now measured, of the album as it was.",
        lambda: flac("REPLAYGAIN_TRACK_GAIN=-60.00 dB", "REPLAYGAIN_ALBUM_GAIN=-8.50 dB"),
        Converted(also=has_r128_gain),
        to="opus",
    ),
    Report(
        "ffmpeg refuses to put a cover into an Opus.",
        ["rawnaldclark/Stash 95", "ozok/TAudioConverter 3"],
        "It is in a Vorbis comment.",
        lambda: flac("TITLE=Song", picture=jpeg()),
        Converted(also=has_the_cover),
        to="opus",
    ),
    Report(
        "A WAV has no cover and no album artist, though players would show them.",
        ["navidrome/navidrome 3867", "jcorporation/myMPD 1295", "quodlibet/quodlibet 3556"],
        "They are in an ID3 chunk, beside the INFO list.",
        lambda: flac("TITLE=Song", "ALBUMARTIST=Various", picture=jpeg()),
        Converted(tags={"title": "Song"}, has_cover=True, also=is_tagged_in_wav),
        to="wav",
    ),
    Report(
        "Of two comments by the names COMMENT and DESCRIPTION, one is lost, and two artists become one.",
        ["sbooth/SFBAudioEngine 370", "complexlogic/EasyAudioSync 4"],
        "All are kept as they are.",
        lambda: flac("ARTIST=Ana", "ARTIST=Luis", "COMMENT=Live", "DESCRIPTION=Notes"),
        Converted(also=has_two_artists),
        to="flac",
    ),
    Report(
        "A DJ's cue points are lost where an AIFF goes through ffmpeg.",
        ["M-Igashi/baken 117"],
        "Where the samples stay the same, the whole tag stays.",
        aiff_with_cues,
        Converted(also=keeps_cues),
        to="aiff",
    ),
    Report(
        "A DJ's cue points are lost where an Apple Lossless goes through ffmpeg.",
        ["M-Igashi/baken 118"],
        "They are kept.",
        alac_with_cues,
        Converted(also=keeps_the_atom),
        to="alac",
    ),
    Report(
        "Copied without encoding, an MP4 loses its cover and its tags.",
        ["mifi/lossless-cut 33"],
        "Frames and atoms are carried over as they are; so they are in an MP3.",
        mp3_with_cues,
        Converted(tags={"title": "Sol"}, also=keeps_cues),
        to="mp3",
    ),
    Report(
        "Of a WAV by a field recorder, the tags are not in the FLAC.",
        ["enzo1982/freac 802", "MediaArea/MediaInfoLib 1674"],
        "The fields of its broadcast chunk are, by their names.",
        recorded,
        Converted(tags={"originator": "Recorder", "time_reference": "48000"}),
        to="flac",
    ),
)
