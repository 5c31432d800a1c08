"""`deploy.sh verify` on localcloud: a real conversion, the times of its steps, likely causes of failures."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from deploy.verification.causes import causes, likely_cause
from deploy.verification.mp3 import mp3_seconds
from tests.deploy.fake_gcloud.effects import INDEX_BUILD_S
from tests.deploy.running import PROJECT, ROOT, Deployer, Run, new_deployer
from tests.waiting import HANG_S
from tools.ffmpeg import program

if TYPE_CHECKING:
    from pathlib import Path

    from tools.throwaway import ThrowawayCloud

JOB = {"sonube-sweep": {"name": "sonube-sweep", "lastAttemptTime": "before"}}
KEYS = {"K": {"name": "K", "displayName": "Sonube"}}
DEAD_LETTER = {"sonube-dead-letter": {"name": "sonube-dead-letter"}}


@pytest.fixture
def verifier(tmp_path: Path, bundles: Path) -> Deployer:
    """With the real verification."""
    return new_deployer(tmp_path, verify=True, bundles=bundles)


def verify(verifier: Deployer, cloud: ThrowawayCloud, *options: str, **settings: Any) -> Run:
    services = {"sonube-api": {"status": {"url": cloud.url}}}
    verifier.resources |= {"services": services, "jobs": json.loads(json.dumps(JOB)), "keys": KEYS}
    verifier.resources |= {"subscriptions": DEAD_LETTER, "settings": settings}
    environment = {
        name: cloud.environment[name] for name in ("STORAGE_EMULATOR_HOST", "FIREBASE_AUTH_EMULATOR_HOST")
    }
    bucket = cloud.environment["BUCKET"]
    return verifier("verify", "--project", PROJECT, "--bucket", bucket, *options, environment=environment)


def test_real_conversions_are_verified_timed_and_removed(
    verifier: Deployer, cloud: ThrowawayCloud, tmp_path: Path
) -> None:
    run = verify(verifier, cloud, "--json", str(tmp_path / "figures.json"))
    figures = json.loads((tmp_path / "figures.json").read_text())
    text = re.sub(r"\d+\.\d\d s", "T s", run.stdout)

    assert (run.status, run.stderr, run.changes) == (0, "", []), run.stdout + run.stderr
    for step in ("the page answers, first", "a dropped file is converted", "tasks, files and account are"):
        assert re.search(rf"  ok +T s  {step}", text)
    assert "the sweeper's job ran" in run.stdout
    assert "the dead-letter topic is empty" in run.stdout
    assert f"Verified: {cloud.url} converts." in run.stdout
    assert figures["failures"] == 0
    assert {"event, first", "conversion, second", "download, second", "drop"} <= figures["seconds"].keys()
    assert all(seconds >= 0 for seconds in figures["seconds"].values())


def test_verification_waits_until_indexes_are_built(deploy: Deployer) -> None:
    deploy.resources = {"jobs": json.loads(json.dumps(JOB)), "keys": KEYS, "subscriptions": DEAD_LETTER}
    deploy.resources["indexes"] = {"tasks": {"name": "tasks", "since_s": 0}}
    run = deploy("verify", "--project", PROJECT)

    assert run.status == 0
    assert run.stdout.count("… waiting 30 s: Firestore is building indexes") == INDEX_BUILD_S // 30


@pytest.mark.parametrize(
    ("settings", "problem", "cause"),
    [
        (
            {"undelivered": [{"message": {"messageId": "1"}}]},
            "dead-letter topic is not empty",
            "convert failed 100 times",
        ),
        ({"sweep code": "7"}, "the sweeper's job failed (code 7)", "The invoker lacks roles/run.invoker"),
        ({"paused": True}, "the sweeper's job did not run", "The job sonube-sweep is missing or paused"),
    ],
)
def test_what_only_an_operator_sees_is_checked(
    deploy: Deployer, settings: dict[str, Any], problem: str, cause: str
) -> None:
    deploy.resources = {"jobs": json.loads(json.dumps(JOB)), "keys": KEYS, "subscriptions": DEAD_LETTER}
    deploy.resources["settings"] = settings
    run = deploy("verify", "--project", PROJECT)

    assert run.status == 1
    assert problem in run.stdout
    assert f"Likely cause: {cause}" in run.stdout
    assert "Steps of the verification that failed: 1." in run.stderr


def test_failed_step_has_its_likely_cause_and_the_others_are_still_checked(verifier: Deployer) -> None:
    verifier.resources = {"jobs": json.loads(json.dumps(JOB)), "keys": KEYS, "subscriptions": DEAD_LETTER}
    verifier.resources["services"] = {"sonube-api": {"status": {"url": "http://127.0.0.1:9"}}}
    run = verifier("verify", "--project", PROJECT)

    assert run.status == 1
    assert "FAILED            page: http://127.0.0.1:9/ does not answer" in run.stdout
    assert "the sweeper's job ran" in run.stdout


@pytest.mark.parametrize(
    ("step", "status", "words"),
    [
        ("page", 403, "organisation policy"),
        ("list", 500, "building an index"),
        ("event", 0, "roles/pubsub.serviceAgent"),
        ("account", 400, "API key"),
        ("end", 0, "The queue sonube-notify is paused"),
    ],
)
def test_failure_has_a_likely_cause(step: str, status: int, words: str) -> None:
    assert words in likely_cause(step, status)


def test_every_step_has_a_cause_for_any_status() -> None:
    source = (ROOT / "deploy" / "verification" / "steps.py").read_text()
    steps = set(re.findall(r"""(?:_step|StepFailed)\(\s*"(\w+)\"""", source)) | {"end"}

    assert steps == {step for step, _, _ in causes()}
    assert all(likely_cause(step, 418) for step in steps)


@pytest.mark.parametrize("options", ["-b:a 128k", "-q:a 4", "-ar 22050 -ac 1", "-ar 8000"])
def test_duration_of_an_mp3_follows_from_its_frames(tmp_path: Path, options: str) -> None:
    ffmpeg = program("ffmpeg")
    source = ["-f", "lavfi", "-i", "sine=duration=3:sample_rate=44100"]
    target = tmp_path / "tone.mp3"
    subprocess.run(
        [ffmpeg, "-nostdin", "-v", "error", *source, *options.split(), "-c:a", "libmp3lame", str(target)],
        check=True,
        timeout=HANG_S,
    )

    assert mp3_seconds(target.read_bytes()) == pytest.approx(3, abs=0.2)
    assert mp3_seconds(b"ID3 is no MP3") == mp3_seconds(b"") == mp3_seconds(b"\xff\xfb\xff\xff" * 9) == 0
