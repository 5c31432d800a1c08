# ruff: noqa: INP001  # scripts that deploy.sh runs, not a package
"""Prints the figures of a verification (standard input: seconds by step) as JSON, with where and when.

usage: figures.py REGION FAILURES
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime


def main() -> None:
    """Print the JSON."""
    found = {
        "region": sys.argv[1],
        "date": datetime.now(UTC).date().isoformat(),
        "failures": int(sys.argv[2]),
        "seconds": json.load(sys.stdin),
    }
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
