"""deploy.sh from nothing, again, with a part there, and with a step that fails."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.deploy.running import PROJECT, ROOT, Deployer, Run, new_deployer

TRANSCRIPT = Path(__file__).with_name("transcript.txt")
# These follow from firestore.indexes.json, entry by entry, and have a test of their own.
INDEX = re.compile(r"  \+ gcloud firestore (indexes|fields) ")
ALL = ("all", "--project", PROJECT, "--yes", "--budget", "20EUR")


@pytest.fixture(scope="module")
def first(fresh: Deployer) -> Run:
    return fresh(*ALL)


@pytest.fixture
def deployed(first: Run, fresh: Deployer, tmp_path: Path) -> Deployer:
    """A copy of the project in which everything is there."""
    assert first.status == 0
    return new_deployer(tmp_path, fresh.cloud(), source=fresh.repository)


def test_from_nothing_it_gives_the_commands_of_the_reviewed_transcript(first: Run, tmp_path: Path) -> None:
    steps = first.output[first.output.index("== APIs") : first.output.index("== status")]
    lines = [line for line in steps.splitlines() if line.startswith(("==", "  +")) and not INDEX.match(line)]
    found = re.sub(r"sonube=[0-9a-f]{32}", "sonube=FINGERPRINT", "\n".join(lines)) + "\n"
    (tmp_path / "transcript.txt").write_text(found)

    assert (first.status, first.complaint) == (0, "")
    assert TRANSCRIPT.read_text() == found, f"review, then copy {tmp_path / 'transcript.txt'}"


def test_firestore_gets_each_index_exemption_and_time_to_live_of_the_file(first: Run) -> None:
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


def test_what_it_prints_is_what_it_runs_word_for_word(first: Run) -> None:
    printed = [words for words in first.printed_changes if words[0] == "gcloud"]

    assert printed == first.changes


def test_run_again_it_changes_nothing(deployed: Deployer) -> None:
    before = deployed.cloud()
    again = deployed(*ALL)

    assert (again.status, again.complaint) == (0, "")
    assert again.changes == again.printed_changes == []
    assert "Done: nothing to change." in again.output
    assert before == deployed.cloud()


def test_what_is_lacking_or_differs_is_put_right_and_nothing_else(deployed: Deployer) -> None:
    whole = deployed.cloud()
    damaged = deployed.cloud()
    del damaged["apis"]["run.googleapis.com"]
    damaged["buckets"][f"gs://{PROJECT}-sonube"]["iamConfiguration"]["publicAccessPrevention"] = "inherited"
    damaged["queues"]["sonube-notify"]["retryConfig"]["maxAttempts"] = 3
    damaged["metrics"]["sonube_outcomes"]["filter"] = "severity=ERROR"
    del damaged["exempt"]["tasks claim"]
    damaged["policies"]["queue sonube-notify"].clear()
    deployed.things = damaged

    mended = deployed("infra", "--project", PROJECT)

    assert [" ".join(change[1:3]) for change in mended.changes] == [
        "services enable",
        "storage buckets",
        "firestore indexes",
        "tasks queues",
        "tasks queues",
        "logging metrics",
    ]
    assert whole["policies"] == deployed.cloud()["policies"]
    assert whole["queues"] == deployed.cloud()["queues"]


def test_a_function_is_deployed_again_when_its_source_changes_and_no_other_is(deployed: Deployer) -> None:
    with (deployed.repository / "functions" / "notify" / "claims.py").open("a") as source:
        source.write("\n# changed\n")

    again = deployed("functions", "--project", PROJECT)

    assert [change[:4] for change in again.changes] == [["gcloud", "functions", "deploy", "sonube-notify"]]


def test_a_step_that_fails_stops_it_says_where_and_the_next_run_goes_on_from_there(
    deployed: Deployer,
) -> None:
    cloud = deployed.cloud()
    for kind in ("functions", "services", "triggers", "jobs"):
        cloud[kind] = {}
    deployed.things = cloud

    broken = deployed("functions", "--project", PROJECT, fails="functions deploy sonube-convert")
    resumed = deployed("functions", "--project", PROJECT)

    assert broken.status == 1
    assert 'stopped in step "convert"' in broken.complaint
    assert "because the test says so" in broken.complaint
    assert [f"sonube-{name}" for name in ("notify", "convert")] == _deployed(broken)
    assert [f"sonube-{name}" for name in ("convert", "api")] == _deployed(resumed)
    assert resumed.status == 0


def test_a_look_that_fails_for_another_reason_than_not_found_stops_it(deploy: Deployer) -> None:
    run = deploy("infra", "--project", PROJECT, fails="services list")

    assert run.status == 1
    assert run.changes == []
    assert "could not be read: gcloud services list" in run.complaint
    assert 'stopped in step "APIs"' in run.complaint


def test_a_grant_is_tried_again_while_a_new_account_is_not_known_everywhere(deployed: Deployer) -> None:
    cloud = deployed.cloud()
    cloud["policies"]["bucket my-project-sonube"].clear()
    deployed.things = cloud

    run = deployed("infra", "--project", PROJECT, fails="storage buckets add-iam-policy-binding")

    assert len([c for c in run.changes if "add-iam-policy-binding" in c]) == 6
    assert 'stopped in step "permissions"' in run.complaint


def test_a_deployment_is_tried_again_while_googles_agents_do_not_have_their_permissions(
    deployed: Deployer,
) -> None:
    complaint = "Permission denied while using the Eventarc Service Agent. It may take a few minutes."
    deployed.things["functions"] = {}
    failing = "functions deploy sonube-convert"
    run = deployed("functions", "--project", PROJECT, fails=failing, complaint=complaint)

    assert _deployed(run) == ["sonube-notify"] + 4 * ["sonube-convert"]
    assert complaint in run.complaint
    assert 'stopped in step "convert"' in run.complaint


def test_a_dry_run_runs_nothing_and_prints_the_commands_of_the_first_run(
    deploy: Deployer, first: Run
) -> None:
    dry = deploy("all", "--project", PROJECT, "--budget", "20EUR", "--dry-run")
    real = {shlex.join(_without_what_only_the_cloud_knows(words)) for words in first.printed_changes}
    printed = {shlex.join(_without_what_only_the_cloud_knows(words)) for words in dry.printed_changes}

    assert (dry.status, dry.calls) == (0, [])
    # A dry run cannot know that the flag of its deployment has made api public already.
    public = "gcloud run services add-iam-policy-binding sonube-api --region=us-central1"
    assert {
        "python3 -IS tools/stage.py",
        f"{public} --member=allUsers --role=roles/run.invoker",
    } == printed - real
    assert real - printed == set()


def _deployed(run: Run) -> list[str]:
    return [change[3] for change in run.changes if change[1:3] == ["functions", "deploy"]]


def _without_what_only_the_cloud_knows(words: list[str]) -> list[str]:
    text = "\0".join(words).replace("123456789012", "0").replace("AIza-key", "no-key-yet")
    text = re.sub(r"sonube=([0-9a-f]{32}|not-staged)", "sonube=FINGERPRINT", text)
    text = text.replace("--billing-account=A", "--billing-account=BILLING_ACCOUNT")
    text = text.replace("eventarc-us-central1-sonube-convert-1", "SUBSCRIPTION_OF_THE_TRIGGER")
    return re.sub(r"^\S*python[0-9.]*\0", "python3\0", text).split("\0")
