"""`make bench`: measures every figure that we publish in one run, prints them, and writes the reports."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from bench import api, cold_start, convert_memory, costs, engine, loudness, pipeline, quotes, scale
from bench.harness.figures import table
from bench.localcloud import comparison
from bench.report import performance_page, readme
from tools.cleanup.ending import clean_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.harness.figures import Figure

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "performance.md"
PARTS: dict[str, Callable[[], list[Figure]]] = {
    "engine": engine.measured,
    "memory": convert_memory.measured,
    "loudness": loudness.measured,
    "pipeline": pipeline.run,
    "quotes": quotes.run,
    "cold start": cold_start.run,
    "api": api.run,
    "localcloud": lambda: comparison.run(rounds=2),
}


@clean_run("sonube-bench-")
def main() -> int:
    """Measure, print each part as it is known, write; status 1 if a goal is not reached."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", choices=list(PARTS), help="one part, printed and not written down")
    only = parser.parse_args().only
    figures: list[Figure] = []
    for name in [only] if only else PARTS:
        print(f"measuring: {name}", file=sys.stderr, flush=True)
        found = PARTS[name]()
        if found:
            print(table(found), flush=True)
        figures += found
    figures += scale.run(scale.measured_work(figures))
    # The check of the model belongs with its results.
    figures.sort(key=lambda row: row.part == scale.PART)
    print(table([row for row in figures if row.part == scale.PART]))
    if not only:
        costs.write()
        RESULTS.write_text(json.dumps([asdict(row) for row in figures], indent=1, ensure_ascii=False) + "\n")
        performance_page.write(figures, PAGE, PAGE.parent / "images")
        readme.write(figures, ROOT / "README.md")
    missed = [f"{row.part}: {row.name}" for row in figures if row.verdict == "NOT REACHED"]
    print(f"Goals not reached: {'; '.join(missed) or 'none'}.")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
