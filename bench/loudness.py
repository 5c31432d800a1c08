"""What a loudness costs: CPU of a conversion with one, relative to the same without.

`python -m bench.loudness` prints a table: whole conversions of two minutes, of this process and its children,
that take turns; the median of three. Most sources fit the first time; loud drums have to be corrected.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from functions.convert.ffmpeg.binaries import find_tools
from shared.domain.formats import FORMATS
from shared.domain.options import parse_options
from tools.docs.conversion_matrix import best_tools, convert
from tools.ffmpeg import ffmpeg_dir, program
from tools.loud_material import write_material

_ROUNDS, _LOOPS = 3, 19
_CASES: dict[str, tuple[str, dict[str, object], str]] = {
    "podcast": ("mp3", {"bitRateKbps": 128, "sampleRateHz": 44_100}, "apple-podcasts"),
    "web": ("m4a", {"bitRateKbps": 160}, "spotify"),
}


def cpu_s(folder: str, source: Path, form: str, options: dict[str, object]) -> float:
    """CPU seconds of one conversion, of this process and its children."""
    usages = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    before = [resource.getrusage(who) for who in usages]
    tools = find_tools(folder)
    with tempfile.TemporaryDirectory() as work:
        convert(tools, source, Path(work), [(form, parse_options(options, FORMATS[form]))])
    after = [resource.getrusage(who) for who in usages]
    return sum(b.ru_utime + b.ru_stime - a.ru_utime - a.ru_stime for a, b in zip(before, after, strict=True))


def source_of(folder: Path, material: str) -> Path:
    """Two minutes of a material."""
    short, long = write_material(folder / "short.wav", material), folder / f"{material}.wav"
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-y", "-stream_loop", str(_LOOPS), "-i", str(short)]
    subprocess.run([*argv, "-c", "copy", str(long)], check=True, timeout=120)
    return long


def main() -> None:
    """Print the table."""
    builds = {"layer": str(Path(best_tools().ffmpeg).parent), "system": ffmpeg_dir() or "/usr/bin"}
    with tempfile.TemporaryDirectory() as folder:
        for material in ("speech", "pop", "drums"):
            source = source_of(Path(folder), material)
            for build, where in builds.items():
                for name, (form, options, spec) in _CASES.items():
                    pairs = [
                        (
                            cpu_s(where, source, form, options),
                            cpu_s(where, source, form, {**options, "spec": spec}),
                        )
                        for _ in range(_ROUNDS)
                    ]
                    ratio = statistics.median(loud / plain for plain, loud in pairs)
                    sys.stdout.write(f"{material:8} {build:7} {name:8} {ratio:.2f}\n")
                    sys.stdout.flush()


if __name__ == "__main__":
    main()
