"""Every file that somebody reported to a public tracker is converted right, or refused for its true cause.

To add one, add a `Report` to the module in `kinds` where it belongs, and run
`python -m tools.docs.reports_page`. `make test` tries every third, `make test-wide` the others; both are
tried by `make test ARGS='-m "" tests/reports'`.
"""

from __future__ import annotations

import ast
import re
from itertools import starmap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.reports.corpus import ELSEWHERE, KINDS, REPORTS
from tests.reports.outcome import Result, convert
from tests.reports.report import Converted, Elsewhere, Refused, Report
from tools.docs.conversion_matrix import best_tools

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

    from functions.convert.ffmpeg.binaries import Tools

ROOT = Path(__file__).resolve().parents[2]
# One of so many is tried in `make test`.
SAMPLED = 3
# Some are known by the name of their project alone.
SEEN = re.compile(r"[\w.-]+(?:/[\w.-]+)? \d+")


def named(report: Report | Elsewhere) -> str:
    """Return the sentence as the name of a test."""
    return re.sub(r"\W+", "_", report.reported).strip("_")


def case(number: int, report: Report) -> ParameterSet:
    is_wide = report.is_wide or number % SAMPLED != 0
    return pytest.param(report, id=named(report), marks=[pytest.mark.wide] if is_wide else [])


@pytest.fixture(scope="module")
def tools() -> Tools:
    """The layer's programs where it is built, else the system's."""
    return best_tools()


@pytest.mark.parametrize("report", list(starmap(case, enumerate(REPORTS))))
def test_reported(tools: Tools, report: Report) -> None:
    result = convert(tools, report.source(), report.to, report.options)

    if isinstance(report.expected, Refused):
        check_refused(result, report.expected)
    else:
        check_converted(result, report.expected)


def check_refused(result: Result, expected: Refused) -> None:
    error = result.task.error
    assert error, f"converted: {result.output}"
    assert error.code == expected.code
    assert expected.says in f"{error.message} {error.hint}"


def check_converted(result: Result, expected: Converted) -> None:
    output = result.output
    assert result.task.error is None
    assert sorted(note.code for note in result.task.notes) == sorted(expected.notes)
    if expected.seconds is not None:
        assert output.duration_s == pytest.approx(expected.seconds, abs=expected.within_s)
    if expected.rate_hz is not None:
        assert output.sample_rate_hz == expected.rate_hz
    if expected.channels is not None:
        assert output.channels == expected.channels
    if expected.peak_dbfs is not None:
        assert output.levels
        assert output.levels.peak_dbfs == pytest.approx(expected.peak_dbfs, abs=expected.within_db)
    check_accessories(result, expected)
    if expected.also:
        expected.also(result)


def check_accessories(result: Result, expected: Converted) -> None:
    if expected.tags:
        assert {name: result.tags.get(name) for name in expected.tags} == expected.tags
    if expected.chapters is not None:
        assert len(result.examined["chapters"]) == expected.chapters
    if expected.has_cover is not None:
        assert result.has_cover == expected.has_cover


@pytest.mark.parametrize("report", ELSEWHERE, ids=named)
def test_a_report_held_elsewhere_names_a_test(report: Elsewhere) -> None:
    file, _, name = report.test.partition("::")
    tree = ast.parse((ROOT / file).read_text())

    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_each_report_is_cited_and_no_sentence_is_there_twice() -> None:
    everything: list[Report | Elsewhere] = [*REPORTS, *ELSEWHERE]
    sentences = [report.reported for report in everything]

    assert sorted(set(sentences)) == sorted(sentences)
    assert [seen for report in everything for seen in report.seen if not SEEN.fullmatch(seen)] == []
    assert all(report.seen for report in everything)
    assert list(KINDS)
