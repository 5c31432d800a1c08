"""The commands and files of deploy.sh, checked by the parsers of an installed Google Cloud SDK."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.deploy.running import ROOT
from tests.machine import machine
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from tests.deploy.running import Deployer

GCLOUD = shutil.which("gcloud")
PARSER, MESSAGES = (Path(__file__).with_name(f"{what}.py") for what in ("parser", "messages"))
DEPLOY = ROOT / "deploy"
pytestmark = pytest.mark.skipif(GCLOUD is None, reason="needs the Google Cloud SDK: gcloud is not on PATH")


def responses(program: Path, questions: list[Any], home: Path) -> list[str | None]:
    """The responses of a program, run by the SDK's own Python, to each question."""
    assert GCLOUD
    sdk = Path(GCLOUD).resolve().parent.parent
    bundled = sdk / "platform" / "bundledpythonunix" / "bin" / "python3"
    done = subprocess.run(
        [bundled if bundled.exists() else sys.executable, program],
        input=json.dumps(questions),
        env={
            **machine(),
            "PYTHONPATH": f"{sdk / 'lib'}:{sdk / 'lib' / 'third_party'}",
            "CLOUDSDK_CONFIG": str(home),
            "CLOUDSDK_CORE_PROJECT": "my-project",
            "CLOUDSDK_CORE_DISABLE_PROMPTS": "1",
            "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "true",
            "CLOUDSDK_CORE_CHECK_GCE_METADATA": "false",
        },
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=True,
    )
    answers: list[str | None] = json.loads(done.stdout)
    return answers


def refused(commands: list[list[str]], home: Path) -> list[tuple[str, str]]:
    """The commands that the SDK's parser refuses, each with its error."""
    answers = responses(PARSER, commands, home)
    return [(" ".join(c), found) for c, found in zip(commands, answers, strict=True) if found]


def distinct(run_calls: list[list[str]]) -> list[list[str]]:
    """Each gcloud command once, without the program's name."""
    return [list(c) for c in dict.fromkeys(tuple(call[1:]) for call in run_calls if call[0] == "gcloud")]


@pytest.mark.wide
def test_gcloud_accepts_every_executed_and_documented_command(fresh: Deployer, tmp_path: Path) -> None:
    options = ("--project", "my-project", "--yes")
    runs = [fresh("all", *options, "--budget", "20EUR"), fresh("status", *options)]
    for kind in ("queues", "metrics", "dashboards", "jobs", "budgets", "subscriptions"):
        for name, thing in fresh.resources[kind].items():
            fresh.resources[kind][name] = {"name": thing["name"], "displayName": thing.get("displayName", "")}
    runs += [fresh("all", *options, "--budget", "30EUR"), fresh("destroy", *options, "--with-data")]
    pages = "".join((ROOT / "docs" / name).read_text() for name in ("deploy.md", "operate.md"))
    written = [
        line.replace("$REGION", "us-central1") for line in re.findall(r"^gcloud .*$", pages, re.MULTILINE)
    ]
    commands = distinct(
        [call for run in runs for call in run.calls] + [shlex.split(line) for line in written]
    )

    assert [run.stderr for run in runs if run.status] == []
    assert len(commands) > 50
    assert refused(commands, tmp_path) == []


def test_google_apis_know_every_field_in_the_files(tmp_path: Path) -> None:
    bucket = {name: json.loads((DEPLOY / f"{name}.json").read_text()) for name in ("cors", "lifecycle")}
    questions = [
        ["monitoring", "v1", "Dashboard", (DEPLOY / "dashboard.json").read_text()],
        ["storage", "v1", "Bucket", json.dumps(bucket)],
        *(["monitoring", "v3", "AlertPolicy", f.read_text()] for f in sorted(DEPLOY.glob("alerts/*.json"))),
        *(["logging", "v2", "LogMetric", file.read_text()] for file in sorted(DEPLOY.glob("metrics/*.json"))),
    ]

    assert len(questions) > 8
    assert [answer for answer in responses(MESSAGES, questions, tmp_path) if answer] == []


def test_unknown_field_is_reported(tmp_path: Path) -> None:
    questions = [
        ["monitoring", "v1", "Dashboard", json.dumps({"gridLayout": {"rows": 2}})],
        ["storage", "v1", "Bucket", json.dumps({"cors": [{"origins": ["*"]}]})],
        ["logging", "v2", "LogMetric", json.dumps({"metricDescriptor": {"metricKind": "LAST"}})],
    ]

    assert all(responses(MESSAGES, questions, tmp_path))


def test_gcloud_refuses_invalid_commands(tmp_path: Path) -> None:
    wrong = [
        ["storage", "buckets", "create", "gs://b", "--no-such-flag"],
        ["tasks", "queues", "crate", "q"],
        ["tasks", "queues", "create", "q", "--location=us-central1", "--max-attempts=many"],
        ["run", "services", "describe", "s", "--no-such-flag"],
        ["eventarc", "triggers", "describe", "t"],
        ["functions", "deploy", "f", "--gen2", "--region=us-central1", "--memory"],
    ]

    assert len(refused(wrong, tmp_path)) == len(wrong)
