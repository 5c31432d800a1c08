"""`python -m sonube` is `sonube`."""

from __future__ import annotations

from sonube.cli.main import main

main(prog_name="sonube")
