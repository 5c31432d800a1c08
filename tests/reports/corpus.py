"""All reports, by kind; the page of reports has them in this order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reports.kinds import wave_headers

if TYPE_CHECKING:
    from tests.reports.report import Elsewhere, Report

KINDS: dict[str, tuple[Report, ...]] = {
    "Headers of WAV files": wave_headers.REPORTS,
}
ELSEWHERE: tuple[Elsewhere, ...] = ()
REPORTS = tuple(report for reports in KINDS.values() for report in reports)
