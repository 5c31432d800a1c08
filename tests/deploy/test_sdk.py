"""Every command that deploy.sh gives, before the parser of the Google Cloud SDK that this machine has."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.deploy.running import Deployer

GCLOUD = shutil.which("gcloud")
PARSER = Path(__file__).with_name("sdk_parser.py")
pytestmark = pytest.mark.skipif(GCLOUD is None, reason="needs the Google Cloud SDK: gcloud is not on PATH")


def complaints(commands: list[list[str]], home: Path) -> list[tuple[str, str]]:
    """The commands that the SDK's parser refuses, each with its reason."""
    assert GCLOUD
    sdk = Path(GCLOUD).resolve().parent.parent
    bundled = sdk / "platform" / "bundledpythonunix" / "bin" / "python3"
    done = subprocess.run(
        [bundled if bundled.exists() else sys.executable, PARSER],
        input=json.dumps(commands),
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{sdk / 'lib'}:{sdk / 'lib' / 'third_party'}",
            "CLOUDSDK_CONFIG": str(home),
            "CLOUDSDK_CORE_PROJECT": "my-project",
            "CLOUDSDK_CORE_DISABLE_PROMPTS": "1",
            "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "true",
            "CLOUDSDK_CORE_CHECK_GCE_METADATA": "false",
        },
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    return [
        (" ".join(command), found)
        for command, found in zip(commands, json.loads(done.stdout), strict=True)
        if found
    ]


def given(run_calls: list[list[str]]) -> list[list[str]]:
    """Each command of gcloud once, without the program's name."""
    return [list(c) for c in dict.fromkeys(tuple(call[1:]) for call in run_calls if call[0] == "gcloud")]


def test_the_sdks_own_parser_takes_every_command_that_is_given(fresh: Deployer, tmp_path: Path) -> None:
    options = ("--project", "my-project", "--yes")
    runs = [
        fresh("all", *options, "--budget", "20EUR"),
        fresh("all", *options),
        fresh("status", *options),
        fresh("destroy", *options, "--with-data"),
    ]
    commands = given([call for run in runs for call in run.calls])

    assert [run.complaint for run in runs if run.status] == []
    assert len(commands) > 50
    assert complaints(commands, tmp_path) == []


def test_the_parser_refuses_what_the_sdk_does_not_know(tmp_path: Path) -> None:
    wrong = [
        ["storage", "buckets", "create", "gs://b", "--no-such-flag"],
        ["tasks", "queues", "crate", "q"],
        ["tasks", "queues", "create", "q", "--location=us-central1", "--max-attempts=many"],
        ["run", "services", "describe", "s", "--no-such-flag"],
        ["eventarc", "triggers", "describe", "t"],
        ["functions", "deploy", "f", "--gen2", "--region=us-central1", "--memory"],
    ]

    assert len(complaints(wrong, tmp_path)) == len(wrong)
