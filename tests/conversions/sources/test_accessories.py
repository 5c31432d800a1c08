"""Covers, tags, chapters and odd chunks never decide over the sound."""

from __future__ import annotations

import struct
import subprocess
import wave
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from functions.convert.source.fetch import FetchedSource
from functions.convert.source.probed_source import probe_fetched
from shared.domain.errors import NotAudio
from shared.domain.files import Output
from tests.sampling import chosen
from tests.sounds import tone, write_wav
from tests.waiting import HANG_S
from tools.docs.conversion_matrix import convert_probed, decoded
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.verify.verified_output import VerifiedOutput
    from shared.domain.notes.base import Note


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "song.wav", tone(0.5))


def by_ffmpeg(source: Path, target: Path, *arguments: str) -> Path:
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-y", "-i", str(source), *arguments, str(target)]
    subprocess.run(argv, check=True, timeout=HANG_S)
    return target


def syncsafe(number: int) -> bytes:
    return bytes(number >> shift & 127 for shift in (21, 14, 7, 0))


@pytest.mark.parametrize("characters", chosen([480, 2000], {480}))
def test_tags_are_not_limited_by_the_argument_list(
    made_all: Callable[..., dict[str, VerifiedOutput]], song: Path, characters: int
) -> None:
    """ifauzeee/QBZ-Downloader 57 and rawnaldclark/Stash 118: too long a command line, and no tags at all."""
    frames = b""
    for n in range(64):
        body = b"\3" + f"FIELD{n}\0{'日' * characters}\0{'本' * characters}".encode()
        frames += b"TXXX" + syncsafe(len(body)) + b"\0\0" + body
    plain = by_ffmpeg(song, song.with_name("plain.mp3"), "-id3v2_version", "0", "-write_id3v1", "0")
    tagged = song.with_name("tagged.mp3")
    tagged.write_bytes(b"ID3\4\0\0" + syncsafe(len(frames)) + frames + plain.read_bytes())
    results = made_all(tagged, "flac", "ogg", "wav", "m4a", "aiff")

    expected = f"{'日' * characters};{'本' * characters}"[:1000]
    assert results["flac"].probe.tags["field7"][:480] == expected[:480]
    if characters < 500:
        assert {results[form].probe.tags["field40"] for form in ("flac", "ogg")} == {expected}


def test_a_report_too_long_to_read_is_read_without_titles(
    made: Callable[..., VerifiedOutput], song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tens of thousands of chapters, or a tag of megabytes."""
    monkeypatch.setattr("functions.convert.probe.examination._MAX_REPORT_BYTES", 4000)
    tagged = by_ffmpeg(song, song.with_name("long.flac"), "-metadata", f"lyrics={'la ' * 2000}")

    assert made(tagged, "opus").probe.duration_s == pytest.approx(0.5, abs=0.05)


def test_a_cover_that_ffmpeg_would_fail_at_is_kept(
    tools: Tools, material: dict[str, Path], tmp_path: Path
) -> None:
    """advplyr/audiobookshelf 3379 and TypNull/Tubifarry 196: because of its cover, nothing was converted.

    No cover goes through ffmpeg any more.
    """
    notes: list[Note] = []
    source = tmp_path / "source"
    source.write_bytes(material["mp3"].read_bytes())
    probed = probe_fetched(tools, FetchedSource(source))
    # Another stream than there is: what ffmpeg fails at depends on its version.
    broken = replace(probed, probe=replace(probed.probe, cover=9))
    (flac,) = convert_probed(tools, broken, (Output("flac", "out.flac"),), notes)

    assert flac.probe.cover is not None
    assert notes == []


JUNK = {
    "a web page": b"<!DOCTYPE html><html><body>404</body></html>",
    "noise": bytes(n * n % 251 for n in range(3000)),
    "a beginning": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00",
    "a huge PNG": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
    + struct.pack(">IIBBBBBI", 60_000, 60_000, 8, 2, 0, 0, 0, 0),
}


@pytest.mark.parametrize("junk", chosen(JUNK, {"a web page", "a huge PNG"}))
def test_what_is_labelled_jpeg_and_is_none_is_left_out(
    made_all: Callable[..., dict[str, VerifiedOutput]], song: Path, junk: str
) -> None:
    """advplyr/audiobookshelf 3379, ytdl-org/youtube-dl 25687. The FLAC states a size, whatever it holds."""
    flac = by_ffmpeg(song, song.with_name("junk.flac"))
    data, picture = flac.read_bytes(), JUNK[junk]
    block = struct.pack(">II", 3, 10) + b"image/jpeg" + struct.pack(">IIIIII", 0, 64, 64, 24, 0, len(picture))
    flac.write_bytes(data[:42] + b"\x06" + len(block + picture).to_bytes(3) + block + picture + data[42:])
    results = made_all(flac, "mp3", "m4a", "aiff", "ogg")

    assert {one.probe.pictures for one in results.values()} == {0}


def odd(song: Path, form: str) -> bytes:
    """The song with an odd chunk before its audio, and no padding behind that."""
    data = song.read_bytes()
    if form == "aiff":
        at = data.index(b"SSND")
        return data[:at] + b"ANNO" + struct.pack(">I", 5) + b"Title" + data[at:]
    info = b"INFOINAM" + struct.pack("<I", 5) + b"Title"
    at = data.index(b"data" if form == "before data" else b"fmt ")
    return data[:at] + b"LIST" + struct.pack("<I", len(info)) + info + data[at:]


@pytest.mark.parametrize("form", chosen(["before data", "before fmt", "aiff"], {"before data"}))
def test_a_chunk_without_its_padding_does_not_hide_the_audio(
    tools: Tools, made: Callable[..., VerifiedOutput], song: Path, form: str
) -> None:
    """jstrait/wavefile 8, awslabs/ferret-scan 346, androidx/media 1117."""
    plain = by_ffmpeg(song, song.with_name("plain.aiff")) if form == "aiff" else song
    source = song.with_name("odd")
    source.write_bytes(odd(plain, form))
    before, after = decoded(tools, [song, made(source, "wav").file], "pcm_s16le")

    assert before == after


def test_a_padding_that_is_no_zero_is_one(made: Callable[..., VerifiedOutput], song: Path) -> None:
    """MediaArea/BWFMetaEdit 155: ProTools pads with any byte."""
    data = odd(song, "before data")
    at = data.index(b"data")
    song.write_bytes(data[:at] + b"Q" + data[at:])

    assert made(song, "flac").probe.duration_s == pytest.approx(0.5, abs=0.001)


def quiet(file: Path, level: int) -> Path:
    """A second of silence, one of a square wave at that level, and one of silence again."""
    samples = bytes(44_100 * 2) + struct.pack("<hh", level, -level) * 22_050 + bytes(44_100 * 2)
    with wave.open(str(file), "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(44_100)
        wav.writeframes(samples)
    return file


@pytest.mark.parametrize("level", [20_000, 60, 2])
def test_silence_is_trimmed_by_the_level_of_the_recording(
    made: Callable[..., VerifiedOutput], tmp_path: Path, level: int
) -> None:
    """ibab/tensorflow-wavenet 56, librosa/librosa 722: a fixed level calls a quiet recording silent."""
    assert made(quiet(tmp_path / "quiet.wav", level), "wav", trimSilence=True).probe.duration_s == 1


def test_a_flac_of_32_bits_is_converted_or_named(made: Callable[..., VerifiedOutput], song: Path) -> None:
    """alexkay/spek 246, anilbeesetti/nextlib 110: FLAC of 32 bits, by libFLAC since 1.4.

    Its frames are those of 32 bits, verbatim: ffmpeg reads them since 6.0.
    """
    flac = song.with_name("deep.flac")
    flac.write_bytes(flac_of_32_bits())
    try:
        result = made(flac, "wav")
    except NotAudio as error:
        assert "FLAC with 32 bits" in error.message  # noqa: PT017  # by the version of ffmpeg
        assert "24 bits" in error.hint  # noqa: PT017  # as above
    else:
        assert result.probe.bits_per_sample == 32


def flac_of_32_bits(samples: int = 4096) -> bytes:
    """Mono FLAC with one frame, by RFC 9639."""
    rate, channels, bits = 44_100, 1, 32
    packed = rate << 44 | (channels - 1) << 41 | (bits - 1) << 36 | samples
    info = struct.pack(">HH", samples, samples) + bytes(6) + packed.to_bytes(8) + bytes(16)
    # Block of 4096 samples, rate and channels, bits of 32 (0b111), frame number 0.
    header = bytes([0xFF, 0xF8, 0xC9, 0x0E, 0x00])
    header += bytes([crc(header, 8, 0x07)])
    body = b"\x02" + b"".join(struct.pack(">i", (n % 100 - 50) << 20) for n in range(samples))
    frame = header + body
    return b"fLaC\x80\0\0\x22" + info + frame + crc(frame, 16, 0x8005).to_bytes(2)


def crc(data: bytes, bits: int, polynomial: int) -> int:
    value, top, mask = 0, 1 << bits - 1, (1 << bits) - 1
    for byte in data:
        value ^= byte << bits - 8
        for _ in range(8):
            value = (value << 1 ^ polynomial if value & top else value << 1) & mask
    return value
