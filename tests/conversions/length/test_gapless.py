"""Each sample of the source once: neither an encoder's priming nor its padding is audio.

After public reports: nu774/qaac 109 (files get longer), DeaDBeeF 965 and 3154 (gaps between tracks from MP4),
naudio/NLayer 9 and 50 (iTunSMPB in MP3), Vanilagy/mediabunny 199 (priming in fragments).
"""

from __future__ import annotations

import array
import struct
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.sampling import chosen
from tests.waiting import HANG_S
from tools.docs.conversion_matrix import decoded
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.verify.verified_output import VerifiedOutput

    Made = Callable[..., dict[str, VerifiedOutput]]
    Counted = Callable[[dict[str, VerifiedOutput]], dict[str, int]]

# No whole number of frames of any codec, nor of milliseconds.
SAMPLES, RATE_HZ, FRAME = 100_003, 44_100, 1024
FRAGMENTS = "-frag_duration 500000 -movflags delay_moov"
SOURCES = {
    "M4A": ("m4a", "-c:a aac"),
    "M4A, mono": ("m4a", "-c:a aac -ac 1"),
    "M4A, exact movie clock": ("m4a", f"-c:a aac -movie_timescale {RATE_HZ}"),
    "ALAC": ("m4a", "-c:a alac"),
    "MP4, fragments": ("mp4", f"-c:a aac {FRAGMENTS}+frag_keyframe"),
    "MP4, DASH": ("mp4", f"-c:a aac {FRAGMENTS}+dash"),
    "MP3 in MP4": ("mp4", "-c:a libmp3lame"),
    "MP3": ("mp3", "-c:a libmp3lame"),
    "Vorbis": ("ogg", "-c:a libvorbis"),
    "FLAC in Matroska": ("mkv", "-c:a flac"),
}
# ADTS cannot state its padding; the other formats that a player can end at the sample are here.
OUTPUTS = ("wav", "flac", "alac", "aiff", "m4a", "mp3", "ogg")
# Of 32,768: what codecs change at the edge of a tone of 13,000; silence would differ by all of it.
SEAM = 6000


def tone(
    folder: Path,
    ending: str,
    arguments: str = "",
    begin: int = 0,
    end: int = SAMPLES,
    *,
    rate_hz: int = RATE_HZ,
) -> Path:
    """A part of a tone in stereo."""
    file = folder / f"{begin}-{end}.{ending}"
    source = f"aevalsrc=0.4*sin(2*PI*220*t)|0.4*sin(2*PI*330*t):s={rate_hz}:d=10"
    cut = f"atrim=start_sample={begin}:end_sample={end},asetpts=PTS-STARTPTS"
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-f", "lavfi", "-i", source, "-af", cut]
    subprocess.run([*argv, *arguments.split(), str(file)], check=True, timeout=HANG_S)
    return file


def box(name: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), name) + body


def with_itunes_figures(file: Path, figures: str) -> Path:
    """Add the tag that iTunes writes to an MP4 whose index comes last."""
    full = bytes(4)
    tag = box(
        b"----",
        box(b"mean", full, b"com.apple.iTunes"),
        box(b"name", full, b"iTunSMPB"),
        box(b"data", struct.pack(">II", 1, 0), figures.encode()),
    )
    handler = box(b"hdlr", full, bytes(4), b"mdirappl", bytes(9))
    extra = box(b"udta", box(b"meta", full, handler, box(b"ilst", tag)))
    data = bytearray(file.read_bytes())
    at = data.rindex(b"moov") - 4
    struct.pack_into(">I", data, at, int.from_bytes(data[at : at + 4]) + len(extra))
    file.write_bytes(data + extra)
    return file


@pytest.fixture
def end_samples(tools: Tools) -> int:
    """By how many samples ffmpeg may miss the end of an M4A: 5 to 8 are exact (docs/formats.md)."""
    argv = [tools.ffmpeg, "-version"]
    shown = subprocess.run(argv, check=True, timeout=HANG_S, capture_output=True, text=True).stdout
    return 0 if 5 <= int(shown.split()[2].lstrip("n").partition(".")[0]) <= 8 else FRAME


@pytest.fixture
def counted(tools: Tools) -> Counted:
    """Samples of each output, as ffmpeg decodes it."""

    def count(outputs: dict[str, VerifiedOutput]) -> dict[str, int]:
        found = decoded(tools, [output.file for output in outputs.values()], "pcm_s16le")
        widths = [2 * output.probe.channels for output in outputs.values()]
        return {name: len(data) // width for name, data, width in zip(outputs, found, widths, strict=True)}

    return count


@pytest.mark.parametrize("name", chosen(SOURCES, {"M4A", "MP4, fragments", "MP3"}))
def test_every_sample_arrives_once(
    tmp_path: Path, made_all: Made, counted: Counted, end_samples: int, name: str
) -> None:
    outputs = made_all(tone(tmp_path, *SOURCES[name]), *OUTPUTS)

    is_copied = outputs["m4a"].plan.is_copied
    # ffmpeg plays an M4A beyond its end; our own conversion of it does not.
    outputs["m4a"] = made_all(outputs["m4a"].file, "wav")["wav"]
    samples = counted(outputs)
    # ffmpeg copies an end in milliseconds, and of fragments the last packet whole.
    assert samples.pop("m4a") == pytest.approx(SAMPLES, abs=FRAME if is_copied else end_samples)
    tolerance = end_samples if SOURCES[name][0] in {"m4a", "mp4"} else 0
    assert samples == dict.fromkeys(samples, pytest.approx(SAMPLES, abs=tolerance))


@pytest.mark.parametrize("source", chosen(["opus", "webm", "mp4"], {"webm"}))
def test_every_sample_arrives_once_in_opus(
    tmp_path: Path, made_all: Made, counted: Counted, source: str
) -> None:
    outputs = made_all(tone(tmp_path, source, "-c:a libopus", rate_hz=48_000), "opus", "webm", "wav")

    for form, samples in counted(outputs).items():
        # ffmpeg copies the last packet whole from WebM to Ogg.
        is_moved = outputs[form].plan.is_copied and source == "webm" and form == "opus"
        assert samples == pytest.approx(SAMPLES, abs=FRAME if is_moved else 0), form


def test_the_end_is_that_of_the_source_at_another_rate(
    tmp_path: Path, made_all: Made, counted: Counted, end_samples: int
) -> None:
    outputs = made_all(tone(tmp_path, "m4a", "-c:a aac"), "opus", "mp3", "wav", sampleRateHz=48_000)

    expected = pytest.approx(SAMPLES * 48_000 / RATE_HZ, abs=2 + end_samples)
    assert counted(outputs) == {"opus": expected, "mp3": expected, "wav": expected}


def test_figures_of_itunes_alone_are_enough(tmp_path: Path, made_all: Made, counted: Counted) -> None:
    song = tone(tmp_path, "m4a", "-c:a aac -use_editlist 0 -fflags +bitexact")
    figures = f" 00000000 00000400 00000000 {SAMPLES:016X}" + " 00000000" * 8

    assert counted(made_all(with_itunes_figures(song, figures), "wav")) == {"wav": SAMPLES}


def test_figures_of_itunes_are_read_in_mp3_too(tmp_path: Path, made_all: Made, counted: Counted) -> None:
    song = tmp_path / "song.mp3"
    figures = f" 00000000 00000451 00000000 {SAMPLES:016X}"
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-i", str(tone(tmp_path, "wav"))]
    argv += ["-c:a", "libmp3lame", "-write_xing", "0", "-metadata", f"iTunSMPB={figures}", str(song)]
    subprocess.run(argv, check=True, timeout=HANG_S)

    assert counted(made_all(song, "wav")) == {"wav": SAMPLES}


# The last ones are another file's: they would cut the song, or begin before it.
FIGURES = [
    "",
    "x y z",
    " 00000000 00000400",
    " 0 0 0 0",
    " 0 400 0 9C40",
    " 0 -1 0 186A3",
    " 0 0 0 FFFFFFFFFFFFFFFFFF",
]


@pytest.mark.parametrize("figures", chosen(FIGURES, {"x y z", " 0 400 0 9C40"}))
def test_invalid_figures_of_itunes_are_ignored(
    tmp_path: Path, made_all: Made, counted: Counted, end_samples: int, figures: str
) -> None:
    song = with_itunes_figures(tone(tmp_path, "m4a", "-c:a aac -fflags +bitexact"), figures)

    assert counted(made_all(song, "wav")) == {"wav": pytest.approx(SAMPLES, abs=end_samples)}


def test_another_songs_figures_cut_nothing(tmp_path: Path, made_all: Made, counted: Counted) -> None:
    song = tone(tmp_path, "m4a", "-c:a aac -use_editlist 0 -fflags +bitexact")

    lying = with_itunes_figures(song, " 00000000 00000400 00000000 0000000000009C40")

    assert counted(made_all(lying, "wav"))["wav"] >= SAMPLES


@pytest.mark.parametrize("form", chosen(["m4a", "mp3", "ogg"], {"m4a"}))
def test_tracks_of_an_album_join_without_a_seam(
    tmp_path: Path, made_all: Made, tools: Tools, form: str
) -> None:
    half = SAMPLES // 2
    tracks = [tone(tmp_path, "wav", "", *part) for part in ((0, half), (half, SAMPLES))]
    encoded = [made_all(track, form)[form].file for track in tracks]

    played = [made_all(track, "wav")["wav"].file for track in encoded]
    joined = b"".join(decoded(tools, played, "pcm_s16le"))
    (whole,) = decoded(tools, [tone(tmp_path, "wav")], "pcm_s16le")

    assert len(joined) == len(whole)
    # Around the seam, the tone goes on as if it had never been cut.
    around = slice(4 * half - 400, 4 * half + 400)
    pairs = zip(array.array("h", whole[around]), array.array("h", joined[around]), strict=True)
    assert max(abs(before - after) for before, after in pairs) < SEAM
