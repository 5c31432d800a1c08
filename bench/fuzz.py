"""Converts damaged files: `python -m bench.fuzz [--files N] [--seed S] [--engine DIR]`.

Each must end with a result or an error of the catalogue. Anything else is printed with its seed, and the exit
status is 1. `--files 1 --seed S` reproduces it.
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
from tests.hostile.mutation import mutated
from tests.hostile.originals import write_originals
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


@clean_run("sonube-bench-")
def main() -> int:
    """Run it; return 1 if anything else happened."""
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("--files", type=int, default=1000, help="how many")
    parser.add_argument("--seed", type=int, default=0, help="of the first")
    parser.add_argument("--engine", default=ffmpeg_dir(), help="folder of ffmpeg and ffprobe")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sonube-fuzz-") as name:
        files = write_originals(Path(name))
        victim = Victim(find_tools(given.engine))
        ends = Counter(attempt(victim, files, given.seed + n) for n in range(given.files))
    for code, count in ends.most_common():
        print(f"{count:6} {code}")
    return int(bool(ends["UNHANDLED"] or ends["HUNG"]))


if __name__ == "__main__":
    sys.exit(main())
