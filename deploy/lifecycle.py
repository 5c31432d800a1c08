# ruff: noqa: INP001  # scripts that deploy.sh runs, not a package
"""Prints the bucket's lifecycle: deploy/lifecycle.json, with files deleted a day after their tasks.

usage: lifecycle.py NAME=VALUE...   (OVERRIDES of deploy/settings.sh)
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from shared.runtime.config import SETTINGS

LIFETIME = "TASK_LIFETIME_DAYS"


def lifecycle(overrides: dict[str, str]) -> str:
    """The lifecycle as JSON.

    Raises:
        SystemExit: the lifetime of tasks is not a number of days.
    """
    default = next(setting.default for setting in SETTINGS if setting.name == LIFETIME)
    days = overrides.get(LIFETIME) or default or ""
    if not days.isdecimal() or not int(days):
        raise SystemExit(f"{LIFETIME} must be a number of days, at least 1, not '{days}'.")
    found = json.loads(Path(__file__).with_suffix(".json").read_text())
    for rule in found["rule"]:
        if rule["action"]["type"] == "Delete":
            rule["condition"]["age"] = int(days) + 1
    return json.dumps(found)


if __name__ == "__main__":
    known = dict(argument.split("=", 1) for argument in sys.argv[1:])
    sys.stdout.write(lifecycle(known) + "\n")
