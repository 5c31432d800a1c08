"""The section of docs/performance.md with what `deploy.sh verify --json` measured on a real project."""

from __future__ import annotations

import json
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "google_cloud.json"
_NONE = """No run on a real project has been recorded yet: cold starts and event lag in [Scale](#scale) are
assumptions. `./deploy.sh verify --project ID --json bench/google_cloud.json` measures them, and `make bench`
prints them here.

"""
_SOME = """Measured by `./deploy.sh verify` in {region} on {date}, from the machine that ran it. *First*
includes the cold starts; `event` is the time from the end of the upload to the first sign of convert.

| step | seconds |
|---|---|
"""


def section(file: Path = FILE) -> str:
    """Return the section in Markdown; without figures, it says how to measure them."""
    if not file.exists():
        return f"## On Google Cloud\n\n{_NONE}"
    found = json.loads(file.read_text())
    rows = "".join(f"| {step} | {seconds:.2f} |\n" for step, seconds in found["seconds"].items())
    return f"## On Google Cloud\n\n{_SOME.format(region=found['region'], date=found['date'])}{rows}\n"
