"""`python -m bench.defaults`: writes docs/default-rates.md: every default beside its neighbours."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench.defaults.clips import GROUPS, fetch
from bench.defaults.page import write
from bench.defaults.trials import cut, trials
from tools.cleanup.ending import clean_run

ROOT = Path(__file__).resolve().parents[2]


@clean_run("sonube-bench-")
def main() -> int:
    """Fetch the clips, encode them at every setting, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.defaults", description=__doc__)
    parser.add_argument(
        "--clips", type=Path, default=ROOT / "build" / "clips", help="where packages are kept"
    )
    cache: Path = parser.parse_args().clips
    cache.mkdir(parents=True, exist_ok=True)
    fetch(tuple(clip for group in GROUPS for clip in group.clips), cache)
    found = {}
    with tempfile.TemporaryDirectory(prefix="sonube-bench-") as name:
        work = Path(name)
        for group in GROUPS:
            print(f"measuring: {group.name}", file=sys.stderr, flush=True)
            files = [cache / clip.package / clip.path for clip in group.clips]
            sources = [cut(file, group, work / f"source-{n}.wav") for n, file in enumerate(files)]
            found[group] = list(trials(group, sources, work))
    write(found, ROOT / "docs" / "default-rates.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
