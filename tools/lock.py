"""Resolve every dependency group into one lock, and export from it what each function installs.

`python tools/lock.py` resolves (needs a registry); `--export` only rewrites the exports; `--check` fails when
an export differs from what the lock says. Export and check work offline.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
FUNCTIONS = ("api", "convert", "notify")
HEADER = "# Exported from requirements.lock by `make lock`; do not edit.\n"


@dataclass
class Package:
    """One pinned package: its lines in the lock, who asks for it, and the groups that name it."""

    name: str
    lines: list[str] = field(default_factory=list)
    parents: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)


def resolve() -> None:
    """Write requirements.lock from pyproject.toml; the registry's address never enters it."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    command = ["uv", "pip", "compile", "pyproject.toml", "-o", LOCK.name, "--quiet"]
    command += ["--universal", "--python-version", "3.11", "--generate-hashes"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--no-header"]
    for group in groups:
        command += ["--group", group]
    subprocess.run(command, cwd=ROOT, check=True, timeout=300)


def read_lock(lock: Path = LOCK) -> dict[str, Package]:
    """The lock as packages; `# via` comments become the graph of who needs whom."""
    packages: dict[str, Package] = {}
    current = Package("")
    for line in lock.read_text().splitlines():
        if match := re.match(r"([a-z0-9][a-z0-9._-]*)==", line):
            current = packages.setdefault(match[1], Package(match[1]))
        if line.lstrip().startswith("#"):
            note_parent(current, line)
        else:
            current.lines.append(line)
    return packages


def note_parent(package: Package, comment: str) -> None:
    """Record the parent that one line of a `# via` comment names."""
    text = re.sub(r"^\s*#\s*(via)?\s*", "", comment)
    if match := re.match(r"sonube \(pyproject\.toml:(\w+)\)", text):
        package.groups.add(match[1])
    elif text:
        package.parents.add(text)


def needed(packages: dict[str, Package], group: str) -> list[Package]:
    """All that is reachable from the packages that a group names."""
    wanted = {p.name for p in packages.values() if group in p.groups}
    while more := {p.name for p in packages.values() if p.parents & wanted} - wanted:
        wanted |= more
    return [p for p in packages.values() if p.name in wanted]


def export(packages: dict[str, Package], group: str) -> str:
    """The requirements of one group."""
    return HEADER + "\n".join(line for p in needed(packages, group) for line in p.lines) + "\n"


def main(arguments: list[str]) -> int:
    """Resolve, export or check; the exit status is 1 when an export is stale."""
    if not arguments:
        resolve()
    packages, stale = read_lock(), []
    for group in (*FUNCTIONS, "localcloud", "client", "dev", "ffmpeg"):
        target = export_path(group)
        text = export(packages, group)
        if arguments == ["--check"]:
            stale += [] if target.exists() and target.read_text() == text else [str(target)]
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
    for path in stale:
        print(f"{path} differs from requirements.lock: run `make lock`", file=sys.stderr)
    return 1 if stale else 0


def export_path(group: str) -> Path:
    """Where a group's requirements stand: a function's beside its code, the rest under tools/."""
    folder = ROOT / "functions" / group if group in FUNCTIONS else ROOT / "tools" / "requirements"
    return folder / ("requirements.txt" if group in FUNCTIONS else f"{group}.txt")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
