"""Every container and codec in the table of sources is read, if a full ffmpeg can write it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from shared.domain.options import Options
from shared.domain.sources import DECODED, SOURCES
from tests.sampling import chosen
from tests.waiting import HANG_S
from tools.docs.conversion_matrix import convert
from tools.ffmpeg import program
from tools.material import CLIP_S

if TYPE_CHECKING:
    from collections.abc import Iterable

    from functions.convert.ffmpeg.binaries import Tools

# Encoders whose names differ from their codecs', and their arguments.
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
# ffmpeg writes none of these; test_every_pair.py and tests/ffmpeg_layer read AMR, test_dsd.py DSD.
UNWRITTEN = {"amr", "amrnb", "amrwb", "ape", "dsf", "iff", "mpc", "mpc8", "tak"}
# What the muxers write otherwise: FLV has logarithmic PCM at 8 kHz alone, Blu-ray's PCM is known by a
# registration that is left out, 64 bits come out of MOV as 16.
MISWRITTEN = {("flv", "pcm_alaw"), ("flv", "pcm_mulaw"), ("mpegts", "pcm_bluray"), ("mov", "pcm_s64le")}
# Debian's ffmpeg writes a few more; without some library of its, a static one a few less.
FEWEST = {"wav": 17, "w64": 14, "ogg": 3, "mov": 26, "aiff": 10, "asf": 16, "matroska": 26, "caf": 18,
          "au": 9, "avi": 18, "mpegts": 7, "mpeg": 4, "flv": 5}  # fmt: skip
# Each container, and each codec in one of its containers; `make test` reads every second of them.
SAMPLE = {
    "mp3": "mp3",
    "wav": "adpcm_swf gsm_ms pcm_f32le",
    "w64": "adpcm_yamaha pcm_s24le pcm_s64le",
    "ogg": "speex",
    "flac": "flac",
    "mov": "adpcm_g722 pcm_alaw pcm_f32be",
    "aac": "aac",
    "aiff": "adpcm_ima_qt pcm_mulaw pcm_s8",
    "asf": "adpcm_g726 pcm_f64le wmav1",
    "matroska": "alac pcm_s16be pcm_s32be pcm_s32le",
    "caf": "adpcm_ima_wav gsm pcm_f64be pcm_s16le",
    "au": "adpcm_g726le pcm_s24be",
    "avi": "adpcm_ms vorbis wmav2",
    "mpegts": "mp2 opus",
    "mpeg": "pcm_dvd",
    "flv": "nellymoser pcm_u8",
    "ac3": "ac3",
    "eac3": "eac3",
    "dts": "dts",
    "truehd": "truehd",
    "mlp": "mlp",
    "loas": "aac_latm",
    "wv": "wavpack",
    "tta": "tta",
    "voc": "pcm_alaw",
}
# Codecs that an ffmpeg without the library does not write.
OF_LIBRARIES = {"gsm", "gsm_ms", "speex"}
# Codecs that ffmpeg does not encode, or writes into none of these containers.
UNWRITTEN_CODECS = {
    "adpcm_ct",
    "adpcm_sbpro_2",
    "adpcm_sbpro_3",
    "adpcm_sbpro_4",
    "amr_nb",
    "amr_wb",
    "ape",
    "dsd_lsbf_planar",
    "dsd_msbf",
    "dsd_msbf_planar",
    "dst",
    "mace3",
    "mace6",
    "mp1",
    "musepack7",
    "musepack8",
    "pcm_bluray",
    "pcm_s64be",
    "pcm_u16be",
    "pcm_u16le",
    "pcm_u24be",
    "pcm_u24le",
    "pcm_u32be",
    "pcm_u32le",
    "qdm2",
    "tak",
    "wmalossless",
    "wmapro",
    "wmavoice",
}
# The last block of an ADPCM holds thousands of samples.
TOLERANCE_S = 0.2


def written(clip: Path, demuxer: str, codec: str) -> Path | None:
    """The clip in that container and codec, if ffmpeg has an encoder and a muxer for it."""
    target = clip.with_name(f"{demuxer}-{codec}")
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-y", "-i", str(clip), "-map_metadata", "-1"]
    argv += ["-c:a", *ENCODERS.get(codec, codec).split(), "-f", MUXERS.get(demuxer, demuxer), str(target)]
    done = subprocess.run(argv, capture_output=True, timeout=HANG_S, check=False)
    return target if done.returncode == 0 else None


def read(tools: Tools, clip: Path, demuxer: str, codecs: Iterable[str]) -> list[str]:
    """Those of the codecs that ffmpeg writes into the container; each must be read."""
    done = []
    for codec in sorted(codecs):
        if (demuxer, codec) in MISWRITTEN or not (source := written(clip, demuxer, codec)):
            continue
        found, (one,) = convert(tools, source, clip.with_name(f"made-{codec}"), [("wav", Options())])
        assert (found.container.split(",")[0], found.codec) == (demuxer, codec)
        assert one.probe.duration_s == pytest.approx(CLIP_S, abs=TOLERANCE_S)
        done.append(codec)
    return done


@pytest.fixture
def clip(material: dict[str, Path], tmp_path: Path) -> Path:
    return Path(shutil.copy(material["wav"], tmp_path / "clip.wav"))


@pytest.mark.parametrize("demuxer", chosen(SAMPLE, list(SAMPLE)[::2]))
def test_a_container_is_read_with_some_of_its_codecs(tools: Tools, clip: Path, demuxer: str) -> None:
    codecs = set(SAMPLE[demuxer].split())

    assert codecs - set(read(tools, clip, demuxer, codecs)) <= OF_LIBRARIES


def test_every_container_and_every_codec_is_in_the_sample() -> None:
    codecs = {codec for codecs in SAMPLE.values() for codec in codecs.split()}

    assert SOURCES.keys() - SAMPLE.keys() == UNWRITTEN
    assert DECODED - codecs == UNWRITTEN_CODECS


@pytest.mark.wide
@pytest.mark.parametrize("demuxer", SOURCES)
def test_a_container_is_read_with_each_of_its_codecs(tools: Tools, clip: Path, demuxer: str) -> None:
    codecs = read(tools, clip, demuxer, SOURCES[demuxer])

    assert bool(codecs) != (demuxer in UNWRITTEN)
    assert len(codecs) >= FEWEST.get(demuxer, 0)
