"""Tries damaged files: `python -m bench.fuzz [--parsers] [--files N] [--seed S] [--engine DIR]`.

Each must end with a result or an error of the catalogue. With `--parsers`, only our own parsers run, on
mutants and on files built by grammar, within 64 MiB and a second of CPU per MiB of input. Anything else is
printed with its seed, and the exit status is 1. `--files 1 --seed S` reproduces it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from functions.convert.ffmpeg.binaries import find_tools
from tests.hostile.fuzzing.bounds import breaches
from tests.hostile.fuzzing.mutation import mutated
from tests.hostile.fuzzing.originals import write_originals
from tests.hostile.victim import Victim
from tools.cleanup.ending import clean_run
from tools.ffmpeg import ffmpeg_dir

DEADLINE_S = 60


def attempt(victim: Victim, files: list[bytes], seed: int) -> str:
    """Convert one file; return its code, `success`, or what must never happen."""
    begin = time.monotonic()
    try:
        outcome = victim.convert(mutated(files, seed), ("wav", "mp3")[seed % 2])
    except Exception:  # noqa: BLE001  # what this program looks for
        print(f"seed {seed}:", traceback.format_exc(), sep="\n", file=sys.stderr)
        return "UNHANDLED"
    if time.monotonic() - begin > DEADLINE_S:
        print(f"seed {seed} took {time.monotonic() - begin:.0f} s", file=sys.stderr)
        return "HUNG"
    return outcome.code or "success"


def convert(files: list[bytes], seeds: range, engine: str) -> bool:
    """Convert a mutant of each seed; return whether none did what must not happen."""
    victim = Victim(find_tools(engine))
    ends = Counter(attempt(victim, files, seed) for seed in seeds)
    for code, count in ends.most_common():
        print(f"{count:6} {code}")
    return not (ends["UNHANDLED"] or ends["HUNG"])


def parse(files: list[bytes], seeds: range) -> bool:
    """Run our parsers on two files of each seed; return whether all kept their limits."""
    found, slowest = breaches(files, seeds)
    for breach in found:
        kind = "built" if breach.is_built else "mutated"
        print(f"seed {breach.seed}, {kind}: {breach.parser}", breach.reason, sep="\n", file=sys.stderr)
    for figures in slowest[:5]:
        print(f"{figures.cpu_s_per_mib:6.3f} s of CPU per MiB at most: {figures.parser}")
    print(f"{2 * len(seeds)} files, {len(found)} breaches")
    return not found


@clean_run("sonube-bench-")
def main() -> int:
    """Run it; return 1 if anything else happened."""
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("--parsers", action="store_true", help="only our own parsers, within their limits")
    parser.add_argument("--files", type=int, default=1000, help="how many seeds")
    parser.add_argument("--seed", type=int, default=0, help="the first one")
    parser.add_argument("--engine", default=ffmpeg_dir(), help="folder of ffmpeg and ffprobe")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sonube-fuzz-") as name:
        files = write_originals(Path(name))
        seeds = range(given.seed, given.seed + given.files)
        is_fine = parse(files, seeds) if given.parsers else convert(files, seeds, given.engine)
    return int(not is_fine)


if __name__ == "__main__":
    sys.exit(main())
