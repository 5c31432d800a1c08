"""The bench's own arithmetic: goals, ratios, the model on paper, and the page."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from bench.__main__ import RESULTS, ROOT
from bench.harness.figures import Figure, figure, ratios, table
from bench.report import google_cloud
from bench.report.performance_page import write
from bench.report.plots import bars
from bench.report.readme import CLAIMS, claims, with_claims
from bench.scale import ONE_INSTANCE, Deployment, Work, cost_of_1000, measured_work, run, time_to_clear

if TYPE_CHECKING:
    from pathlib import Path

README = ROOT / "README.md"


@pytest.mark.parametrize(
    ("value", "at_most", "verdict"),
    [(0.9, True, "reached"), (1.0, True, "reached"), (1.1, True, "NOT REACHED"), (1.1, False, "reached")],
)
def test_a_goal_is_a_bound(value: float, at_most: bool, verdict: str) -> None:  # noqa: FBT001  # a parameter
    assert figure("p", "n", "a", [value], goal=1.0, at_most=at_most).verdict == verdict


def test_a_figure_is_the_median_with_its_spread() -> None:
    row = figure("p", "n", "a", ratios([1, 9, 4], [2, 3, 4]))

    assert (row.low, row.value, row.high) == (0.5, 1.0, 3.0)


def test_the_table_names_each_part_once() -> None:
    shown = table([figure("one", "a", "", [1]), figure("one", "b", "", [2]), figure("two", "c", "x", [3])])

    assert (shown.count("-- one"), shown.count("-- two")) == (1, 1)


def test_a_spike_takes_its_work_divided_by_the_instances() -> None:
    warm = Deployment(instances=10, cold_start_s=0, start_rate=math.inf)

    assert time_to_clear(100, Work(convert_s=4), warm) == pytest.approx(40)
    assert time_to_clear(1, Work(convert_s=4), warm) == pytest.approx(4)


def test_more_instances_never_take_longer() -> None:
    times = [time_to_clear(5_000, Work(), Deployment(instances=n)) for n in (1, 5, 20, 100)]

    assert times == sorted(times, reverse=True)


def test_the_cost_of_a_song_is_the_sum_of_what_it_uses() -> None:
    slow, fast = (cost_of_1000(Work(convert_s=seconds, ignored_s=0), Deployment()) for seconds in (10.0, 5.0))

    assert slow["convert, CPU"] == pytest.approx(2 * fast["convert, CPU"]) == pytest.approx(0.24)
    assert slow["storage"] == fast["storage"]


def test_the_model_goes_by_what_the_pipeline_measured() -> None:
    rate = figure("pipeline", ONE_INSTANCE, "", [15.0], unit="files/min")

    assert measured_work([rate]).convert_s == pytest.approx(4.0)
    assert measured_work([]) == Work()


def test_the_page_has_every_figure_and_pictures_that_can_be_read(tmp_path: Path) -> None:
    rows = [figure("pipeline", "a & b", "bare", [0.9], goal=0.85, at_most=False), *run()]

    write(rows, tmp_path / "page.md", tmp_path / "images")
    text = (tmp_path / "page.md").read_text()

    assert all(row.name in text for row in rows)
    assert "≥ 0.85 reached" in text
    for picture in (tmp_path / "images").iterdir():
        ET.parse(picture)  # noqa: S314  # our own


def test_a_bar_is_as_long_as_its_value_and_the_goal_lies_on_it() -> None:
    rows = [figure("p", "one", "a", [1.0]), figure("p", "two", "a", [1.8, 2.0, 2.1], goal=1.0)]
    drawn = ET.fromstring(bars("t", rows))  # noqa: S314  # our own
    one, two = (float(rect.get("width", 0)) for rect in drawn.iter("{http://www.w3.org/2000/svg}rect"))
    lines = {
        line.get("class"): float(line.get("x2", 0)) for line in drawn.iter("{http://www.w3.org/2000/svg}line")
    }

    assert two == pytest.approx(2 * one, abs=0.2)
    assert lines["goal"] == lines["one"]
    assert lines["spread"] - lines["one"] == pytest.approx(1.1 * one, abs=0.2)


def test_readme_claims_what_was_measured_last() -> None:
    measured = [Figure(**row) for row in json.loads(RESULTS.read_text())]
    text = README.read_text()

    assert with_claims(text, measured) == text
    assert claims(measured).count("\n") == len(CLAIMS) + 2


def test_times_of_a_real_project_are_printed_once_there_are_any(tmp_path: Path) -> None:
    file = tmp_path / "google_cloud.json"
    assert "No run on a real project" in google_cloud.section(file)

    file.write_text('{"region": "us-central1", "date": "2026-12-01", "seconds": {"event, first": 4.321}}')

    assert "in us-central1 on 2026-12-01" in google_cloud.section(file)
    assert "| event, first | 4.32 |" in google_cloud.section(file)
