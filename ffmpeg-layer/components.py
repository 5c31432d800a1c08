#!/usr/bin/env python3
"""The one table of what the layer's ffmpeg can do; everything that is not named here is not compiled in.

`components.py flags` prints it as configure's options, `components.py list` as `kind name` lines, and
`components.py check` ends with status 1 where `shared/formats.py` names something that the table lacks.
Names are those that ffmpeg's configure uses.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_PCM = (
    "pcm_alaw pcm_mulaw pcm_u8 pcm_s8 pcm_s8_planar pcm_s16le pcm_s16be pcm_s16le_planar pcm_s16be_planar pcm_u16le "
    "pcm_u16be pcm_s24le pcm_s24be pcm_s24le_planar pcm_u24le pcm_u24be pcm_s32le pcm_s32be pcm_s32le_planar pcm_u32le "
    "pcm_u32be pcm_s64le pcm_s64be pcm_f32le pcm_f32be pcm_f64le pcm_f64be pcm_bluray pcm_dvd pcm_lxf pcm_vidc"
)
_ADPCM = "adpcm_ms adpcm_ima_wav adpcm_ima_qt adpcm_swf adpcm_yamaha adpcm_g722 adpcm_g726 adpcm_g726le"

# Pictures are there for cover art alone: their decoders read the dimensions that a muxer asks for, and no more.
COMPONENTS: dict[str, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        "demuxer": (
            "aac ac3 aiff amr amrnb amrwb ape asf au avi caf dts eac3 ffmetadata flac flv image_jpeg_pipe "
            "image_png_pipe matroska mov mp3 mpegps mpegts ogg tta w64 wav wv"
        ),
        "decoder": (
            f"aac aac_latm ac3 alac amrnb amrwb ape dca eac3 flac gsm gsm_ms mace3 mace6 mjpeg mlp mp1float mp2float "
            f"mp3float nellymoser opus png qdm2 speex truehd tta vorbis wavpack wmalossless wmapro wmav1 wmav2 wmavoice "
            f"{_PCM} {_ADPCM}"
        ),
        "parser": "aac aac_latm ac3 amr dca flac gsm mjpeg mlp mpegaudio opus png vorbis",
        "encoder": (
            "aac alac flac libmp3lame libopus libvorbis pcm_u8 pcm_s8 pcm_s16le pcm_s16be pcm_s24le pcm_s24be "
            "pcm_s32le pcm_s32be pcm_f32le pcm_f32be"
        ),
        "muxer": (
            "adts aiff ffmetadata flac hash image2pipe ipod matroska mov mp3 mp4 null ogg opus pcm_f32le pcm_s16le "
            "pcm_s24le pcm_s32le pcm_u8 w64 wav webm"
        ),
        "filter": (
            "aformat afade alimiter ametadata anull aresample asetnsamples asetpts asplit astats atempo atrim "
            "channelmap ebur128 loudnorm pan silencedetect silenceremove volume volumedetect"
        ),
        "bsf": "aac_adtstoasc null pcm_rechunk setts",
        "protocol": "file pipe",
    }.items()
}

# ffmpeg's own name of a demuxer, where configure calls it otherwise.
_CONFIGURE_NAME = {"mpeg": "mpegps"}
_PCM_FAMILY = "pcm"


class OutputFormat(Protocol):
    """What this module asks of an entry of the formats table."""

    @property
    def encoder(self) -> str:
        """ffmpeg's encoder; `pcm` stands for the whole family."""

    @property
    def muxer(self) -> str:
        """ffmpeg's muxer."""


class Formats(Protocol):
    """What this module asks of `shared.formats`."""

    FORMATS: Mapping[str, OutputFormat]
    DEMUXERS: Iterable[str]


def flags() -> Iterator[str]:
    """configure's options, one for each component, sorted so that the same table gives the same build."""
    for kind, names in COMPONENTS.items():
        yield from (f"--enable-{kind}={name}" for name in sorted(names))


def missing(formats: Formats) -> set[str]:
    """What the formats table promises and the layer would not hold, as `kind name`; empty when all is well."""
    wanted = {("demuxer", _CONFIGURE_NAME.get(name, name)) for name in formats.DEMUXERS}
    for entry in formats.FORMATS.values():
        wanted |= {("encoder", entry.encoder), ("muxer", entry.muxer)}
    wanted.discard(("encoder", _PCM_FAMILY))
    return {f"{kind} {name}" for kind, name in wanted if name not in COMPONENTS[kind]}


def _formats() -> Formats:
    """The repository's formats table, found beside this directory."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    return importlib.import_module("shared.formats")  # a module satisfies the protocol by its globals


def main(command: str) -> int:
    """Runs one of the three commands; returns the exit status."""
    if command == "flags":
        print(*flags(), sep="\n")
    elif command == "list":
        print(*(f"{kind} {name}" for kind, names in COMPONENTS.items() for name in sorted(names)), sep="\n")
    elif command == "check":
        lacking = sorted(missing(_formats()))
        print(*(f"missing: {name}" for name in lacking), sep="\n", end="\n" if lacking else "")
        return 1 if lacking else 0
    else:
        print("usage: components.py flags|list|check", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) == 2 else ""))
