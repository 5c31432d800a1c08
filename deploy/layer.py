# ruff: noqa: INP001  # scripts that deploy.sh runs, not a package
"""Checks the ffmpeg layer in a staged bundle against the digests of its build.

usage: layer.py BUNDLE   (status 1: a file is missing or differs)
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path


def damaged(layer: Path) -> list[str]:
    """The files of the manifest that are missing or differ, and the sandbox of a layer that has none."""
    wanted: dict[str, str] = json.loads((layer / "manifest.json").read_text())["sha256"]
    sandboxes = {str(Path(name).with_name("sonube-sandbox")) for name in wanted if name.endswith("/ffmpeg")}
    differing = [name for name, digest in wanted.items() if _digest(layer / name) != digest]
    return differing + sorted(sandboxes - set(wanted))


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def main() -> int:
    """0 unless the layer is damaged."""
    layer = Path(sys.argv[1], "ffmpeg-layer", "bin")
    if not (layer / "manifest.json").is_file():
        sys.stdout.write("  ! no ffmpeg layer. To build it, run: ffmpeg-layer/build.sh\n")
        return 1
    if found := damaged(layer):
        sys.stdout.write(
            f"  ! the ffmpeg layer is damaged ({', '.join(found)}). Run: ffmpeg-layer/build.sh --force\n"
        )
        return 1
    sys.stdout.write("  = ffmpeg layer\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
