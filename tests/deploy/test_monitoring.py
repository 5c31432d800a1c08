"""Metrics count log steps that the functions write, and the dashboard shows every metric."""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from tests.deploy.running import PROJECT, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.deploy.running import Deployer

METRICS = {
    file.stem: json.loads(file.read_text()) for file in sorted((ROOT / "deploy/metrics").glob("*.json"))
}
DASHBOARD = (ROOT / "deploy" / "dashboard.json").read_text()
WRITERS = {"info", "warning", "failure", "timed"}


@cache
def written() -> dict[str, set[str]]:
    """Log step → the fields that the functions write with it."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in sorted([*(ROOT / "functions").rglob("*.py"), *(ROOT / "shared").rglob("*.py")]):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.With):
                for step, call in _lines(node):
                    updates = [n for n in ast.walk(node) if isinstance(n, ast.Call) and _name(n) == "update"]
                    found[step] |= _fields(call) | {"durationMs"}
                    found[step] |= {field for update in updates for field in _fields(update)}
            elif isinstance(node, ast.Call):
                for step, call in _lines(node):
                    found[step] |= _fields(call)
    return found


def _lines(node: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    calls = [item.context_expr for item in node.items] if isinstance(node, ast.With) else [node]
    for call in calls:
        if isinstance(call, ast.Call) and _name(call) in WRITERS and call.args:
            for constant in ast.walk(call.args[0]):
                if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                    yield constant.value, call


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _fields(call: ast.Call) -> set[str]:
    return {keyword.arg for keyword in call.keywords if keyword.arg}


@pytest.mark.parametrize("name", METRICS)
def test_metric_counts_an_existing_log_step_and_extracts_existing_fields(name: str) -> None:
    metric: dict[str, Any] = METRICS[name]
    step = re.search(r'jsonPayload\.step="(\w+)"', metric["filter"])
    extractors = [*metric.get("labelExtractors", {}).values(), metric.get("valueExtractor", "")]
    fields = set(re.findall(r"EXTRACT\(jsonPayload\.(\w+)\)", " ".join(extractors)))

    assert step
    assert step[1] in written()
    assert fields <= written()[step[1]]


@pytest.mark.parametrize("name", METRICS)
def test_labels_of_a_metric_are_the_extracted_ones(name: str) -> None:
    labels = {label["key"] for label in METRICS[name]["metricDescriptor"].get("labels", [])}

    assert labels == METRICS[name].get("labelExtractors", {}).keys()
    assert (METRICS[name]["metricDescriptor"]["valueType"] == "DISTRIBUTION") == (
        "valueExtractor" in METRICS[name]
    )


def test_dashboard_shows_every_metric_and_groups_by_existing_labels() -> None:
    shown = set(re.findall(r"logging\.googleapis\.com/user/(\w+)", DASHBOARD))
    own = [data for data in _data_sets() if "logging.googleapis.com/user/" in data["filter"]]
    grouped = {
        (re.search(r"user/(\w+)", data["filter"]).group(1), label.rpartition(".")[2])  # type: ignore[union-attr]  # it is there
        for data in own
        for label in data["aggregation"].get("groupByFields", [])
    }

    assert shown == METRICS.keys()
    assert all(label in METRICS[metric].get("labelExtractors", {}) for metric, label in grouped)


ALERTS = {
    file.stem: json.loads(file.read_text()) for file in sorted((ROOT / "deploy" / "alerts").glob("*.json"))
}


@pytest.mark.parametrize("name", ALERTS)
def test_alert_is_on_an_existing_metric_and_names_its_chapter(name: str) -> None:
    condition = ALERTS[name]["conditions"][0]["conditionThreshold"]
    chapter = re.search(r"docs/operate\.md, \*(.+)\*", ALERTS[name]["documentation"]["content"])
    own = re.findall(r"logging\.googleapis\.com/user/(\w+)", condition["filter"])

    assert set(own) <= METRICS.keys()
    assert condition["duration"].endswith("s")
    assert chapter
    assert f"## {chapter[1]}\n" in (ROOT / "docs" / "operate.md").read_text()


@pytest.mark.wide
def test_alerts_are_created_sent_changed_and_removed(deploy: Deployer) -> None:
    deploy.resources = {
        "buckets": {f"gs://{PROJECT}-sonube": {"location": "US-CENTRAL1"}},
        "keys": {"K": {"name": "K", "displayName": "Sonube"}},
    }
    functions = ("functions", "--project", PROJECT)
    deploy(*functions)
    silent = [policy.get("notificationChannels") for policy in deploy.resources["alertPolicies"].values()]
    deploy(*functions, "--alert-email", "ops@example.com")
    loud = [policy["notificationChannels"] for policy in deploy.resources["alertPolicies"].values()]
    channels = list(deploy.resources["notificationChannels"])
    again = deploy(*functions, "--alert-email", "ops@example.com")
    deploy("destroy", "--project", PROJECT, "--yes")

    assert silent == len(ALERTS) * [None]
    assert loud == len(ALERTS) * [channels]
    assert again.printed_changes == []
    assert deploy.resources["alertPolicies"] == deploy.resources["notificationChannels"] == {}


@pytest.mark.parametrize(
    "notified_by", [{}, {"own": {"name": "own", "displayName": "x", "notificationChannels": ["c"]}}]
)
def test_destroy_keeps_a_channel_that_the_project_needs(
    deploy: Deployer, notified_by: dict[str, dict[str, Any]]
) -> None:
    channel = {"name": "c", "labels": {"email_address": "ops@example.com"}}
    created = {"userLabels": {"created-by": "sonube"}} if notified_by else {}
    deploy.resources = {"notificationChannels": {"c": channel | created}, "alertPolicies": notified_by}

    run = deploy("destroy", "--project", PROJECT, "--yes")

    assert run.status == 0, run.stderr
    assert list(deploy.resources["notificationChannels"]) == ["c"]
    assert ("The e-mail channel c stays" in run.stdout) == bool(notified_by)


def test_objective_is_the_documented_one() -> None:
    limit_ms = ALERTS["slow"]["conditions"][0]["conditionThreshold"]["thresholdValue"]

    assert f"within {limit_ms // 1000} s" in (ROOT / "docs" / "operate.md").read_text()


def test_every_log_step_and_metric_is_explained() -> None:
    page = (ROOT / "docs" / "operate.md").read_text()
    named = set(re.findall(r"`(\w+)`", page.partition("## Logs")[2].partition("## A task is stuck")[0]))

    assert set(written()) <= named
    assert METRICS.keys() <= named
    assert {f"`{name}`" for name in ALERTS} <= set(re.findall(r"`[\w-]+`", page))


def _data_sets() -> list[dict[str, Any]]:
    widgets = json.loads(DASHBOARD)["gridLayout"]["widgets"]
    return [
        data["timeSeriesQuery"]["timeSeriesFilter"]
        for widget in widgets
        for data in widget["xyChart"]["dataSets"]
    ]
