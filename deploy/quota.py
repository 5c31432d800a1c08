# ruff: noqa: INP001  # scripts that deploy.sh runs, not a package
"""Prints the value that a quota (QuotaInfo as JSON on standard input) has in one region, or nothing."""

from __future__ import annotations

import json
import sys
from typing import Any


def value_in(info: dict[str, Any], region: str) -> str:
    """The region's own value, else the one that holds where nothing else is said."""
    general = ""
    for entry in info.get("dimensionsInfos", []):
        place = entry.get("dimensions", {}).get("region")
        value = str(entry.get("details", {}).get("value", ""))
        if place == region or region in entry.get("applicableLocations", []):
            return value
        general = value if place is None else general
    return general


if __name__ == "__main__":
    try:
        sys.stdout.write(value_in(json.load(sys.stdin), sys.argv[1]) + "\n")
    except json.JSONDecodeError:
        sys.stdout.write("\n")
