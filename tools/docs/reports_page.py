"""Writes `docs/reports.md` from the corpus of public reports: `python -m tools.docs.reports_page`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.reports.corpus import ELSEWHERE, KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.reports.report import Elsewhere, Report

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reports.md"
HEAD = """\
# Reports from the world

What users of other programs reported about their files, and what Sonube does with such a file. Each line is a
test: a file like the reporter's is made and converted, and its outcome is compared with the right one
(`tests/reports`). Nothing of a report is copied; the sentences are ours.

Written by `python -m tools.docs.reports_page` from the corpus; a test keeps them equal.
"""
TABLE = """
## {title}

| reported | what we do | seen in |
|---|---|---|
"""


def page() -> str:
    """The content of the file."""
    sections = [_section(title, reports) for title, reports in KINDS.items()]
    return "".join([HEAD, *sections, _section("Held by other tests", ELSEWHERE)])


def _section(title: str, reports: Iterable[Report | Elsewhere]) -> str:
    return TABLE.format(title=title) + "".join(map(_row, reports))


def _row(report: Report | Elsewhere) -> str:
    return f"| {report.reported} | {report.answer} | {', '.join(map(_link, report.seen))} |\n"


def _link(seen: str) -> str:
    repository, _, number = seen.partition(" ")
    known = "/" in repository
    return f"[{repository} {number}](https://github.com/{repository}/issues/{number})" if known else seen


if __name__ == "__main__":
    PAGE.write_text(page())
