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
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

_PCM = """
    pcm_alaw pcm_bluray pcm_dvd pcm_f32be pcm_f32le pcm_f64be pcm_f64le pcm_lxf pcm_mulaw pcm_s16be
    pcm_s16be_planar pcm_s16le pcm_s16le_planar pcm_s24be pcm_s24le pcm_s24le_planar pcm_s32be pcm_s32le
    pcm_s32le_planar pcm_s64be pcm_s64le pcm_s8 pcm_s8_planar pcm_u16be pcm_u16le pcm_u24be pcm_u24le
    pcm_u32be pcm_u32le pcm_u8 pcm_vidc
"""
_ADPCM = "adpcm_g722 adpcm_g726 adpcm_g726le adpcm_ima_qt adpcm_ima_wav adpcm_ms adpcm_swf adpcm_yamaha"
_TABLE = {
    "demuxer": """
        aac ac3 aiff amr amrnb amrwb ape asf au avi caf dts eac3 ffmetadata flac flv image_jpeg_pipe
        image_png_pipe matroska mov mp3 mpegps mpegts ogg tta w64 wav wv
    """,
    # Pictures are for cover art alone: their decoders read the dimensions that a muxer asks for.
    "decoder": f"""
        aac aac_latm ac3 alac amrnb amrwb ape dca eac3 flac gsm gsm_ms mace3 mace6 mjpeg mlp
        mp1float mp2float mp3float nellymoser opus png qdm2 speex truehd tta vorbis wavpack
        wmalossless wmapro wmav1 wmav2 wmavoice
        {_PCM} {_ADPCM}
    """,
    "parser": "aac aac_latm ac3 amr dca flac gsm mjpeg mlp mpegaudio opus png vorbis",
    "encoder": """
        aac alac flac libmp3lame libopus libvorbis pcm_f32be pcm_f32le pcm_f64be pcm_f64le pcm_s16be
        pcm_s16le pcm_s24be pcm_s24le pcm_s32be pcm_s32le pcm_s8 pcm_u8
    """,
    "muxer": """
        adts aiff ffmetadata flac hash image2pipe ipod matroska mov mp3 mp4 null ogg opus pcm_f32le
        pcm_s16le pcm_s24le pcm_s32le pcm_u8 w64 wav webm
    """,
    # apad takes back the limiter's delay.
    "filter": """
        aformat afade alimiter ametadata anull apad aresample areverse asetnsamples asetpts asplit astats
        atempo atrim channelmap ebur128 loudnorm pan silencedetect silenceremove volume volumedetect
    """,
    "bsf": "aac_adtstoasc null pcm_rechunk setts",
    "protocol": "file pipe",
}
COMPONENTS = {kind: frozenset(names.split()) for kind, names in _TABLE.items()}

# Where ffmpeg's own name, by which it is used, is not configure's.
_OWN_NAME = {
    "adpcm_g722": "g722",
    "adpcm_g726": "g726",
    "adpcm_g726le": "g726le",
    "image_jpeg_pipe": "jpeg_pipe",
    "image_png_pipe": "png_pipe",
    "mpegps": "mpeg",
}
_PCM_FAMILY = "pcm"


class OutputFormat(Protocol):
    """What this module asks of an entry of the formats table."""

    @property
    def encoder(self) -> str:
        """The encoder, as ffmpeg calls it; `pcm` stands for the whole family."""

    @property
    def muxer(self) -> str:
        """The muxer, as ffmpeg calls it."""


class Formats(Protocol):
    """What this module asks of `shared.formats`."""

    FORMATS: Mapping[str, OutputFormat]
    DEMUXERS: Iterable[str]


def flags() -> Iterator[str]:
    """One option of configure for each component, sorted: the same table gives the same build."""
    for kind, names in COMPONENTS.items():
        yield from (f"--enable-{kind}={name}" for name in sorted(names))


def own_names(kind: str) -> set[str]:
    """The components of a kind as ffmpeg lists them; a raw PCM muxer goes by its samples alone."""
    named = {_OWN_NAME.get(name, name) for name in COMPONENTS[kind]}
    return {name.removeprefix("pcm_") for name in named} if kind == "muxer" else named


def missing(formats: Formats) -> set[str]:
    """What the formats table promises and the layer would not hold, as `kind name`."""
    wanted = {("demuxer", name) for name in formats.DEMUXERS}
    for entry in formats.FORMATS.values():
        wanted |= {("encoder", entry.encoder), ("muxer", entry.muxer)}
    wanted.discard(("encoder", _PCM_FAMILY))
    return {f"{kind} {name}" for kind, name in wanted if name not in own_names(kind)}


def _formats() -> Formats:
    """The repository's formats table, found beside this directory."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    return importlib.import_module("shared.formats")  # a module satisfies the protocol by its globals


def _listing() -> list[str]:
    return [f"{kind} {name}" for kind, names in COMPONENTS.items() for name in sorted(names)]


def main(arguments: Sequence[str]) -> int:
    """Runs one of the three commands; returns the exit status."""
    commands: dict[str, Callable[[], Iterable[str]]] = {
        "flags": flags,
        "list": _listing,
        "check": lambda: sorted(f"missing: {name}" for name in missing(_formats())),
    }
    command = " ".join(arguments)
    if command not in commands:
        sys.stderr.write(f"usage: components.py {'|'.join(commands)}\n")
        return 2
    lines = list(commands[command]())
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return int(command == "check" and bool(lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
