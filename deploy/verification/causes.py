"""What most likely is wrong when a step of the verification fails: causes.tsv."""

from __future__ import annotations

from pathlib import Path

TABLE = Path(__file__).with_name("causes.tsv")


def causes() -> list[tuple[str, str, str]]:
    """Return (step, status of HTTP or *, cause), the more special first."""
    lines = (line for line in TABLE.read_text().splitlines() if not line.startswith("#"))
    rows = [tuple(line.split("\t")) for line in lines]
    return [(step, status, cause) for step, status, cause in rows]


def likely_cause(step: str, status: int) -> str:
    """Return the likely cause of a step that failed with this status, 0 for none."""
    fitting = (cause for name, wanted, cause in causes() if name == step and wanted in {str(status), "*"})
    return next(fitting, "")
