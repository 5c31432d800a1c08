"""Every codec in every container of the table of sources that a full ffmpeg can write is read."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from shared.domain.options import Options
from shared.domain.sources import SOURCES
from tests.waiting import HANG_S
from tools.docs.conversion_matrix import convert
from tools.ffmpeg import program
from tools.material import CLIP_S

if TYPE_CHECKING:
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools

# Encoders that are not called as their codecs are, and what they take.
ENCODERS = {
    "aac_latm": "aac -mpegts_flags latm",
    "adpcm_g722": "g722 -ar 16000 -ac 1",
    "adpcm_g726": "g726 -ar 8000 -ac 1",
    "adpcm_g726le": "g726le -ar 8000 -ac 1",
    "adpcm_swf": "adpcm_swf -ar 22050",
    "dts": "dca -strict -2",
    "gsm": "libgsm -ar 8000 -ac 1",
    "gsm_ms": "libgsm_ms -ar 8000 -ac 1",
    "mlp": "mlp -strict -2",
    "mp3": "libmp3lame",
    "nellymoser": "nellymoser -ar 16000 -ac 1",
    "opus": "libopus",
    "speex": "libspeex -ar 16000",
    "truehd": "truehd -strict -2",
    "vorbis": "libvorbis",
}
MUXERS = {"aac": "adts", "amrnb": "amr", "loas": "latm", "mpeg": "vob"}
# Nobody writes these freely; test_every_pair.py and tests/ffmpeg_layer read AMR.
UNWRITTEN = {"amr", "amrnb", "amrwb", "ape"}
# What the muxers write otherwise: FLV has logarithmic PCM at 8 kHz alone, Blu-ray's PCM is known by a
# registration that is left out, 64 bits come out of MOV as 16.
MISWRITTEN = {("flv", "pcm_alaw"), ("flv", "pcm_mulaw"), ("mpegts", "pcm_bluray"), ("mov", "pcm_s64le")}
# Debian's ffmpeg writes a few more; without some library of its, a static one a few less.
FEWEST = {"wav": 17, "w64": 14, "ogg": 3, "mov": 26, "aiff": 10, "asf": 16, "matroska": 26, "caf": 18,
          "au": 9, "avi": 18, "mpegts": 7, "mpeg": 4, "flv": 5}  # fmt: skip
# The last block of an ADPCM holds thousands of samples.
TOLERANCE_S = 0.2


def written(clip: Path, demuxer: str, codec: str) -> Path | None:
    """The clip in that container and codec, if ffmpeg has an encoder and a muxer for it."""
    target = clip.with_name(f"{demuxer}-{codec}")
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-y", "-i", str(clip), "-map_metadata", "-1"]
    argv += ["-c:a", *ENCODERS.get(codec, codec).split(), "-f", MUXERS.get(demuxer, demuxer), str(target)]
    done = subprocess.run(argv, capture_output=True, timeout=HANG_S, check=False)
    return target if done.returncode == 0 else None


@pytest.mark.parametrize("demuxer", SOURCES)
def test_a_container_is_read_with_each_of_its_codecs(
    tools: Tools, material: dict[str, Path], tmp_path: Path, demuxer: str
) -> None:
    clip = tmp_path / "clip.wav"
    clip.write_bytes(material["wav"].read_bytes())
    read = []
    for codec in sorted(SOURCES[demuxer]):
        if (demuxer, codec) in MISWRITTEN or not (source := written(clip, demuxer, codec)):
            continue
        found, (one,) = convert(tools, source, tmp_path / codec, [("wav", Options())])
        assert (found.container.split(",")[0], found.codec) == (demuxer, codec)
        assert one.probe.duration_s == pytest.approx(CLIP_S, abs=TOLERANCE_S)
        read.append(codec)

    assert bool(read) != (demuxer in UNWRITTEN)
    assert len(read) >= FEWEST.get(demuxer, 0)
