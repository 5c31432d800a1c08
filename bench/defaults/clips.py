"""Real music and speech to encode, fetched from Debian's packages; nothing of it is committed."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 6
_SAMPLES = "usr/share/sonic-pi/samples"
_PROMPTS = "usr/share/asterisk/sounds/en_US_f_Allison"


class Clip(NamedTuple):
    """A sound file in a Debian package."""

    package: str
    path: str


CALL = Clip("asterisk-core-sounds-en-wav", f"{_PROMPTS}/conf-adminmenu-18.wav")
RADIO = Clip("codec2-examples", "usr/share/codec2/wav/all.wav")
READER = Clip("codec2-examples", "usr/share/codec2/raw/speech_orig_16k.wav")
SPEAKER = Clip("supercollider-common", "usr/share/SuperCollider/sounds/a11wlk01.wav")
DRUMS = Clip("sonic-pi-samples", f"{_SAMPLES}/loop_amen_full.flac")
GUITAR = Clip("sonic-pi-samples", f"{_SAMPLES}/guit_em9.flac")
ELECTRONIC = Clip("sonic-pi-samples", f"{_SAMPLES}/loop_safari.flac")
TABLA = Clip("sonic-pi-samples", f"{_SAMPLES}/loop_tabla.flac")


class Group(NamedTuple):
    """Clips that are brought to one sample rate and number of channels."""

    name: str
    rate_hz: int
    channels: int
    clips: tuple[Clip, ...]


GROUPS = (
    Group("speech, 8 kHz mono", 8000, 1, (CALL, RADIO)),
    Group("speech, 16 kHz mono", 16_000, 1, (READER, SPEAKER)),
    Group("speech, 24 kHz mono", 24_000, 1, (SPEAKER,)),
    Group("music, 44.1 kHz mono", 44_100, 1, (DRUMS, GUITAR)),
    Group("music, 44.1 kHz stereo", 44_100, 2, (DRUMS, GUITAR, ELECTRONIC, TABLA)),
)


def fetch(clips: tuple[Clip, ...], cache: Path) -> None:
    """Download and unpack the packages that the folder does not have yet; needs apt and dpkg."""
    for package in dict.fromkeys(clip.package for clip in clips):
        if not (cache / package).exists():
            subprocess.run(["apt-get", "download", "-q", package], cwd=cache, check=True)
            (archive,) = cache.glob(f"{package}_*.deb")
            subprocess.run(["dpkg-deb", "-x", str(archive), str(cache / package)], check=True)
            archive.unlink()
