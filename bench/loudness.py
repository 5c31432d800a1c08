"""What a loudness costs: CPU of a conversion with one, relative to the same without, in one run.

`python -m bench.loudness [material ...]` prints the rows of `make bench`. Each is whole, from probe
to verified output, and those with and without a loudness take turns. CPU is of this process and its children.
A row has the materials whose first encode sufficed, or those that had to be corrected.
"""

from __future__ import annotations

import io
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from bench.harness.figures import figure, table
from functions.convert.attempt import Attempt
from functions.convert.conversion.convert import convert_source
from functions.convert.ffmpeg.binaries import find_tools
from functions.convert.process.limits import MIB, Limits
from functions.convert.source.fetch import FetchedSource
from functions.convert.source.probed_source import probe_fetched
from shared.domain.files import Output
from shared.domain.formats import FORMATS
from shared.domain.options import parse_options
from shared.runtime.log import Log
from tools.docs.conversion_matrix import best_tools
from tools.ffmpeg import program
from tools.loud_material import SECONDS, write_material

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.harness.figures import Figure
    from functions.convert.ffmpeg.binaries import Tools

PART = "loudness"
_ROUNDS, _SECONDS = 2, 60
_LIMITS = Limits(wall_s=600, cpu_s=300, file_bytes=100 * MIB)
# The presets, with and without their specification.
_CASES: dict[str, tuple[str, dict[str, object], str]] = {
    "podcast": ("mp3", {"bitRateKbps": 128, "sampleRateHz": 44_100}, "apple-podcasts"),
    "web": ("m4a", {"bitRateKbps": 160}, "spotify"),
}
# Most recordings fit the first time; what an encoder does to loud drums is hard to foresee.
MATERIALS = ("speech", "pop", "brown noise", "drums", "2 s")
_FIRST, _CORRECTED = "first encode", "with a correction"
_GOALS = {
    ("layer", "podcast", _FIRST): 1.7,
    ("layer", "web", _FIRST): 1.5,
    ("layer", "podcast", _CORRECTED): 3.0,
    ("layer", "web", _CORRECTED): 3.0,
    ("system", "podcast", _FIRST): 2.0,
    ("system", "web", _FIRST): 2.0,
    ("system", "podcast", _CORRECTED): 3.5,
    ("system", "web", _CORRECTED): 3.5,
}


def conversion(tools: Tools, source: Path, form: str, options: dict[str, object]) -> tuple[float, int]:
    """CPU seconds of one conversion, and how often its output was corrected."""
    log, output = io.StringIO(), Output(form, f"out.{form}", parse_options(options, FORMATS[form]))
    with tempfile.TemporaryDirectory() as folder:
        given = Path(shutil.copy(source, Path(folder, "source")))
        before = _cpu_s()
        probed = probe_fetched(tools, FetchedSource(given), output.options)
        convert_source(Attempt(tools, _LIMITS, lambda _: None, Log(stream=log)), probed, [output])
        spent_s = _cpu_s() - before
    return spent_s, log.getvalue().count('"corrected"')


def _cpu_s() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def write_source(folder: Path, material: str, seconds: int) -> Path:
    """That much of a material."""
    short, long = write_material(folder / "short.wav", material), folder / f"{material}.wav"
    argv = [
        program("ffmpeg"),
        "-nostdin",
        "-v",
        "error",
        "-y",
        "-stream_loop",
        f"{seconds / SECONDS - 1:.0f}",
    ]
    subprocess.run([*argv, "-i", str(short), "-c", "copy", str(long)], check=True, timeout=120)
    return long


def ratios(tools: Tools, source: Path, case: str, rounds: int) -> tuple[str, list[float]]:
    """Whether the first encode sufficed, and the ratio of each round."""
    form, options, spec = _CASES[case]
    found, kind = [], _FIRST
    for _ in range(rounds):
        plain_s, _ = conversion(tools, source, form, options)
        loud_s, corrections = conversion(tools, source, form, {**options, "spec": spec})
        found.append(loud_s / plain_s)
        kind = _CORRECTED if corrections else _FIRST
    return kind, found


def measured(
    materials: Sequence[str] = MATERIALS, seconds: int = _SECONDS, rounds: int = _ROUNDS
) -> list[Figure]:
    """The rows of `make bench`."""
    best = best_tools()
    builds = {"layer": best} if best.has_loudness_filters else {}
    builds["system"] = find_tools(str(Path(program("ffmpeg")).parent))
    rows: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for material in materials:
            source = write_source(Path(folder), material, seconds)
            for build, tools in builds.items():
                for case in _CASES:
                    kind, found = ratios(tools, source, case, rounds)
                    rows[build, case, kind] += found
                    print(
                        f"{time.strftime('%X')} {material}, {build}, {case}, {kind}: {found}", file=sys.stderr
                    )
    return [
        figure(PART, f"{case}, {build}, {kind}", "without loudness", found, goal=_GOALS[build, case, kind])
        for (build, case, kind), found in sorted(rows.items())
    ]


if __name__ == "__main__":
    print(table(measured(sys.argv[1:] or MATERIALS)))
