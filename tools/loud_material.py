"""Ten materials whose loudness and peaks are hard to keep, each as an expression that ffmpeg computes."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.ffmpeg import program

if TYPE_CHECKING:
    from pathlib import Path

RATE_HZ, SECONDS = 44_100, 6.0
_NOISE = "(random({n})*2-1)"


@dataclass(frozen=True, slots=True)
class Material:
    """One sound.

    Attributes:
        left, right: of its channels, as ffmpeg's `aevalsrc` computes them; mono without a right one.
    """

    left: str
    right: str = ""
    seconds: float = SECONDS


def _drums(n: int, shift: float) -> str:
    """Return hits of dull noise, of generator and variable `n`, over a bass drum, all of it clipped."""
    noise = f"st({n},0.5*ld({n})+0.8*{_NOISE.format(n=n)})"
    hit = f"exp(-mod(t+{shift},0.25)*18)*{noise}*1.1"
    return f"0.98*clip({hit}+exp(-mod(t,0.5)*9)*sin(2*PI*60*t)*1.1,-1,1)"


def _pop(detune: float) -> str:
    chord = "+".join(f"sin(2*PI*{hz}*t*{detune})" for hz in (110, 220, 277, 330, 554, 1661, 4435))
    return f"0.1*({chord})*(0.7+0.3*sin(2*PI*2*t))+0.35*exp(-mod(t,0.5)*25)*{_NOISE.format(n=0)}"


def _speech() -> str:
    voice = "+".join(f"sin(2*PI*{hz}*t)/{n}" for n, hz in enumerate((120, 240, 720, 1080, 2440), 1))
    return f"0.2*({voice})*gt(sin(2*PI*3.1*t),0)*(0.3+0.7*abs(sin(2*PI*0.4*t)))+0.0005*{_NOISE.format(n=0)}"


_PLOSIVES = "if(lt(mod(t,0.5),0.006),0.8,0.1)*sin(2*PI*330*t)+0.01*sin(2*PI*3100*t)"
_PIANO = "0.5*exp(-mod(t,3)*4)*(sin(2*PI*262*t)+0.5*sin(2*PI*524*t)+0.3*sin(2*PI*1310*t))"
_CLICKS = "if(lt(mod(t,1.5),0.0001),0.7,0)"
_SQUARE = "0.6*(2*gt(sin(2*PI*441*t),0)-1)"
MATERIALS = {
    "drums": Material(_drums(4, 0), _drums(5, 0.01)),
    "pop": Material(_pop(1), _pop(1.003)),
    "speech": Material(_speech(), _speech()),
    "plosives": Material(_PLOSIVES, _PLOSIVES),
    "sparse piano": Material(_PIANO, f"0.8*{_PIANO}"),
    "brown noise": Material(
        f"st(0,0.99*ld(0)+0.05*{_NOISE.format(n=2)})", f"st(1,0.99*ld(1)+0.05*{_NOISE.format(n=3)})"
    ),
    "clicks": Material(_CLICKS, _CLICKS),
    "square wave": Material(_SQUARE, _SQUARE),
    "mono": Material(_pop(1)),
    "2 s": Material(_drums(4, 0), _pop(1), 2.0),
}


def write_material(file: Path, name: str) -> Path:
    """Write a material as a WAV of 16 bits."""
    material = MATERIALS[name]
    channels = "|".join(filter(None, (material.left, material.right)))
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-y", "-f", "lavfi"]
    argv += ["-i", f"aevalsrc='{channels}':s={RATE_HZ}:d={material.seconds}", "-c:a", "pcm_s16le", str(file)]
    subprocess.run(argv, check=True, timeout=120)
    return file
