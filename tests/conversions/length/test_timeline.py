"""The container's clock decides: gaps become silence, overlaps are trimmed, other jumps are cut.

After public reports: meetecho/janus-gateway 515, livekit/egress 1002 and 1368, bigbluebutton 25259 (Opus that
sends nothing in pauses comes out too short, or drifts), stackia/rtp2httpd 676 (broadcasts whose clock jumps).
"""

from __future__ import annotations

import array
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest

from shared.domain.errors import Truncated
from shared.domain.options import Options
from tests.sampling import chosen, crossed
from tests.waiting import HANG_S
from tools.docs.conversion_matrix import convert, decoded
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.verify.verified_output import VerifiedOutput
    from shared.domain.notes.base import Note

    Made = Callable[..., VerifiedOutput]
    Sound = Callable[[Path], array.array[int]]

RATE_HZ, LENGTH_S = 48_000, 12.0
# Packets are dropped whole, and resamplers and codecs ring for some milliseconds.
EDGE_S = 0.08
SILENT = 300


class Lost(NamedTuple):
    """A tone of which packets are lost."""

    ending: str
    codec: str
    drop: str
    gap_s: tuple[float, float] = (4.0, 8.0)
    muxer: str = ""


def packets(samples: int) -> str:
    """Drop what lies in the gap, by the number of samples in a packet."""
    return f"between(n,{round(4 * RATE_HZ / samples)},{round(8 * RATE_HZ / samples) - 1})"


# Opus with DTX sends a packet every 400 ms while no one speaks.
DTX = "between(n,200,399)*gt(mod(n,20),0)"
LOST = {
    "WebM, Opus, DTX": Lost("webm", "libopus", DTX),
    "WebM, live": Lost("webm", "libopus", DTX, muxer="-live 1"),
    "Matroska, Opus, DTX": Lost("mkv", "libopus", DTX),
    "Ogg, Opus, DTX": Lost("ogg", "libopus", DTX),
    "MP4, Opus, DTX": Lost("mp4", "libopus", DTX),
    "Matroska, FLAC": Lost("mkv", "flac -frame_size 4608", packets(4608)),
    "Matroska, MP3": Lost("mkv", "libmp3lame", packets(1152)),
    "M4A": Lost("m4a", "aac", packets(1024)),
    "MP4, fragmented": Lost("mp4", "aac", packets(1024), muxer="-movflags frag_keyframe+empty_moov"),
    "TS, AAC": Lost("ts", "aac", packets(1024)),
    "TS, MP2": Lost("ts", "mp2", packets(1152)),
    "FLV": Lost("flv", "libmp3lame -ar 44100", f"between(n,{4 * 44100 // 1152},{8 * 44100 // 1152 - 1})"),
    "ASF": Lost("wma", "wmav2", packets(2048)),
}
LOST_SAMPLE = {"WebM, live", "Matroska, FLAC", "M4A", "TS, AAC"}


def ffmpeg(*arguments: str) -> None:
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-y", *arguments]
    subprocess.run(argv, check=True, timeout=HANG_S)


def tone(target: Path, codec: str, seconds: float = LENGTH_S, muxer: str = "") -> Path:
    source = f"sine=440:r={RATE_HZ}:d={seconds}"
    ffmpeg("-f", "lavfi", "-i", source, "-c:a", *codec.split(), *muxer.split(), str(target))
    return target


def rewritten(source: Path, target: Path, bsf: str, muxer: str = "") -> Path:
    """A copy whose packets went through a bitstream filter."""
    ffmpeg("-i", str(source), "-c", "copy", "-bsf:a", bsf, *muxer.split(), str(target))
    return target


def made_lossy(folder: Path, lost: Lost) -> Path:
    whole = tone(folder / f"whole.{lost.ending}", lost.codec)
    return rewritten(whole, folder / f"lost.{lost.ending}", f"noise=drop='{lost.drop}'", lost.muxer)


@pytest.fixture
def sound(tools: Tools) -> Sound:
    """The samples of a mono file."""

    def read(file: Path) -> array.array[int]:
        return array.array("h", decoded(tools, [file], "pcm_s16le")[0])

    return read


def loud_parts(samples: Sequence[int], rate_hz: int) -> list[tuple[float, float]]:
    """Begin and end of each part that is not silent, of those that are 0.1 s apart."""
    parts: list[tuple[float, float]] = []
    for n, sample in enumerate(samples):
        if abs(sample) > SILENT:
            if not parts or n / rate_hz - parts[-1][1] > 0.1:
                parts.append((n / rate_hz, n / rate_hz))
            parts[-1] = (parts[-1][0], n / rate_hz)
    return parts


@pytest.mark.parametrize("name", chosen(LOST, LOST_SAMPLE))
def test_lost_packets_become_silence_of_their_length(
    tmp_path: Path, made: Made, sound: Sound, name: str
) -> None:
    lost = LOST[name]

    output = made(made_lossy(tmp_path, lost), "wav")

    parts = loud_parts(sound(output.file), output.probe.sample_rate_hz)
    assert output.probe.duration_s == pytest.approx(LENGTH_S, abs=EDGE_S)
    assert parts[0][1] == pytest.approx(lost.gap_s[0], abs=EDGE_S)
    assert parts[-1] == pytest.approx((lost.gap_s[1], LENGTH_S), abs=EDGE_S)


def test_filled_gaps_are_noted(tools: Tools, tmp_path: Path) -> None:
    lost = made_lossy(tmp_path, LOST["Matroska, MP3"])
    notes: list[Note] = []

    convert(tools, lost, tmp_path / "converted", [("mp3", Options()), ("wav", Options())], notes)

    assert [(note.code, note.output) for note in notes] == [("gaps_filled", None)]
    assert notes[0].figures == {"filledS": pytest.approx(4.0, abs=EDGE_S), "places": 1}


def test_a_gap_too_long_for_a_filter_is_filled_too(tmp_path: Path, made: Made, sound: Sound) -> None:
    short = tone(tmp_path / "short.mkv", "flac -ar 8000", 2.0)
    pause_s = 1200
    paused = rewritten(short, tmp_path / "pause.mkv", f"setts=ts=TS+gte(N\\,2)*{pause_s * 1000}")

    output = made(paused, "flac")

    first, last = loud_parts(sound(output.file), 8000)
    assert output.probe.duration_s == pytest.approx(pause_s + 2, abs=EDGE_S)
    assert last[0] - first[1] == pytest.approx(pause_s, abs=EDGE_S)


def test_a_film_whose_sound_pauses_keeps_its_pause_where_a_copy_would_lose_it(
    tmp_path: Path, made_all: Callable[..., dict[str, VerifiedOutput]]
) -> None:
    film = made_lossy(tmp_path, Lost("mkv", "aac", packets(1024)))
    whole = tone(tmp_path / "none.mkv", "aac")

    outputs = made_all(film, "aac", "m4a")

    # ADTS has no clock; MP4 has one.
    assert not outputs["aac"].plan.is_copied
    assert outputs["aac"].probe.duration_s == pytest.approx(LENGTH_S, abs=EDGE_S)
    assert outputs["m4a"].probe.duration_s == pytest.approx(LENGTH_S, abs=EDGE_S)
    assert made_all(whole, "aac")["aac"].plan.is_copied


def test_overlapping_packets_are_trimmed(tmp_path: Path, made: Made) -> None:
    whole = tone(tmp_path / "whole.mkv", "libmp3lame")
    overlapping = rewritten(whole, tmp_path / "overlap.mkv", "setts=ts=TS-gte(N\\,250)*500")

    assert made(overlapping, "wav").probe.duration_s == pytest.approx(LENGTH_S - 0.5, abs=EDGE_S)


@pytest.mark.parametrize(("ending", "seconds"), crossed(["ts", "mkv", "flv"], [8_000, 50_000]))
def test_joined_broadcasts_lie_no_hours_apart(tmp_path: Path, made: Made, ending: str, seconds: int) -> None:
    ticks_per_s = 90_000 if ending == "ts" else 1000
    whole = tone(tmp_path / f"whole.{ending}", "libmp3lame -ar 44100")
    apart = f"setts=ts=TS+gte(N\\,250)*{seconds * ticks_per_s}"
    joined = rewritten(whole, tmp_path / f"joined.{ending}", apart)

    output = made(joined, "wav")

    assert output.probe.duration_s == pytest.approx(LENGTH_S, abs=EDGE_S)


@pytest.mark.parametrize("ending", chosen(["mkv", "ts", "flv", "mpg"], {"mkv", "mpg"}))
def test_files_joined_end_to_end_follow_each_other(tmp_path: Path, made: Made, ending: str) -> None:
    part = tone(tmp_path / f"part.{ending}", "mp2" if ending == "mpg" else "libmp3lame -ar 44100")
    joined = tmp_path / f"joined.{ending}"
    joined.write_bytes(part.read_bytes() * 2)

    # ffmpeg takes the second header of an FLV for its end.
    parts = 1 if ending == "flv" else 2
    assert made(joined, "flac").probe.duration_s == pytest.approx(parts * LENGTH_S, abs=2 * EDGE_S)


def test_a_file_that_was_cut_is_still_truncated(tmp_path: Path, made: Made) -> None:
    lossy = made_lossy(tmp_path, LOST["Matroska, Opus, DTX"])
    lossy.write_bytes(lossy.read_bytes()[: lossy.stat().st_size * 9 // 10])

    with pytest.raises(Truncated):
        made(lossy, "mp3")
