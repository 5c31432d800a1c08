# ruff: noqa: INP001  # scripts that deploy.sh runs, not a package
"""Prints the fingerprint of a deployment: a hash of the bundle's files and the flags of the command.

Compiled files are left out, since they depend on the Python that staged them.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path


def fingerprint(bundle: Path, words: list[str]) -> str:
    """32 hexadecimal digits, which fit into a label."""
    digest = hashlib.sha256("\0".join(words).encode())
    for path in sorted(path for path in bundle.rglob("*") if path.is_file() and path.suffix != ".pyc"):
        digest.update(f"\0{path.relative_to(bundle)}\0{path.stat().st_mode & 0o111}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]


if __name__ == "__main__":
    sys.stdout.write(fingerprint(Path(sys.argv[1]), sys.argv[2:]) + "\n")
