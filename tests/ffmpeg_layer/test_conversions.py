"""Conversions with each variant: every output, families of inputs, covers, and hostile samples."""

from __future__ import annotations

import array
import math
import struct
import wave
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from functions.convert.plan.sample_format import CD_BITS, ENCODERS
from shared.domain.formats import FORMATS, Format
from tests.ffmpeg_layer.conftest import Variant
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Callable

CLIP_S = 2.0
# Encoder delay and padding that a container does not state: a little more than two frames of AAC.
TOLERANCE_S = 0.12
LOSSLESS = [form for form in FORMATS.values() if form.lossless]


def encoder_of(form: Format) -> str:
    return ENCODERS[form.encoder][CD_BITS] if form.encoder in ENCODERS else form.encoder


def frames_of(pcm: bytes) -> array.array[int]:
    samples = array.array("h")
    samples.frombytes(pcm)
    return samples


def encoded(variant: Variant, source: Path, form: Format, folder: Path) -> Path:
    target = folder / f"out.{form.extension}"
    variant.output("-i", source, "-map", "0:a:0", "-c:a", encoder_of(form), "-f", form.muxer, target)
    return target


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.name)
def test_every_output_is_as_long_and_as_loud_as_its_source(
    variant: Variant, audio: Callable[..., Path], tmp_path: Path, form: Format
) -> None:
    source = frames_of(variant.samples(audio("wav")))
    target = encoded(variant, audio("wav"), form, tmp_path)
    samples = frames_of(variant.samples(target))

    assert abs(len(samples) / 2 / 44_100 - CLIP_S) < TOLERANCE_S
    assert sum(map(abs, samples)) == pytest.approx(sum(map(abs, source)), rel=0.1)


@pytest.mark.parametrize("form", LOSSLESS, ids=lambda form: form.name)
def test_a_lossless_output_decodes_to_the_same_samples(
    variant: Variant, audio: Callable[..., Path], tmp_path: Path, form: Format
) -> None:
    target = encoded(variant, audio("wav"), form, tmp_path)

    assert variant.samples(audio("wav")) == variant.samples(target)


@pytest.mark.parametrize(
    ("source", "target"), [("mp3", "ogg"), ("mp3", "opus"), ("flac", "mp3"), ("m4a", "mp3")]
)
def test_outputs_can_be_converted_again(
    variant: Variant, audio: Callable[..., Path], tmp_path: Path, source: str, target: str
) -> None:
    between = encoded(variant, audio("wav"), FORMATS[source], tmp_path)
    samples = frames_of(variant.samples(encoded(variant, between, FORMATS[target], tmp_path)))

    assert abs(len(samples) / 2 / 44_100 - CLIP_S) < TOLERANCE_S


@pytest.mark.parametrize(
    ("ending", "arguments"),
    [
        ("wma", ("-c:a", "wmav2")),
        ("asf", ("-c:a", "wmav1")),
        ("mp2", ()),
        ("ac3", ()),
        ("eac3", ()),
        ("dts", ("-c:a", "dca", "-strict", "-2")),
        ("w64", ()),
        ("wav", ("-rf64", "always")),
        ("wav", ("-c:a", "pcm_f32le")),
        ("wav", ("-c:a", "adpcm_ms")),
        ("wav", ("-c:a", "pcm_mulaw")),
        ("caf", ()),
        ("au", ()),
        ("mka", ("-c:a", "flac")),
        ("webm", ("-c:a", "libvorbis")),
        ("oga", ("-c:a", "flac")),
        ("avi", ("-c:a", "libmp3lame")),
        ("flv", ("-c:a", "libmp3lame")),
        ("ts", ("-c:a", "aac")),
        ("mpg", ("-c:a", "mp2")),
        ("mov", ("-c:a", "pcm_s24be")),
        ("wv", ()),
        ("tta", ()),
    ],
)
def test_a_file_made_by_another_ffmpeg_is_read(
    variant: Variant, audio: Callable[..., Path], ending: str, arguments: tuple[str, ...]
) -> None:
    samples = frames_of(variant.samples(audio(ending, *arguments)))

    assert abs(len(samples) / 2 / 44_100 - CLIP_S) < TOLERANCE_S
    assert max(samples) > 1000


# Fifty frames of 20 ms each at the highest rate, all bits zero (RFC 4867, section 5).
@pytest.mark.parametrize(
    ("magic", "header", "size"), [(b"#!AMR\n", 0x3C, 31), (b"#!AMR-WB\n", 0x44, 60)], ids=["amr-nb", "amr-wb"]
)
def test_a_second_of_amr_is_read(
    variant: Variant, tmp_path: Path, magic: bytes, header: int, size: int
) -> None:
    source = tmp_path / "x.amr"
    source.write_bytes(magic + (bytes([header]) + bytes(size)) * 50)

    assert len(variant.samples(source, rate_hz=8000, channels=1)) == pytest.approx(2 * 8000, rel=0.02)


def png(side: int = 16) -> bytes:
    """Return a grey square."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * side) * side)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("target", ["mp3", "flac", "m4a"])
def test_a_cover_is_copied_byte_for_byte(
    variant: Variant, audio: Callable[..., Path], tmp_path: Path, target: str
) -> None:
    cover, source, result = tmp_path / "cover.png", tmp_path / "source.mp3", tmp_path / f"out.{target}"
    cover.write_bytes(png())
    attach = ("-c:v", "copy", "-disposition:v", "attached_pic")
    full = Variant(Path(program("ffmpeg")).parent)
    full.output("-i", audio("wav"), "-i", cover, "-map", "0:a", "-map", "1:v", *attach, source)

    variant.output("-i", source, "-map", "0:a", "-map", "0:v", *attach, result)

    pictures = [stream for stream in variant.streams(result) if stream["codec_type"] == "video"]
    found = [(each["codec_name"], each["width"], each["height"]) for each in pictures]
    assert found == [("png", 16, 16)]
    assert png() == variant.output("-i", result, "-map", "0:v", "-c", "copy", "-f", "image2pipe", "pipe:1")


def test_aac_is_copied_from_m4a_to_adts_and_back(
    variant: Variant, audio: Callable[..., Path], tmp_path: Path
) -> None:
    m4a = encoded(variant, audio("wav"), FORMATS["m4a"], tmp_path)
    adts, back = tmp_path / "copy.aac", tmp_path / "back.m4a"
    variant.output("-i", m4a, "-c", "copy", adts)
    variant.output("-i", adts, "-c", "copy", back)

    hashes = {variant.output("-i", path, "-c", "copy", "-f", "hash", "pipe:1") for path in (m4a, back)}
    assert len(hashes) == 1


def write_float_wav(path: Path, samples: list[float]) -> Path:
    """Write mono 32-bit float at 44.1 kHz, which `wave` cannot."""
    body = struct.pack(f"<{len(samples)}f", *samples)
    form = struct.pack("<HHIIHH", 3, 1, 44_100, 4 * 44_100, 4, 32)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(body)) + body
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks)
    return path


@pytest.mark.parametrize("name", ["mp3", "ogg", "opus"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 3e38], ids=str)
def test_nan_and_infinite_samples_neither_crash_nor_hang_an_encoder(
    variant: Variant, tmp_path: Path, name: str, value: float
) -> None:
    tone = [0.5 * math.sin(0.05 * at) for at in range(44_100)]
    tone[10_000:20_000] = [value] * 10_000
    source = write_float_wav(tmp_path / "x.wav", tone)

    form = FORMATS[name]
    done = variant.run("-i", source, "-c:a", form.encoder, "-f", form.muxer, tmp_path / "out")

    assert done.returncode >= 0, "it was killed by a signal"


def test_both_variants_make_the_same_lossless_file(
    audio: Callable[..., Path], both: list[Variant], tmp_path: Path
) -> None:
    made = {encoded(variant, audio("wav"), FORMATS["flac"], tmp_path).read_bytes() for variant in both}

    assert len(made) == 1


def test_the_length_of_a_wav_is_the_wave_modules(
    variant: Variant, audio: Callable[..., Path], tmp_path: Path
) -> None:
    target = encoded(variant, audio("wav"), FORMATS["wav"], tmp_path)

    with wave.open(str(target)) as written, wave.open(str(audio("wav"))) as given:
        assert given.getparams() == written.getparams()
