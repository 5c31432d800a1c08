"""Compares three engines by one basket of conversions: the layer's ffmpeg, the system's, and pydub.

`python -m bench.engine` prints ratios to one pass of the system's ffmpeg with the same encoder settings, all
of one run, interleaved. pydub is used as the predecessor used it: decode all, then encode.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.harness.figures import Figure
from bench.harness.material import write_wav
from bench.harness.process import Cost, measure
from tools.cleanup.ending import clean_run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PART = "engine"
_LAYER = Path(__file__).resolve().parent.parent / "ffmpeg-layer" / "bin" / "x86-64-v3" / "ffmpeg"
_ENCODERS = {"mp3": "libmp3lame", "ogg": "libvorbis", "opus": "libopus", "flac": "flac"}
BASKET = (("wav", "mp3"), ("mp3", "ogg"), ("mp3", "opus"), ("flac", "mp3"), ("wav", "flac"), ("m4a", "mp3"))
# The published goals. The basket is a geometric mean over the pairs, for each piece of sound.
GOALS = {
    "basket, layer to system": 0.80,
    "basket, layer to pydub": 0.70,
    "start": 0.15,
    "copy to encode": 0.05,
}
# It finds ffmpeg and ffprobe on PATH; its clock starts once it is imported, as in a warm function.
_PYDUB = """
import json, os, resource, sys, time
source, target, encoder, folder = sys.argv[1:]
os.environ["PATH"] = folder + os.pathsep + os.environ["PATH"]
from pydub import AudioSegment
def cpu():
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
before, began = cpu(), time.perf_counter()
AudioSegment.from_file(source).export(target, format=target.rpartition(".")[2], codec=encoder)
print(json.dumps([cpu() - before, time.perf_counter() - began]))
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """Something to convert: so many seconds of `music` or `speech`, by which pairs, in how many rounds."""

    kind: str
    seconds: float
    pairs: Sequence[tuple[str, str]] = BASKET
    rounds: int = 2

    def __str__(self) -> str:
        """As the bench's rows name it."""
        return f"{self.kind} {self.seconds:g} s"


# An hour by the whole basket would take a quarter of one.
HOUR = Piece("speech", 3600.0, (("wav", "mp3"), ("wav", "flac")), 1)


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement: medians over the runs, and as ratios to the reference of its case.

    Attributes:
        case: what was done, such as `music 210 s wav→mp3`.
        engine: `system`, `layer` or `pydub`; for stream copy `copy` and `encode`.
        cpu: ratio of CPU time, user and system, children included.
        cpu_low: lowest ratio of a single round.
        cpu_high: highest ratio of a single round.
        wall: ratio of elapsed time.
        memory: ratio of the process tree's peak resident memory; 0 where a run is too short to be sampled.
        memory_mib: that memory in MiB.
        temporary_mib: temporary files at their largest, beside source and result.
    """

    case: str
    engine: str
    cpu: float
    cpu_low: float
    cpu_high: float
    wall: float
    memory: float
    memory_mib: float
    temporary_mib: float


def _ffmpeg(binary: str, source: Path, target: Path, *codec: str) -> list[str]:
    """One pass, the encoder at its defaults, one thread."""
    quiet = ["-nostdin", "-v", "error", "-y"]
    return [binary, *quiet, "-i", str(source), "-map", "0:a:0", *codec, "-threads", "1", str(target)]


def _pydub(ffmpeg: str, source: Path, target: Path, encoder: str) -> list[str]:
    return [sys.executable, "-c", _PYDUB, str(source), str(target), encoder, str(Path(ffmpeg).parent)]


def rows_of(case: str, commands: Mapping[str, Sequence[str]], runs: int) -> list[Row]:
    """Runs the commands in turn, `runs` rounds of them, and compares all with the first."""
    costs: dict[str, list[Cost]] = {engine: [] for engine in commands}
    for _ in range(runs):
        for engine, argv in commands.items():
            costs[engine].append(measure(argv))
    reference = costs[next(iter(commands))]
    return [_row(case, engine, own, reference) for engine, own in costs.items()]


def _row(case: str, engine: str, own: Sequence[Cost], reference: Sequence[Cost]) -> Row:
    """Ratios are of one round's two neighbours, so that a machine that slows down slows both."""
    pairs = list(zip(own, reference, strict=True))
    cpu = [mine.cpu_s / theirs.cpu_s for mine, theirs in pairs]
    return Row(
        case=case,
        engine=engine,
        cpu=statistics.median(cpu),
        cpu_low=min(cpu),
        cpu_high=max(cpu),
        wall=statistics.median(mine.wall_s / theirs.wall_s for mine, theirs in pairs),
        memory=statistics.median(mine.peak_bytes / max(theirs.peak_bytes, 1) for mine, theirs in pairs),
        memory_mib=statistics.median(mine.peak_bytes for mine in own) / 2**20,
        temporary_mib=statistics.median(mine.temporary_bytes for mine in own) / 2**20,
    )


def basket(folder: Path, engines: Mapping[str, str], piece: Piece) -> list[Row]:
    """Each of its pairs; pydub drives the system's ffmpeg."""
    wav = write_wav(folder / f"{piece.kind}.wav", piece.kind, piece.seconds)
    for suffix in {source for source, _ in piece.pairs} - {"wav"}:
        quiet = [engines["system"], "-nostdin", "-v", "error", "-y"]
        measure([*quiet, "-i", str(wav), str(wav.with_suffix(f".{suffix}"))])
    rows = []
    for source, target in piece.pairs:
        encoder, result = _ENCODERS[target], folder / f"out.{target}"
        given = wav.with_suffix(f".{source}")
        commands = {name: _ffmpeg(path, given, result, "-c:a", encoder) for name, path in engines.items()}
        commands["pydub"] = _pydub(engines["system"], given, result, encoder)
        rows += rows_of(f"{piece} {source}→{target}", commands, piece.rounds)
    return rows


def start_up(engines: Mapping[str, str], runs: int) -> list[Row]:
    """A process that only loads, says its version and ends."""
    return rows_of("start", {name: [path, "-v", "quiet", "-version"] for name, path in engines.items()}, runs)


def stream_copy(folder: Path, layer: str, seconds: float, runs: int) -> list[Row]:
    """m4a → aac by the layer: encoding it again, and copying the stream."""
    wav = write_wav(folder / "copy.wav", "music", seconds)
    source, target = folder / "copy.m4a", folder / "copy.aac"
    measure([layer, "-nostdin", "-v", "error", "-y", "-i", str(wav), str(source)])
    ways = {"encode": "aac", "copy": "copy"}
    commands = {name: _ffmpeg(layer, source, target, "-c:a", codec) for name, codec in ways.items()}
    return rows_of(f"music {seconds:g} s m4a→aac", commands, runs)


def summary(rows: Sequence[Row]) -> list[tuple[str, str, float]]:
    """The CPU ratios that have goals, as (goal, piece of sound, ratio)."""
    cpu = {(row.case, row.engine): row.cpu for row in rows}
    pieces: dict[str, list[str]] = {}
    for case in (case for case, engine in cpu if engine == "pydub"):
        pieces.setdefault(case.rpartition(" ")[0], []).append(case)
    pieces = {piece: cases for piece, cases in pieces.items() if len(cases) == len(BASKET)}
    mean = statistics.geometric_mean
    to_system = [(piece, mean(cpu[case, "layer"] for case in cases)) for piece, cases in pieces.items()]
    to_pydub = [
        (piece, mean(cpu[case, "layer"] / cpu[case, "pydub"] for case in cases))
        for piece, cases in pieces.items()
    ]
    return [
        *(("basket, layer to system", *figure) for figure in to_system),
        *(("basket, layer to pydub", *figure) for figure in to_pydub),
        ("start", "", cpu["start", "layer"]),
        ("copy to encode", "", next(row.cpu for row in rows if row.engine == "copy")),
    ]


def run(layer: str, stock: str, pieces: Sequence[Piece]) -> list[Row]:
    """Measures everything; the first piece says how long and how often a stream is copied."""
    engines = {"system": stock, "layer": layer}
    with tempfile.TemporaryDirectory(prefix="sonube-bench-") as name:
        folder = Path(name)
        rows = [row for piece in pieces for row in basket(folder, engines, piece)]
        first = pieces[0]
        copied = stream_copy(folder, layer, first.seconds, first.rounds)
        return [*rows, *start_up(engines, first.rounds * 5), *copied]


def figures(rows: Sequence[Row]) -> list[Figure]:
    """The goals first, then every case."""
    found = [
        Figure(PART, f"{goal}{f', {piece}' if piece else ''}", "", value, value, value, "", GOALS[goal])
        for goal, piece, value in summary(rows)
    ]
    compared = {"copy": "encode", "layer": "system ffmpeg", "pydub": "system ffmpeg"}
    for row in rows:
        if row.engine not in compared or row.case == "start":
            continue
        name, against = f"{row.case}, {row.engine}", compared[row.engine]
        found.append(Figure(PART, f"{name}, CPU", against, row.cpu, row.cpu_low, row.cpu_high))
        found.append(Figure(PART, f"{name}, elapsed", against, row.wall, row.wall, row.wall))
        if row.memory:
            memory = row.memory_mib
            found.append(Figure(PART, f"{name}, memory", "", memory, memory, memory, "MiB"))
        if row.temporary_mib:
            files = row.temporary_mib
            found.append(Figure(PART, f"{name}, temporary files", "", files, files, files, "MiB"))
    return found


def measured() -> list[Figure]:
    """What `make bench` shows of the engines; nothing where the layer is not built."""
    layer, system = shutil.which(_LAYER), shutil.which("ffmpeg")
    if not layer or not system:
        print("bench.engine: left out: it needs `make layer`, and an ffmpeg on PATH", file=sys.stderr)
        return []
    return figures(run(layer, system, [Piece("music", 210.0), Piece("speech", 10.0), HOUR]))


def _print(rows: Sequence[Row]) -> None:
    print(f"{'case':32} {'engine':7} {'CPU':>6} {'low, high':>12} {'wall':>6} {'memory':>6} {'MiB':>6}")
    for row in rows:
        spread = f"{row.cpu_low:.2f}, {row.cpu_high:.2f}"
        ratios = f"{row.cpu:6.3f} {spread:>12} {row.wall:6.2f} {row.memory:6.2f} {row.memory_mib:6.0f}"
        print(f"{row.case:32} {row.engine:7} {ratios}")
    print(f"\n{'figure':26} {'of':14} {'here':>6} {'goal':>6}")
    for goal, piece, value in summary(rows):
        verdict = "reached" if value <= GOALS[goal] else "NOT REACHED"
        print(f"{goal:26} {piece:14} {value:6.3f} {GOALS[goal]:6.2f}  {verdict}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.engine", description=__doc__)
    parser.add_argument("--layer", default=str(_LAYER), help="the layer's ffmpeg")
    parser.add_argument(
        "--stock", default="ffmpeg", help="the ffmpeg to compare with, a path or a name on PATH"
    )
    parser.add_argument("--song", type=float, default=210.0, help="seconds of music")
    parser.add_argument("--clip", type=float, default=10.0, help="seconds of speech")
    parser.add_argument("--runs", type=int, default=3, help="rounds of each case")
    parser.add_argument("--json", type=Path, help="write the rows there as JSON")
    return parser.parse_args()


@clean_run("sonube-bench-")
def main() -> int:
    """Runs the comparison; status 2 where one of the two binaries is missing."""
    given = _arguments()
    found = {name: shutil.which(path) for name, path in (("layer", given.layer), ("system", given.stock))}
    if not found["layer"] or not found["system"]:
        print("bench.engine needs both: `make layer`, and an ffmpeg on PATH or --stock PATH", file=sys.stderr)
        return 2
    pieces = [
        Piece("music", given.song, rounds=given.runs),
        Piece("speech", given.clip, rounds=given.runs),
    ]
    rows = run(found["layer"], found["system"], pieces)
    _print(rows)
    if given.json:
        given.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
