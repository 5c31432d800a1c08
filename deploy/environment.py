# ruff: noqa: INP001  # scripts that deploy.sh runs, not a package
"""Prints the environment of one function as `NAME=VALUE,…`, from the table in shared/runtime/config.py.

usage: environment.py FUNCTION NAME=VALUE...   (what the deployment sets; the rest keeps its default)
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from shared.runtime.config import SETTINGS


def environment(function: str, known: dict[str, str]) -> dict[str, str]:
    """The variables that the function reads and the deployment sets.

    Raises:
        SystemExit: a required variable has no value, a value has a comma, or no function reads a variable.
    """
    read = [setting for setting in SETTINGS if function in setting.readers.split()]
    missing = [s.name for s in read if s.default is None and not known.get(s.name)]
    if missing:
        raise SystemExit(f"{function} requires {', '.join(missing)}, but deploy.sh does not set it.")
    found = {s.name: known[s.name] for s in read if known.get(s.name)}
    if bad := [name for name, value in found.items() if "," in value]:
        raise SystemExit(f"The value of {', '.join(bad)} must not contain a comma.")
    unknown = set(known) - {setting.name for setting in SETTINGS}
    if unknown:
        raise SystemExit(f"There is no setting {', '.join(sorted(unknown))}. See shared/runtime/config.py.")
    return found


def main() -> None:
    """Print the variables."""
    known = dict(argument.split("=", 1) for argument in sys.argv[2:])
    sys.stdout.write(
        ",".join(f"{name}={value}" for name, value in environment(sys.argv[1], known).items()) + "\n"
    )


if __name__ == "__main__":
    main()
