#!/usr/bin/env python3
"""Generates the list of what the layer's ffmpeg can do from the tables of formats and of sources.

`components.py flags` prints it as configure's options, `components.py list` as `kind name` lines, with the
names that configure uses. Nothing else is compiled in.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from functions.convert.plan.sample_format import ENCODERS
from shared.domain.formats import FORMATS, Format
from shared.domain.sources import COVERS, OTHER_COVERS, SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# What convert's passes take that is neither a format nor a source.
_BESIDE = {
    # Tags and chapters as convert writes them; one picture from a pipe.
    "demuxer": "ffmetadata image_bmp_pipe image_gif_pipe image_jpeg_pipe image_png_pipe image_webp_pipe",
    # Pictures, as players show them.
    "encoder": "mjpeg png",
    # Covers, measuring, samples; by their hash the tests know them again.
    "muxer": "hash image2pipe levels null pcm_f32le pcm_s16le pcm_s32le",
    # apad takes back the limiter's delay; amultiply leaves silence without dither.
    "filter": """
        aeval aformat afade alimiter ametadata amultiply anull apad aresample areverse asetnsamples asetpts
        asplit astats atempo atrim channelmap ebur128 loudnorm loudwindows pan scale silencedetect
        silenceremove truepeaklimit volume volumedetect
    """,
    "bsf": "aac_adtstoasc null pcm_rechunk setts",
    "protocol": "file pipe",
}
# Where configure's names are not those of the tables.
_DEMUXERS = {"mpeg": "mpegps"}
_DECODERS = {
    "amr_nb": "amrnb",
    "amr_wb": "amrwb",
    "dts": "dca",
    "mp1": "mp1float",
    "mp2": "mp2float",
    "mp3": "mp3float",
    "musepack7": "mpc7",
    "musepack8": "mpc8",
}
# Which codecs each parser splits into packets.
_PARSERS = {
    "aac": {"aac"},
    "aac_latm": {"aac_latm"},
    "ac3": {"ac3", "eac3"},
    "amr": {"amr_nb", "amr_wb"},
    "bmp": {"bmp"},
    "dca": {"dts"},
    "flac": {"flac"},
    "gif": {"gif"},
    "gsm": {"gsm", "gsm_ms"},
    "mjpeg": {"mjpeg"},
    "mlp": {"mlp", "truehd"},
    "mpegaudio": {"mp1", "mp2", "mp3"},
    "opus": {"opus"},
    "png": {"png"},
    "tak": {"tak"},
    "vorbis": {"vorbis"},
    "webp": {"webp"},
}


def components() -> dict[str, set[str]]:
    """By kind, the names of everything that is compiled in."""
    codecs = (COVERS | OTHER_COVERS).union(*SOURCES.values())
    found = {
        "demuxer": {_DEMUXERS.get(name, name) for name in SOURCES},
        "decoder": {_DECODERS.get(name, name) for name in codecs},
        "parser": {parser for parser, split in _PARSERS.items() if split & codecs},
        "encoder": set().union(*map(_encoders, FORMATS.values())),
        "muxer": {form.muxer for form in FORMATS.values()},
    }
    kinds = {**found, **_BESIDE}
    return {kind: found.get(kind, set()) | set(_BESIDE.get(kind, "").split()) for kind in kinds}


def _encoders(form: Format) -> set[str]:
    """One, or for PCM one for each depth."""
    return set(ENCODERS[form.encoder].values()) if form.encoder in ENCODERS else {form.encoder}


def lines(form: str) -> Iterator[str]:
    """A line for each component, sorted: the same tables give the same build."""
    for kind, names in components().items():
        yield from (form.format(kind=kind, name=name) for name in sorted(names))


def main(arguments: Sequence[str]) -> int:
    """Runs one of the two commands; returns the exit status."""
    forms = {"flags": "--enable-{kind}={name}", "list": "{kind} {name}"}
    command = " ".join(arguments)
    if command not in forms:
        sys.stderr.write(f"usage: components.py {'|'.join(forms)}\n")
        return 2
    sys.stdout.writelines(f"{line}\n" for line in lines(forms[command]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
