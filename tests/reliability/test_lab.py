"""A short run of the fault lab, which `make faults` runs for hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lab.round import FAULTS, Round

if TYPE_CHECKING:
    from pathlib import Path

SEED = 23
# Harsh enough for every kind of fault, and a crash.
HARSHER = FAULTS.replace("kill=0.15", "kill=0.4")


@pytest.mark.wide
def test_nothing_is_lost_duplicated_or_stuck_under_faults(tmp_path: Path) -> None:
    report = Round(tmp_path, SEED, 12, crashes=1, faults=HARSHER).run()

    assert [str(violation) for violation in report.violations] == []
    assert sum(report.ended.values()) >= 10
    assert report.injected["killed localcloud"] == 1
    # localcloud once, and convert at least once.
    assert sum(times for what, times in report.injected.items() if what.startswith("killed ")) >= 2
