# ruff: noqa: INP001  # scripts that deploy.sh runs, not a package
"""Prints the value of a quota (QuotaInfo as JSON on standard input) in a region, or an empty line."""

from __future__ import annotations

import json
import sys
from typing import Any


def value_in(info: dict[str, Any], region: str) -> str:
    """The value for the region, or else the general value."""
    general = ""
    for entry in info.get("dimensionsInfos", []):
        location = entry.get("dimensions", {}).get("region")
        value = str(entry.get("details", {}).get("value", ""))
        if location == region or region in entry.get("applicableLocations", []):
            return value
        general = value if location is None else general
    return general


if __name__ == "__main__":
    try:
        sys.stdout.write(value_in(json.load(sys.stdin), sys.argv[1]) + "\n")
    except json.JSONDecodeError:
        sys.stdout.write("\n")
