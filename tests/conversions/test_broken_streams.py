"""One stream of a file is damaged or unknown: the others are converted all the same."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pytest

from functions.convert.plan.sample_format import depth_of
from functions.convert.probe.examination import Examination
from functions.convert.probe.probe import probe, probe_by_log
from shared.domain.errors import NoAudioStream, NotAudio
from tests.sampling import chosen, crossed
from tests.waiting import HANG_S
from tools.ffmpeg import program
from tools.material import CLIP_S, KINDS, TITLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.verify.verified_output import VerifiedOutput

COVERS = ["mp3", "flac", "m4a (AAC)", "aiff", "mka (FLAC)"]
RUBBISH = {"zeros": b"\0", "text": b"This is not a picture. "}
CODEC_PRIVATE = b"\x63\xa2"  # Matroska's element (RFC 9559, 5.1.4.1.22)


class Broken(NamedTuple):
    """A file as ffmpeg makes it, and what breaks a stream of it."""

    ending: str
    arguments: str
    breaks: Callable[[bytes], bytes]


def codec_private(fill: bytes) -> Callable[[bytes], bytes]:
    """Overwrite what Matroska tells the first decoder."""

    def breaks(data: bytes) -> bytes:
        at = data.index(CODEC_PRIVATE) + len(CODEC_PRIVATE)
        length = 9 - data[at].bit_length()
        size = int.from_bytes(data[at : at + length]) & (1 << 7 * length) - 1
        begin = at + length
        return data[:begin] + fill * size + data[begin + size :]

    return breaks


def swapped(old: bytes, new: bytes, times: int = 1) -> Callable[[bytes], bytes]:
    """Give a codec another identifier."""

    def breaks(data: bytes) -> bytes:
        assert data.count(old) >= times
        return data.replace(old, new, times)

    return breaks


def overwritten(marker: bytes, skip: int, length: int) -> Callable[[bytes], bytes]:
    """Overwrite some bytes after the last marker."""

    def breaks(data: bytes) -> bytes:
        begin = data.rindex(marker) + len(marker) + skip
        return data[:begin] + b"\xff" * length + data[begin + length :]

    return breaks


# What precedes a WAVEFORMATEX in AVI, Matroska and ASF: a chunk, the codec, the stream's type.
STRF, ACM, ASF_SOUND = rb"strf.{4}", rb"A_MS/ACM.*?\x63\xa2.", rb"\x40\x9e\x69\xf8\x4d\x5b\xcf\x11.{46}"


def wave_tag(before: bytes, tag: bytes) -> Callable[[bytes], bytes]:
    """Claim another codec in the first WAVEFORMATEX."""

    def breaks(data: bytes) -> bytes:
        found = re.search(before, data, re.DOTALL)
        assert found
        return data[: found.end()] + tag + data[found.end() + 2 :]

    return breaks


def matroska(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Claim another codec, whose private data then is not what the decoder expects."""
    return swapped(old, new.ljust(len(old), b"\0"))


TWO = "-map 0:a -map 0:a -ac:a:0 2 -ac:a:1 1"
# The first of two tracks is broken; the second has one channel.
FIRST_TRACKS = {
    "mka, experimental": Broken("mka", f"{TWO} -c:a:0 adpcm_ms -c:a:1 flac", wave_tag(ACM, b"\x48\x20")),
    "mka, unknown": Broken("mka", f"{TWO} -c:a:0 flac -c:a:1 mp3", swapped(b"A_FLAC", b"A_XYZ!")),
    "mka, Vorbis": Broken("mka", f"{TWO} -c:a:0 libvorbis -c:a:1 mp3", codec_private(b"\xff")),
    "mka, Opus": Broken("mka", f"{TWO} -c:a:0 libopus -c:a:1 mp3", codec_private(b"\0")),
    "mka, AAC": Broken("mka", f"{TWO} -c:a:0 aac -c:a:1 mp3", codec_private(b"\xff")),
    "mka, FLAC": Broken("mka", f"{TWO} -c:a:0 flac -c:a:1 mp3", codec_private(b"\0")),
    "mka, ALAC": Broken("mka", f"{TWO} -c:a:0 alac -c:a:1 mp3", codec_private(b"\0")),
    "m4a, unknown": Broken("m4a", f"{TWO} -c:a:0 alac -c:a:1 aac", swapped(b"alac", b"xyz!", 2)),
    "m4a, protected": Broken("m4a", f"{TWO} -c:a aac", swapped(b"mp4a", b"enca")),
    "m4a, ALAC": Broken("m4a", f"{TWO} -c:a:0 alac -c:a:1 aac", overwritten(b"alac\0\0\0\0", 0, 24)),
    "avi, unknown": Broken("avi", f"{TWO} -c:a mp3", wave_tag(STRF, b"\x77\x77")),
    "avi, WMA": Broken("avi", f"{TWO} -c:a mp3", wave_tag(STRF, b"\x61\x01")),
    "avi, AAC": Broken("avi", f"{TWO} -c:a mp3", wave_tag(STRF, b"\xff\x00")),
    "wma, unknown": Broken("wma", f"{TWO} -c:a wmav2", wave_tag(ASF_SOUND, b"\x77\x77")),
    "wma, WMA Pro": Broken("wma", f"{TWO} -c:a wmav2", wave_tag(ASF_SOUND, b"\x62\x01")),
}
VIDEO, SUBTITLES = "-map 1:v -map 0:a -ac 1", "-map 2:s -map 0:a -ac 1"
MPEG4 = b"V_MPEG4/ISO/ASP"
PICTURES = {
    "mkv, unknown": Broken("mkv", f"{VIDEO} -c:v mpeg4 -c:a aac", swapped(b"V_MPEG4", b"V_XYZ!?")),
    "mkv, FFV1": Broken("mkv", f"{VIDEO} -c:v ffv1 -c:a aac", codec_private(b"\xff")),
    "mkv, Theora": Broken("mkv", f"{VIDEO} -c:v mpeg4 -c:a aac", matroska(MPEG4, b"V_THEORA")),
    "mkv, AVC": Broken("mkv", f"{VIDEO} -c:v mpeg4 -c:a aac", matroska(MPEG4, b"V_MPEG4/ISO/AVC")),
    "mp4, unknown": Broken("mp4", f"{VIDEO} -c:v mpeg4 -c:a aac", swapped(b"mp4v", b"xyz!")),
    "avi, MS Screen": Broken("avi", f"{VIDEO} -c:v mpeg4 -c:a mp3", swapped(b"FMP4", b"MSS1", 2)),
    "avi, WMV 9": Broken("avi", f"{VIDEO} -c:v mpeg4 -c:a mp3", swapped(b"FMP4", b"WMV3", 2)),
    "mkv, ASS": Broken("mkv", f"{SUBTITLES} -c:s ass -c:a aac", codec_private(b"\xff")),
    "mkv, DVB": Broken("mkv", f"{SUBTITLES} -c:s ass -c:a aac", matroska(b"S_TEXT/ASS", b"S_DVBSUB")),
    "mkv, VobSub": Broken("mkv", f"{SUBTITLES} -c:s ass -c:a aac", matroska(b"S_TEXT/ASS", b"S_VOBSUB")),
    "mp4, 3GPP text": Broken("mp4", f"{SUBTITLES} -c:s mov_text -c:a aac", overwritten(b"tx3g", 8, 30)),
}
# What `make test` tries of them: each container, codecs that are unknown and some that cannot be opened.
SAMPLE = {"mka, unknown", "mka, AAC", "m4a, protected", "wma, WMA Pro", "mkv, AVC", "mp4, unknown",
          "avi, WMV 9"}  # fmt: skip
# As different as containers and codecs are for ffprobe's log.
PROBED = {"flac", "ogg (Vorbis)", "aac (ADTS)", "mp4 with video", "avi with video (MP3)"}
SILENT = Broken("avi", "-map 1:v -c:v mpeg4", swapped(b"FMP4", b"WMV3", 2))
ALL_BROKEN = Broken("mka", "-map 0:a -c:a aac", codec_private(b"\xff"))


@pytest.fixture
def broken(material: dict[str, Path], tmp_path: Path) -> Callable[[Broken], Path]:
    """Makes such a file, from a sound of 1.5 seconds, a picture and a line of subtitles."""

    def make(case: Broken) -> Path:
        subtitles = tmp_path / "lines.srt"
        subtitles.write_text("1\n00:00:00,000 --> 00:00:00,500\nOne line\n", encoding="utf-8")
        file = tmp_path / f"broken.{case.ending}"
        argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-i", str(material["wav"])]
        argv += ["-f", "lavfi", "-i", f"color=s=64x48:r=5:d={CLIP_S}", "-i", str(subtitles)]
        subprocess.run([*argv, *case.arguments.split(), str(file)], check=True, timeout=HANG_S)
        file.write_bytes(case.breaks(file.read_bytes()))
        return file

    return make


@pytest.mark.parametrize("name", chosen(FIRST_TRACKS, SAMPLE))
def test_first_track_that_can_be_opened_is_converted(
    made: Callable[..., VerifiedOutput], broken: Callable[[Broken], Path], name: str
) -> None:
    result = made(broken(FIRST_TRACKS[name]), "wav")

    assert result.probe.channels == 1
    assert result.probe.duration_s == pytest.approx(CLIP_S, abs=0.12)


@pytest.mark.parametrize("name", chosen(PICTURES, SAMPLE))
def test_sound_beside_a_broken_stream_is_converted(
    made: Callable[..., VerifiedOutput], broken: Callable[[Broken], Path], name: str
) -> None:
    assert made(broken(PICTURES[name]), "wav").probe.duration_s == pytest.approx(CLIP_S, abs=0.12)


@pytest.mark.parametrize(("kind", "rubbish"), crossed(COVERS, list(RUBBISH)))
def test_cover_that_is_no_picture_is_left_out(
    made_all: Callable[..., dict[str, VerifiedOutput]],
    material: dict[str, Path],
    tmp_path: Path,
    kind: str,
    rubbish: str,
) -> None:
    cover = material[kind].with_name("cover.jpg").read_bytes()
    source = tmp_path / "source"
    whole = material[kind].read_bytes()
    assert cover in whole
    source.write_bytes(whole.replace(cover, (RUBBISH[rubbish] * len(cover))[: len(cover)]))
    results = made_all(source, "mp3", "m4a", "ogg", "aiff")

    assert {one.probe.tags["title"] for one in results.values()} == {TITLE}


def test_film_without_sound_has_no_audio_stream(tools: Tools, broken: Callable[[Broken], Path]) -> None:
    with pytest.raises(NoAudioStream):
        probe(tools, broken(SILENT))


def test_sound_that_cannot_be_opened_is_not_audio(tools: Tools, broken: Callable[[Broken], Path]) -> None:
    with pytest.raises(NotAudio, match="none of it can be decoded"):
        probe(tools, broken(ALL_BROKEN))


@pytest.mark.parametrize("kind", chosen([kind.name for kind in KINDS], PROBED))
def test_probe_finds_the_same_without_ffprobes_json(
    tools: Tools, material: dict[str, Path], kind: str
) -> None:
    found = probe(tools, material[kind])
    logged = probe_by_log(Examination(tools, material[kind]))

    assert depth_of(logged) == depth_of(found)
    # The log has no duration of single streams, and rounds; the file itself states its length or not, and has
    # the tags.
    assert logged == replace(
        found,
        duration_s=logged.duration_s,
        length_is_bound=logged.length_is_bound,
        states_length=logged.states_length,
        bit_rate_kbps=logged.bit_rate_kbps,
        bits_per_sample=logged.bits_per_sample,
        tags=logged.tags,
        tag_count=logged.tag_count,
        decoded_tags=logged.decoded_tags,
    )
    assert logged.length_is_bound or logged.duration_s == pytest.approx(found.duration_s, abs=0.006)
