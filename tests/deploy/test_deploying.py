"""deploy.sh in an empty project, run again, after drift, and with a failing step."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.deploy.running import PROJECT, ROOT, Deployer, Run, new_deployer

TRANSCRIPT = Path(__file__).with_name("transcript.txt")
ALL = ("all", "--project", PROJECT, "--yes", "--budget", "20EUR")


@pytest.fixture(scope="module")
def first(fresh: Deployer) -> Run:
    return fresh(*ALL)


@pytest.fixture
def deployed(first: Run, fresh: Deployer, tmp_path: Path) -> Deployer:
    """A copy of a fully deployed project, with its bundles."""
    assert first.status == 0
    bundles = fresh.repository / "build"
    return new_deployer(tmp_path, fresh.cloud(), source=fresh.repository, bundles=bundles)


@pytest.fixture
def staging(first: Run, fresh: Deployer, tmp_path: Path) -> Deployer:
    """A copy of a fully deployed project, which stages its own bundles."""
    assert first.status == 0
    return new_deployer(tmp_path, fresh.cloud(), source=fresh.repository)


def test_first_run_executes_the_commands_of_the_transcript(first: Run, tmp_path: Path) -> None:
    found = first.transcript("==", "  +")
    (tmp_path / "transcript.txt").write_text(found)

    assert (first.status, first.stderr) == (0, "")
    assert TRANSCRIPT.read_text() == found, f"review, then copy {tmp_path / 'transcript.txt'}"


def test_every_index_exemption_and_ttl_in_the_file_is_created(first: Run) -> None:
    content = json.loads((ROOT / "firestore.indexes.json").read_text())
    made = [
        words[1:]
        for words in first.changes
        if words[1:3] in (["firestore", "indexes"], ["firestore", "fields"])
    ]
    common = ["--database=(default)", "--async"]
    wanted = [
        ["firestore", "indexes", "composite", "create", f"--collection-group={entry['collectionGroup']}"]
        + [f"--query-scope={entry['queryScope'].lower()}"]
        + [f"--field-config=field-path={f['fieldPath']},order={f['order'].lower()}" for f in entry["fields"]]
        for entry in content["indexes"]
    ]
    for entry in content["fieldOverrides"]:
        group, field = f"--collection-group={entry['collectionGroup']}", entry["fieldPath"]
        wanted.append(["firestore", "indexes", "fields", "update", field, group, "--disable-indexes"])
        if entry.get("ttl"):
            wanted.append(["firestore", "fields", "ttls", "update", field, group, "--enable-ttl"])

    assert sorted(map(sorted, made)) == sorted(sorted(words + common) for words in wanted)


def test_printed_commands_are_the_executed_commands(first: Run) -> None:
    printed = [words for words in first.printed_changes if words[0] == "gcloud"]

    assert printed == first.changes


def test_second_run_changes_nothing(staging: Deployer) -> None:
    before = staging.cloud()
    again = staging(*ALL)

    assert (again.status, again.stderr) == (0, "")
    assert again.changes == again.printed_changes == []
    assert "Done: nothing to change." in again.stdout
    # The verification runs the sweeper's job.
    assert {**before, "jobs": 0} == {**staging.cloud(), "jobs": 0}


def test_only_missing_and_differing_resources_are_changed(deployed: Deployer) -> None:
    whole = deployed.cloud()
    damaged = deployed.cloud()
    del damaged["apis"]["run.googleapis.com"]
    damaged["buckets"][f"gs://{PROJECT}-sonube"]["iamConfiguration"]["publicAccessPrevention"] = "inherited"
    damaged["queues"]["sonube-notify"]["retryConfig"]["maxAttempts"] = 3
    damaged["metrics"]["sonube_outcomes"]["filter"] = "severity=ERROR"
    del damaged["exempt"]["tasks claim"]
    damaged["policies"]["queue sonube-notify"].clear()
    deployed.resources = damaged

    repaired = deployed("infra", "--project", PROJECT)

    assert [" ".join(change[1:3]) for change in repaired.changes] == [
        "services enable",
        "storage buckets",
        "firestore indexes",
        "tasks queues",
        "tasks queues",
        "logging metrics",
    ]
    assert whole["policies"] == deployed.cloud()["policies"]
    assert whole["queues"] == deployed.cloud()["queues"]


def test_bucket_keeps_files_as_long_as_the_operator_keeps_tasks(deployed: Deployer) -> None:
    settings = deployed.repository / "deploy" / "settings.sh"
    settings.write_text(settings.read_text().replace("OVERRIDES=()", "OVERRIDES=(TASK_LIFETIME_DAYS=30)"))

    run = deployed("infra", "--project", PROJECT)

    assert [words[1:4] for words in run.changes] == [["storage", "buckets", "update"]]
    rules = deployed.resources["buckets"][f"gs://{PROJECT}-sonube"]["lifecycle"]["rule"]
    assert rules[0]["condition"] == {"age": 31}
    assert deployed("infra", "--project", PROJECT).changes == []


def test_only_a_function_whose_source_changed_is_deployed_again(staging: Deployer) -> None:
    with (staging.repository / "functions" / "notify" / "claims.py").open("a") as source:
        source.write("\n# changed\n")

    again = staging("functions", "--project", PROJECT)

    assert [change[:4] for change in again.changes] == [["gcloud", "functions", "deploy", "sonube-notify"]]


def test_failed_step_is_named_and_the_next_run_continues_from_there(
    deployed: Deployer,
) -> None:
    cloud = deployed.cloud()
    for kind in ("functions", "services", "triggers", "jobs"):
        cloud[kind] = {}
    deployed.resources = cloud

    broken = deployed("functions", "--project", PROJECT, fails="functions deploy sonube-convert --gen2")
    resumed = deployed("functions", "--project", PROJECT)

    assert broken.status == 1
    assert 'step "convert" failed' in broken.stderr
    assert "the test makes it fail" in broken.stderr
    assert [f"sonube-{name}" for name in ("notify", "convert-queued", "convert")] == _deployed(broken)
    assert [f"sonube-{name}" for name in ("convert", "api")] == _deployed(resumed)
    assert resumed.status == 0


def test_failed_read_stops_the_script_unless_the_resource_does_not_exist(deploy: Deployer) -> None:
    run = deploy("infra", "--project", PROJECT, fails="services list")

    assert run.status == 1
    assert run.changes == []
    assert "This command failed: gcloud services list" in run.stderr
    assert 'step "APIs" failed' in run.stderr


def test_grant_is_retried_until_a_new_account_is_visible(deployed: Deployer) -> None:
    error = "HTTPError 400: Service account sonube-api@my-project.iam.gserviceaccount.com does not exist."
    cloud = deployed.cloud()
    cloud["policies"]["bucket my-project-sonube"].clear()
    deployed.resources = cloud

    failing = "storage buckets add-iam-policy-binding"
    run = deployed("infra", "--project", PROJECT, fails=failing, error=error)

    assert len([c for c in run.changes if "add-iam-policy-binding" in c]) == 10
    assert error in run.stderr
    assert 'step "permissions" failed' in run.stderr


def test_other_refusals_are_not_retried(deployed: Deployer) -> None:
    deployed.resources["functions"] = {}
    run = deployed("functions", "--project", PROJECT, fails="functions deploy sonube-convert --gen2")

    assert _deployed(run) == ["sonube-notify", "sonube-convert-queued", "sonube-convert"]


def test_dry_run_prints_the_commands_of_the_first_run_and_runs_none(deploy: Deployer, first: Run) -> None:
    dry = deploy("all", "--project", PROJECT, "--budget", "20EUR", "--dry-run")
    real = {shlex.join(_without_cloud_values(words)) for words in first.printed_changes}
    printed = {shlex.join(_without_cloud_values(words)) for words in dry.printed_changes}

    assert (dry.status, dry.calls) == (0, [])
    assert printed - real == {"python3 -IS tools/stage.py"}
    assert real - printed == set()


def _deployed(run: Run) -> list[str]:
    return [change[3] for change in run.changes if change[1:3] == ["functions", "deploy"]]


def _without_cloud_values(words: list[str]) -> list[str]:
    text = "\0".join(words).replace("123456789012", "0").replace("AIza-key", "no-key-yet")
    text = re.sub(r"sonube=([0-9a-f]{32}|not-staged)", "sonube=FINGERPRINT", text)
    text = text.replace("--billing-account=A", "--billing-account=BILLING_ACCOUNT")
    text = text.replace("eventarc-us-central1-sonube-convert-1", "SUBSCRIPTION_OF_THE_TRIGGER")
    return re.sub(r"^\S*python[0-9.]*\0", "python3\0", text).split("\0")
