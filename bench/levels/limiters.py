"""Limiters side by side: what they leave above the ceiling and of the loudness, how they distort and let go.

`python -m bench.levels.limiters` prints the table of docs/loudness.md. Each limiter gets the same sound,
raised by 6 dB, and a ceiling of -1 dBTP. sox is only measured here (`apt-get install sox`).
"""

from __future__ import annotations

import array
import cmath
import math
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from functions.convert.plan.level.filters import gain_filters
from functions.convert.plan.level.loudness import Gain
from functions.convert.plan.shape import Shape
from tools.docs.conversion_matrix import best_tools
from tools.ffmpeg import program
from tools.loud_material import MATERIALS, write_material

if TYPE_CHECKING:
    from collections.abc import Callable

    Limiter = Callable[[Path, Path], object]

_RATE_HZ, _CEILING_DBTP, _TOO_HIGH_DB = 44_100, -1.0, 6.0
_FLOATS = ("-c:a", "pcm_f32le")
_LINEAR = 10 ** (_CEILING_DBTP / 20)
# A sine 6 dB too high, and a quiet one with a burst, whose recovery shows how the limiter lets go.
_SINE = "0.99*sin(2*PI*997*t)"
_BURST = "if(between(t,1,1.02),0.99,0.05)*sin(2*PI*1000*t)"
_BURST_END_S, _LONGEST_S, _STEP_S = 1.02, 1.5, 0.01
_HARMONICS, _LONG_S = 9, 3.0


def _ffmpeg(ffmpeg: str, *filters: str) -> Limiter:
    chain = ",".join((f"volume={_TOO_HIGH_DB}dB", "aformat=sample_fmts=fltp", *filters))

    def limit(source: Path, target: Path) -> None:
        _run(
            ffmpeg,
            "-nostdin",
            "-v",
            "error",
            "-y",
            "-i",
            source,
            "-af",
            chain,
            "-ar",
            _RATE_HZ,
            *_FLOATS,
            target,
        )

    return limit


def _sox(source: Path, target: Path) -> None:
    # It would clip what is raised before: so it is raised behind a ceiling that is as much lower. With the
    # delay of a look-ahead, sox 14.4.2 fails at stereo.
    ceiling_db = _CEILING_DBTP - _TOO_HIGH_DB
    transfer = f"-60,-60,{ceiling_db:g},{ceiling_db:g},0,{ceiling_db:g}"
    compand = ("compand", "0.005,0.08", transfer, f"{_TOO_HIGH_DB:g}", "-90")
    _run("sox", source, "-e", "floating-point", "-b", "32", target, *compand)


def limiters() -> dict[str, Limiter]:
    """Each limiter by its name; ours only where the layer is built."""
    tools, stock = best_tools(), program("ffmpeg")
    stereo = Shape(_RATE_HZ, 2, None, 1.0, 0.0, None, (), ())
    found: dict[str, Limiter] = {}
    if tools.has_loudness_filters:
        found["`truepeaklimit` (ours)"] = _ffmpeg(
            tools.ffmpeg, *gain_filters(Gain(0.0, _CEILING_DBTP), stereo, tools)
        )
    found["`alimiter` at twice the rate"] = _ffmpeg(stock, *gain_filters(Gain(0.0, _CEILING_DBTP), stereo))
    found["`alimiter`"] = _ffmpeg(stock, f"alimiter=limit={_LINEAR:.6f}:level=false")
    found["`loudnorm`, dynamic"] = _ffmpeg(stock, f"loudnorm=I=-10:TP={_CEILING_DBTP}:LRA=20")
    if shutil.which("sox"):
        found["sox `compand`"] = _sox
    return found


def overshoot_db(limit: Limiter, folder: Path) -> float:
    """Highest true peak above the ceiling, over all materials but those too short for `loudnorm`."""
    long = [name for name, material in MATERIALS.items() if material.seconds >= _LONG_S]
    return max(_measured(limit, folder, name)[1] for name in long) - _CEILING_DBTP


def drums_lufs(limit: Limiter, folder: Path) -> float:
    """How loud limited drums still are."""
    return _measured(limit, folder, "drums")[0]


def _measured(limit: Limiter, folder: Path, material: str) -> tuple[float, float]:
    """Loudness and true peak of a limited material."""
    source, target = write_material(folder / "material.wav", material), folder / "limited.wav"
    limit(source, target)
    meter = ("-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-")
    log = _run(program("ffmpeg"), "-nostdin", "-hide_banner", "-i", target, *meter)
    found = re.search(r"I:\s+(\S+) LUFS.*Peak:\s+(\S+) dBFS", log[log.rindex("Summary:") :], re.DOTALL)
    return (float(found[1]), float(found[2])) if found else (-math.inf, -math.inf)


def thd_db(limit: Limiter, folder: Path) -> float:
    """Harmonics of a limited sine, relative to it, once the limiter has settled."""
    samples = _limited(limit, folder, _SINE)[_RATE_HZ : 2 * _RATE_HZ]
    tone, *harmonics = (_magnitude(samples, 997.0 * n) for n in range(1, _HARMONICS + 1))
    return 10 * math.log10(max(sum(one * one for one in harmonics), 1e-30) / (tone * tone))


def release_ms(limit: Limiter, folder: Path) -> float:
    """Time after a burst until the gain is back within 1 dB, as far as it is looked for."""
    samples = _limited(limit, folder, _BURST)
    level = 10 ** (_TOO_HIGH_DB / 20) * 0.05
    step = round(_STEP_S * _RATE_HZ)
    for n in range(round(_LONGEST_S / _STEP_S)):
        begin = round(_BURST_END_S * _RATE_HZ) + n * step + step // 2
        if max(map(abs, samples[begin : begin + step])) >= level * 10 ** (-1 / 20):
            return 1000 * n * _STEP_S
    return 1000 * _LONGEST_S


def _limited(limit: Limiter, folder: Path, expression: str) -> array.array[float]:
    source, target = folder / "tone.wav", folder / "limited.wav"
    tone = f"aevalsrc='{expression}|{expression}':s={_RATE_HZ}:d=3"
    _run(program("ffmpeg"), "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", tone, *_FLOATS, source)
    limit(source, target)
    raw = folder / "limited.raw"
    _run(
        program("ffmpeg"),
        "-nostdin",
        "-v",
        "error",
        "-y",
        "-i",
        target,
        "-map_channel",
        "0.0.0",
        "-f",
        "f32le",
        raw,
    )
    return array.array("f", raw.read_bytes())


def _magnitude(samples: array.array[float], hz: float) -> float:
    """Level of one frequency, with a window that keeps the tone out of its harmonics."""
    count = len(samples)
    turn = cmath.exp(-2j * math.pi * hz / _RATE_HZ)
    total, phase = 0j, 1 + 0j
    for n, sample in enumerate(samples):
        angle = 2 * math.pi * n / count
        total += sample * (0.35875 - 0.48829 * math.cos(angle) + 0.14128 * math.cos(2 * angle)) * phase
        phase *= turn
    return abs(total)


def _run(*argv: object) -> str:
    return subprocess.run([*map(str, argv)], check=True, capture_output=True, text=True, timeout=300).stderr


def main() -> None:
    """Print the table."""
    print("| limiter | true peak above the ceiling | THD of a sine, 6 dB limited | drums | release to 1 dB |")
    print("|---|---|---|---|---|")
    for name, limit in limiters().items():
        with tempfile.TemporaryDirectory() as folder:
            over, thd, lufs, ms = (
                overshoot_db(limit, Path(folder)),
                thd_db(limit, Path(folder)),
                drums_lufs(limit, Path(folder)),
                release_ms(limit, Path(folder)),
            )
        print(f"| {name} | {over:+.1f} dB | {thd:.0f} dB | {lufs:.1f} LUFS | {ms:.0f} ms |", flush=True)


if __name__ == "__main__":
    main()
