# ruff: noqa: INP001  # scripts that deploy.sh runs, not a package
"""Exits with 0 if the JSON on standard input has everything in the JSON argument.

Objects may have more members, since services add defaults; lists must have the same length.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def matches(found: Any, wanted: Any) -> bool:  # noqa: ANN401  # any JSON
    """Whether `found` has all of `wanted`; a number equals its string (int64 in JSON)."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(
            matches(found.get(key), value) for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        same_length = isinstance(found, list) and len(found) == len(wanted)
        return same_length and all(matches(one, other) for one, other in zip(found, wanted, strict=True))
    return bool(found == wanted) or (not isinstance(wanted, bool) and str(found) == str(wanted))


def main() -> int:
    """0 if it matches, else 1."""
    try:
        found = json.load(sys.stdin)
    except json.JSONDecodeError:
        return 1
    return 0 if matches(found, json.loads(sys.argv[1])) else 1


if __name__ == "__main__":
    sys.exit(main())
