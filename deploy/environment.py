# ruff: noqa: INP001  # scripts that deploy.sh runs, not a package
"""Prints the environment of one function as `NAME=VALUE,…`, from the table in shared/runtime/config.py.

usage: environment.py FUNCTION NAME=VALUE...   (values that the deployment knows; the rest keeps its default)
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from shared.runtime.config import SETTINGS


def environment(function: str, known: dict[str, str]) -> dict[str, str]:
    """The variables that the function reads and that have a value other than their default.

    Raises:
        SystemExit: it reads one that has neither a value nor a default, or a value holds a comma.
    """
    read = [setting for setting in SETTINGS if function in setting.readers.split()]
    lacking = [s.name for s in read if s.default is None and not known.get(s.name)]
    if lacking:
        raise SystemExit(f"deploy.sh has no value for {', '.join(lacking)}, which {function} reads.")
    found = {s.name: known[s.name] for s in read if known.get(s.name)}
    if bad := [name for name, value in found.items() if "," in value]:
        raise SystemExit(f"A value of {', '.join(bad)} holds a comma.")
    unknown = set(known) - {setting.name for setting in SETTINGS}
    if unknown:
        raise SystemExit(f"Nothing reads {', '.join(sorted(unknown))}: see shared/runtime/config.py.")
    return found


def main() -> None:
    """Print it."""
    known = dict(argument.split("=", 1) for argument in sys.argv[2:])
    sys.stdout.write(
        ",".join(f"{name}={value}" for name, value in environment(sys.argv[1], known).items()) + "\n"
    )


if __name__ == "__main__":
    main()
