# ruff: noqa: INP001  # scripts that deploy.sh runs, not a package
"""Tells by its exit status whether the JSON on standard input has everything that the JSON argument has.

Objects may hold more than is wanted, since the services add defaults of their own; lists must be as long.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def holds(found: Any, wanted: Any) -> bool:  # noqa: ANN401  # any JSON
    """Whether `found` has all of `wanted`; numbers count as equal to the strings that spell them (int64)."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(holds(found.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        same_length = isinstance(found, list) and len(found) == len(wanted)
        return same_length and all(holds(one, other) for one, other in zip(found, wanted, strict=True))
    return bool(found == wanted) or (not isinstance(wanted, bool) and str(found) == str(wanted))


def main() -> int:
    """0 if it holds."""
    try:
        found = json.load(sys.stdin)
    except json.JSONDecodeError:
        return 1
    return 0 if holds(found, json.loads(sys.argv[1])) else 1


if __name__ == "__main__":
    sys.exit(main())
