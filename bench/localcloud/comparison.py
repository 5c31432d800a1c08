"""Compares localcloud with the alternatives in one run: `python -m bench.localcloud.comparison [ROUNDS]`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bench.harness.figures import table
from bench.localcloud import firestore, storage
from tools.cleanup.ending import clean_run

if TYPE_CHECKING:
    from bench.harness.figures import Figure

ROUNDS = 5


def run(rounds: int = ROUNDS) -> list[Figure]:
    """Cloud Storage beside gcp-storage-emulator, Firestore beside Google's own emulator."""
    return storage.run(rounds) + firestore.run(rounds)


@clean_run("sonube-bench-")
def main() -> int:
    """Measure and print; status 1 if a goal is not reached."""
    figures = run(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
    print(table(figures))
    return int(any(each.verdict == "NOT REACHED" for each in figures))


if __name__ == "__main__":
    sys.exit(main())
