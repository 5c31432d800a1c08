"""`python -m sonube` is `sonube`."""

from __future__ import annotations

from sonube.cli import main

main(prog_name="sonube")
