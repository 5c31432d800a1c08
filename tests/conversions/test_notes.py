"""What a conversion could not keep as it was is noted; several cases are built after public bug reports.

Each case names the report it comes from. The files are made here.
"""

from __future__ import annotations

import base64
import subprocess
from typing import TYPE_CHECKING

import pytest
from mutagen.apev2 import BINARY, APEv2, APEValue
from mutagen.id3 import APIC, GEOB, ID3, POPM
from mutagen.mp4 import MP4, MP4Cover

from functions.convert.metadata.model.tags import FRONT_COVER, Picture
from functions.convert.metadata.readers.found import MAX_PICTURES_BYTES
from functions.convert.metadata.write.vorbis import encoded_picture
from shared.domain.formats import FORMATS
from shared.domain.options import parse_options
from tests.functions.convert.metadata.reading import JPEG
from tests.sounds import tone, write_wav
from tests.waiting import HANG_S
from tools.docs.conversion_matrix import convert
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from shared.domain.notes.base import Note

    Noted = Callable[..., list[Note]]

TIFF = b"II*\0" + bytes(40)
MP3_FRAME_S = 1152 / 44_100


@pytest.fixture
def noted(tools: Tools, tmp_path: Path) -> Noted:
    """Converts a file to some formats with options by their JSON names, and returns the notes."""

    def convert_and_note(source: Path, *forms: str, **options: object) -> list[Note]:
        notes: list[Note] = []
        wanted = [(form, parse_options(options, FORMATS[form])) for form in forms]
        convert(tools, source, tmp_path / "converted", wanted, notes)
        return notes

    return convert_and_note


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of a tone as WAV."""
    return write_wav(tmp_path_factory.mktemp("song") / "song.wav", tone(2))


def made(source: Path, name: str, *arguments: str) -> Path:
    """A file that ffmpeg makes of another."""
    target = source.with_name(name)
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-y", "-i", str(source), *arguments, str(target)]
    subprocess.run(argv, check=True, timeout=HANG_S)
    return target


def synthesised(target: Path, *arguments: str) -> Path:
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", *arguments, str(target)]
    subprocess.run(argv, check=True, timeout=HANG_S)
    return target


def shown(notes: list[Note]) -> list[tuple[str, int | None, dict[str, object]]]:
    return [(note.code, note.output, dict(note.figures)) for note in notes]


def losses(notes: list[Note]) -> list[tuple[str, int | None, dict[str, object]]]:
    return [note for note in shown(notes) if note[0].endswith("_dropped")]


def test_a_picture_that_the_format_cannot_hold_is_noted(noted: Noted, material: dict[str, Path]) -> None:
    """C4illin/ConvertX 601: with a cover, conversions failed."""
    notes = noted(material["m4a (AAC)"], "flac", "webm")

    assert shown(notes) == [("cover_dropped", 1, {"pictures": 1, "reason": "format"})]


def test_a_cover_of_a_kind_that_is_not_read_is_noted(noted: Noted, song: Path) -> None:
    flac = made(song, "tiff.flac", "-c:a", "flac")
    data = flac.read_bytes()
    picture = base64.b64decode(encoded_picture(Picture(FRONT_COVER, "image/tiff", TIFF)))
    block = b"\x06" + len(picture).to_bytes(3) + picture
    flac.write_bytes(data[:42] + block + data[42:])
    notes = noted(flac, "mp3")

    assert shown(notes) == [("cover_dropped", 0, {"pictures": 1, "reason": "kind"})]


def test_a_cover_beyond_the_limit_is_noted(
    noted: Noted, material: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.convert.metadata.covers.fitting.MAX_PICTURES_BYTES", 100)
    notes = noted(material["mp3"], "ogg", "mp3")

    assert shown(notes) == [("cover_dropped", 0, {"pictures": 1, "reason": "size"})]


@pytest.mark.parametrize("ending", ["mp3", "m4a", "ape.mp3", "mka"])
def test_a_cover_too_large_to_be_read_is_noted(noted: Noted, song: Path, ending: str) -> None:
    """Its reason is its size, and no tag is said to be missing."""
    picture, source = JPEG + bytes(MAX_PICTURES_BYTES), made(song, f"large.{ending}")
    if ending == "mp3":
        tags = ID3()
        tags.add(APIC(encoding=0, mime="image/jpeg", type=3, desc="", data=picture))
        tags.save(source)
    elif ending == "m4a":
        song_in_mp4 = MP4(source)
        song_in_mp4["covr"] = [MP4Cover(picture)]
        song_in_mp4.save()
    elif ending == "ape.mp3":
        value = APEValue(b"front.jpg\0" + picture, BINARY)
        tag = APEv2()
        tag["Cover Art (Front)"] = value
        tag.save(source)
    else:
        cover = song.with_name("cover.jpg")
        cover.write_bytes(picture)
        source = made(song, "large.mka", "-attach", str(cover), "-metadata:s:t", "mimetype=image/jpeg")

    assert losses(noted(source, "flac")) == [("cover_dropped", 0, {"pictures": 1, "reason": "size"})]


def test_chapters_are_kept_as_far_as_the_format_counts(noted: Noted, song: Path) -> None:
    """TheMetalCenter/m4b-mp3-chapters-from-cuesheets 14, KrumpetPirate/AAXtoMP3 83: chapters were lost."""
    lines = [";FFMETADATA1"]
    for n in range(1189):
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={n}", f"END={n + 1}", f"title={n}"]
    text = song.with_name("chapters")
    text.write_text("\n".join(lines))
    book = made(song, "book.mka", "-f", "ffmetadata", "-i", str(text), "-map_chapters", "1", "-c:a", "flac")
    notes = noted(book, "m4a", "mp3", "ogg")

    assert shown(notes) == [("chapters_dropped", 2, {"chapters": 190})]


def test_tags_without_a_place_in_the_format_are_noted(noted: Noted, song: Path) -> None:
    """What a DJ's program notes in a frame of its own, only a copy keeps."""
    mp3 = made(song, "tagged.mp3")
    tags = ID3(mp3)
    tags.add(POPM(email="me@example.org", rating=196))
    tags.add(GEOB(encoding=3, mime="application/octet-stream", desc="Serato Markers_", data=b"cues"))
    tags.save(mp3)
    notes = noted(mp3, "m4a", "opus", "mp3")

    assert shown(notes) == [
        ("tags_dropped", 0, {"tags": ["rating", "GEOB"], "unchecked": 0}),
        ("tags_dropped", 1, {"tags": ["GEOB"], "unchecked": 0}),
    ]


def test_no_tag_is_missed_among_more_than_a_probe_reads(noted: Noted, song: Path) -> None:
    pairs = [argument for n in range(70) for argument in ("-metadata", f"tag{n}={n}")]

    assert noted(made(song, "many.flac", *pairs, "-c:a", "flac"), "opus", "mp3") == []


@pytest.mark.parametrize("form", ["wav", "aac"])
def test_nothing_is_noted_of_tags_that_the_client_did_not_want(
    noted: Noted, material: dict[str, Path], form: str
) -> None:
    assert noted(material["flac"], form, keepTags=False) == []


def test_floats_above_full_scale_are_noted_where_they_are_cut_off(noted: Noted, tmp_path: Path) -> None:
    """musescore/MuseScore 21330 and mxfng/drumhaus 346: exports clipped what was fine in floating point."""
    hot = synthesised(tmp_path / "hot.wav", "aevalsrc=1.5*sin(2*PI*440*t):d=1", "-c:a", "pcm_f32le")
    notes = noted(hot, "wav", "flac", "mp3")

    assert [(note.code, note.output) for note in notes] == [("source_clips", 1), ("source_clips", 2)]
    assert notes[0].figures["peakDbfs"] == pytest.approx(3.52, abs=0.02)


def test_floats_that_the_requested_gain_brings_below_full_scale_are_not_noted(
    noted: Noted, tmp_path: Path
) -> None:
    hot = synthesised(tmp_path / "hot.wav", "aevalsrc=1.5*sin(2*PI*440*t):d=1", "-c:a", "pcm_f32le")

    assert noted(hot, "flac", gainDb=-4) == []


def test_packets_that_cannot_be_decoded_are_noted(noted: Noted, tmp_path: Path) -> None:
    """Quentendo64/TonieToolbox 38 and lieff/minimp3 60: bad frames were skipped, and the file got shorter."""
    long = made(write_wav(tmp_path / "long.wav", tone(8)), "long.mp3", "-b:a", "128k", "-write_xing", "1")
    data = bytearray(long.read_bytes())
    begin = len(data) // 2
    at = data.index(b"\xff\xfb", begin)
    # A frame of layer I, which the decoder of layer III refuses.
    data[at + 4 : at + 400] = b"\xff" * 396
    long.write_bytes(data)
    notes = noted(long, "wav")

    assert [note.code for note in notes] == ["damaged_packets"]
    assert 1 <= int(str(notes[0].figures["packets"])) <= 4


def test_a_length_that_the_header_understates_is_noted(noted: Noted, song: Path) -> None:
    """JamesHeinrich/getID3 120 and richardr1126/openreader 129: joined MP3s state the first one's length."""
    one = bytearray(made(song, "one.mp3", "-b:a", "128k").read_bytes())
    xing = one.index(b"Info")
    one[xing + 12 : xing + 16] = bytes(4)  # number of bytes, by which ffprobe would see more than one file
    joined = song.with_name("joined.mp3")
    joined.write_bytes(3 * one)
    notes = {note.code: note.figures for note in noted(joined, "wav")}

    assert notes["length_corrected"] == {
        "statedS": pytest.approx(2, abs=0.1),
        "foundS": pytest.approx(6, abs=0.3),
    }


@pytest.mark.parametrize("samples", ["s16", "s32"])
@pytest.mark.parametrize(("stated", "codes"), [(1, ["checksum_wrong"]), (0, [])])
def test_a_checksum_that_does_not_match_is_noted(
    noted: Noted, song: Path, stated: int, codes: list[str], samples: str
) -> None:
    """mbunkus/mkvtoolnix 2069 and xiph/flac 690: the MD5 was another's, or there was none."""
    flac = made(song, "changed.flac", "-c:a", "flac", "-sample_fmt", samples)
    assert noted(flac, "wav") == []
    data = flac.read_bytes()
    flac.write_bytes(data[:26] + bytes(15) + bytes([stated]) + data[42:])
    notes = noted(flac, "mp3", "wav")

    assert codes == [note.code for note in notes]


@pytest.mark.parametrize("name", ["cut.aac", "cut.ogg", "cut.ts"])
def test_a_file_that_may_have_been_cut_unseen_is_noted(noted: Noted, song: Path, name: str) -> None:
    """MediaArea/MediaInfo 55 and franklioxygen/MyTube 471: no length is stated, and half a file passed."""
    whole = made(song, name, *(("-page_duration", "100000") if name == "cut.ogg" else ()))
    data = whole.read_bytes()
    cut = {"cut.ogg": data.rfind(b"OggS"), "cut.ts": len(data) // 376 * 188, "cut.aac": len(data)}[name]
    whole.write_bytes(data[:cut])
    notes = noted(whole, "wav")

    assert [note.code for note in notes] == ["completeness_unknown"]
    assert 0.5 < float(str(notes[0].figures["foundS"])) < 2.1


def test_peaks_that_mixing_pushes_above_full_scale_are_noted(noted: Noted, tmp_path: Path) -> None:
    """HandBrake/HandBrake 2030: loud parts of 5.1 clip in stereo."""
    channels = "|".join(["0.8*sin(2*PI*440*t)"] * 6)
    loud = synthesised(tmp_path / "loud.flac", f"aevalsrc={channels}:c=5.1:d=1")
    notes = noted(loud, "mp3", channels=2)

    assert [(note.code, note.output) for note in notes] == [("peaks_limited", 0)]
    assert notes[0].figures["ceilingDbtp"] == -1
    assert 3 < float(str(notes[0].figures["truePeakDbtp"])) < 8


def test_peaks_of_a_requested_gain_are_not_noted(noted: Noted, song: Path) -> None:
    assert noted(song, "flac", gainDb=12) == []


@pytest.mark.parametrize(("level", "target"), [(0.0001, -5), (0.0, -16)])
def test_a_loudness_out_of_reach_is_noted(noted: Noted, tmp_path: Path, level: float, target: float) -> None:
    """slhck/ffmpeg-normalize 251: the target was missed; only a close look at the log showed it."""
    quiet = synthesised(tmp_path / "quiet.wav", f"aevalsrc={level}*sin(2*PI*440*t):d=2", "-c:a", "pcm_s24le")
    notes = noted(quiet, "flac", loudnessLufs=target)

    assert [(note.code, note.output) for note in notes] == [("loudness_missed", 0)]
    assert notes[0].figures["targetLufs"] == target


def test_of_several_tracks_the_converted_one_is_noted(noted: Noted, song: Path) -> None:
    """Tichau/FileConverter 289, convert-videos-for-plex 2: of two languages one is left, without a word."""
    film = made(song, "film.mkv", "-map", "0:a", "-map", "0:a", "-c:a", "flac")

    assert shown(noted(film, "mp3", "flac")) == [("track_chosen", None, {"track": 1, "tracks": 2})]
