"""Unusual sources from recorders, editors and cameras, which players play, are converted."""

from __future__ import annotations

import io
import subprocess
import wave
from typing import TYPE_CHECKING

import pytest

from functions.convert.source.fetch import SourceFetcher
from functions.convert.source.probed_source import probe_source
from shared.domain.errors import EmptyFile, Encrypted, NotAudio, NothingLeft, Truncated
from shared.domain.files import Output
from shared.domain.formats import FORMATS
from shared.runtime.log import Log
from tests.builders import an_upload
from tests.fakes.objects import FakeObjects
from tests.sampling import chosen
from tests.waiting import HANG_S
from tools.docs.conversion_matrix import convert_probed, decoded
from tools.ffmpeg import program
from tools.material import CLIP_S

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.verify.verified_output import VerifiedOutput

FILM_S = 6
# By extension: the codecs of video and audio.
FILMS = {
    "mkv": ("mpeg4", "aac"),
    "webm": ("libvpx", "libopus"),
    "flv": ("flv", "libmp3lame"),
    "wmv": ("wmv2", "wmav2"),
    "mp4": ("mpeg4", "aac"),
    "ts": ("mpeg2video", "mp2"),
    "mpg": ("mpeg2video", "mp2"),
    "vob": ("mpeg2video", "ac3"),
}


@pytest.fixture(scope="module")
def films(material: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Six seconds of video with 1.5 seconds of audio, by extension."""
    folder = tmp_path_factory.mktemp("films")
    files = {ending: folder / f"film.{ending}" for ending in FILMS}
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-f", "lavfi"]
    argv += ["-i", f"testsrc=s=64x48:r=10:d={FILM_S}", "-i", str(material["wav"])]
    for ending, (video, audio) in FILMS.items():
        argv += ["-map", "0:v", "-map", "1:a", "-c:v", video, "-c:a", audio, str(files[ending])]
    subprocess.run(argv, check=True, timeout=HANG_S)
    return files


def piped(source: Path, target: Path, *arguments: str) -> Path:
    """Write what ffmpeg makes where it cannot rewrite the header."""
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-i", str(source), *arguments, "pipe:1"]
    target.write_bytes(subprocess.run(argv, check=True, timeout=HANG_S, capture_output=True).stdout)
    return target


def received(tools: Tools, folder: Path, data: bytes) -> None:
    """Fetch, probe and convert such an upload to MP3."""
    objects, log = FakeObjects(), Log(stream=io.StringIO())
    info = objects.put("film", data)
    upload = an_upload(object="film", generation=info.generation, size_bytes=info.size_bytes)
    fetcher = SourceFetcher(objects, upload, folder / "source")
    source = probe_source(tools, fetcher, fetcher.fetch(log), log)
    convert_probed(tools, source, (Output("mp3", "out.mp3"),))


# `make test` tries a container with an index, a stream, and two that state when their audio ends.
@pytest.mark.parametrize("ending", chosen(FILMS, ["mkv", "mp4", "ts", "wmv"]))
def test_a_film_may_be_longer_than_its_audio(
    made_all: Callable[..., dict[str, VerifiedOutput]], films: dict[str, Path], ending: str
) -> None:
    results = made_all(films[ending], "wav", "mp3", "m4a", "opus")

    assert [one.probe.duration_s for one in results.values()] == pytest.approx([CLIP_S] * 4, abs=0.12)


def test_a_fade_ends_with_the_audio_and_not_with_the_film(
    tools: Tools, made_each: Callable[..., list[VerifiedOutput]], films: dict[str, Path]
) -> None:
    results = made_each(films["mkv"], ("wav", {}), ("wav", {"fadeOutS": 0.5}))
    whole, faded = decoded(tools, [one.file for one in results], "pcm_s16le")

    assert len(faded) == len(whole)
    assert faded[: len(whole) // 2] == whole[: len(whole) // 2]
    assert max(map(abs, memoryview(faded[-400:]).cast("h"))) < 100


@pytest.mark.parametrize("ending", ["mkv", "webm", "flv", "wmv", "mp4"])
def test_a_film_that_ends_early_is_truncated(
    tools: Tools, films: dict[str, Path], tmp_path: Path, ending: str
) -> None:
    data = films[ending].read_bytes()

    with pytest.raises(Truncated):
        received(tools, tmp_path, data[: len(data) // 5])


@pytest.mark.parametrize("codec", ["pcm_s16le", "pcm_s24le", "pcm_f32le"])
def test_a_wav_without_a_length_loses_nothing(
    tools: Tools, made: Callable[..., VerifiedOutput], material: dict[str, Path], tmp_path: Path, codec: str
) -> None:
    result = made(piped(material["wav"], tmp_path / "piped.wav", "-c:a", codec, "-f", "wav"), "flac")
    before, after = decoded(tools, [material["wav"], result.file], "pcm_s16le")

    assert before == after


def test_the_padding_of_a_short_w64_is_not_damage(
    made: Callable[..., VerifiedOutput], audio: Callable[..., Path]
) -> None:
    # 79,380 bytes of samples, and four bytes of padding that ffmpeg takes for samples.
    source = audio("w64", "-t", "0.3", "-ac", "2", "-c:a", "pcm_s24le")

    assert made(source, "flac").probe.duration_s == pytest.approx(0.3, abs=0.001)


def test_a_flac_without_a_length_gets_one(
    made: Callable[..., VerifiedOutput], material: dict[str, Path], tmp_path: Path
) -> None:
    result = made(piped(material["wav"], tmp_path / "piped.flac", "-f", "flac"), "flac")

    assert not result.plan.is_copied
    assert result.probe.duration_s == pytest.approx(CLIP_S, abs=0.001)


@pytest.mark.parametrize(("kind", "form"), [("ogg (Vorbis)", "ogg"), ("opus", "opus"), ("opus", "webm")])
def test_joined_ogg_files_are_converted_whole(
    made: Callable[..., VerifiedOutput], material: dict[str, Path], tmp_path: Path, kind: str, form: str
) -> None:
    other = tmp_path / "other"
    codec = "libopus" if kind == "opus" else "libvorbis"
    piped(material["wav"], other, "-t", "0.5", "-c:a", codec, "-f", "ogg")
    joined = tmp_path / "joined"
    joined.write_bytes(material[kind].read_bytes() + other.read_bytes())
    result = made(joined, form)

    assert not result.plan.is_copied
    assert result.probe.duration_s == pytest.approx(CLIP_S + 0.5, abs=0.06)


@pytest.mark.parametrize("form", ["wav", "flac", "mp3", "m4a"])
def test_a_file_without_samples_is_empty(
    made: Callable[..., VerifiedOutput], tmp_path: Path, form: str
) -> None:
    with wave.open(str(tmp_path / "empty.wav"), "wb") as wav:
        wav.setnchannels(2)
        wav.setsampwidth(2)
        wav.setframerate(44_100)

    with pytest.raises(EmptyFile):
        made(tmp_path / "empty.wav", form)


@pytest.mark.parametrize("form", ["wav", "mp3", "m4a"])
def test_a_start_beyond_an_unknown_end_leaves_nothing(
    made: Callable[..., VerifiedOutput], material: dict[str, Path], form: str
) -> None:
    with pytest.raises(NothingLeft):
        made(material["aac (ADTS)"], form, startS=5)


def test_a_very_high_rate_is_kept_without_loss_only(
    made: Callable[..., VerifiedOutput], material: dict[str, Path], tmp_path: Path
) -> None:
    source = piped(material["wav"], tmp_path / "high.wav", "-ar", "352800", "-f", "wav")

    assert made(source, "ogg").probe.sample_rate_hz == 44_100
    assert made(source, "flac").probe.sample_rate_hz == 352_800


def test_an_unsupported_codec_is_named(
    made: Callable[..., VerifiedOutput], material: dict[str, Path], tmp_path: Path
) -> None:
    speech = ("-ac", "1", "-ar", "8000", "-c:a", "g723_1", "-b:a", "6300", "-f", "wav")
    source = piped(material["wav"], tmp_path / "speech.wav", *speech)

    with pytest.raises(NotAudio, match=r"not supported: g723_1\."):
        made(source, "mp3")


@pytest.mark.parametrize(("rate_hz", "kept_hz"), [(768_000, 384_000), (96_001, 96_000)])
def test_flac_gets_a_rate_that_it_can_state(
    made: Callable[..., VerifiedOutput], material: dict[str, Path], tmp_path: Path, rate_hz: int, kept_hz: int
) -> None:
    source = piped(material["wav"], tmp_path / "odd.wav", "-ar", str(rate_hz), "-f", "wav")

    assert made(source, "flac").probe.sample_rate_hz == kept_hz


@pytest.mark.parametrize("entry", [b"enca", b"drms", b"aavd"], ids=["MPEG", "iTunes", "Audible"])
def test_protected_audio_is_reported_as_encrypted(
    made: Callable[..., VerifiedOutput], material: dict[str, Path], tmp_path: Path, entry: bytes
) -> None:
    source = tmp_path / "bought.m4a"
    source.write_bytes(material["m4a (AAC)"].read_bytes().replace(b"mp4a", entry, 1))

    with pytest.raises(Encrypted):
        made(source, "mp3")


def test_channels_without_a_layout_get_one(
    made_all: Callable[..., dict[str, VerifiedOutput]], material: dict[str, Path], tmp_path: Path
) -> None:
    source = piped(material["wav"], tmp_path / "x.spx", "-c:a", "libspeex", "-ar", "16000", "-f", "ogg")

    assert {one.probe.channels for one in made_all(source, *FORMATS).values()} == {2}
