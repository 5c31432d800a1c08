#!/usr/bin/env python3
"""Writes `manifest.json`: what was built, from which source packages, how, and the SHA-256 of all files.

Beside it the same as an SBOM, `sbom.cdx.json`.

Usage: manifest.py BIN WORK RECIPE, where RECIPE is the hash by which build.sh knows its own work, and WORK
holds the source packages, as they came in `download` and unpacked in `src`.
"""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
import sys
from pathlib import Path

import sbom

_TIMEOUT_S = 20
# Of the compiler and the C library, what the static programs contain.
_LINKED = ("libc.a", "libgcc.a")


def _output(*argv: str) -> str:
    """What a command printed."""
    return subprocess.run(argv, check=True, capture_output=True, text=True, timeout=_TIMEOUT_S).stdout.strip()


def _source_version(package: Path) -> str:
    """A source package's version, as the first line of its changelog has it."""
    return _output("dpkg-parsechangelog", "-SVersion", "-l", str(package / "debian/changelog"))


def _linked() -> dict[str, str]:
    """Source packages, with their versions, of the libraries that come from the build machine."""
    files = (str(Path(_output("gcc", f"-print-file-name={name}")).resolve()) for name in _LINKED)
    owners = [_output("dpkg-query", "-S", file).partition(": ")[0] for file in files]
    form = "-f=${source:Package} ${source:Version}"
    return dict(_output("dpkg-query", "-W", form, owner).split() for owner in owners)


def _configuration(ffmpeg: Path) -> str:
    """The configure line that a binary carries."""
    lines = _output(str(ffmpeg), "-version").splitlines()
    return next(line.strip() for line in lines if "configuration:" in line).removeprefix("configuration: ")


def _digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by its relative name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def manifest(layer: Path, work: Path, recipe: str) -> dict[str, object]:
    """The manifest as a JSON object, without date or path: the same build gives the same manifest."""
    return {
        "recipe": recipe,
        "compiler": _output("gcc", "--version").splitlines()[0],
        "sources": {
            package.name: _source_version(package)
            for package in sorted((work / "src").iterdir())
            if package.is_dir()
        },
        "source_sha256": _digests(work / "download"),
        "distribution": platform.freedesktop_os_release()["ID"],
        "linked": _linked(),
        "configuration": {
            path.parent.name: _configuration(path)
            for path in sorted(layer.glob("*/ffmpeg"))
            if path.is_file()
        },
        "sha256": _digests(layer),
    }


if __name__ == "__main__":
    target = Path(sys.argv[1])
    described = manifest(target, Path(sys.argv[2]), sys.argv[3])
    (target / sbom.NAME).write_text(json.dumps(sbom.sbom(described), indent=1) + "\n")
    described["sha256"] = _digests(target)
    (target / "manifest.json").write_text(json.dumps(described, indent=2) + "\n")
