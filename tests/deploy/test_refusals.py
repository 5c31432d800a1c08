"""What Google refuses in new projects: deploy.sh waits, does what fits, or says what to ask for."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.fake_gcloud.refusals import NEW_PROJECT, WORDS
from tests.deploy.fake_gcloud.state import NUMBER
from tests.deploy.running import PROJECT, ROOT, Deployer, Run, new_deployer

ALL = ("all", "--project", PROJECT, "--yes")
TRANSCRIPT = Path(__file__).with_name("transcript-new-project.txt")
FUNCTIONS = ("functions", "--project", PROJECT)
FIVE_MINUTES_S = 300


def agent(name: str) -> str:
    return f"serviceAccount:service-{NUMBER}@gcp-sa-{name}.iam.gserviceaccount.com"


@pytest.fixture(scope="module")
def deployed(fresh: Deployer) -> Run:
    """With everything that may be refused in a new project, and in the end nothing is."""
    fresh.refusals = NEW_PROJECT
    return fresh(*ALL)


TIMES = {"since_s", "lastAttemptTime", "status", "updateTime"}


def lasting(deployer: Deployer) -> dict[str, Any]:
    """The cloud without times, and with grants in order."""
    cloud = {kind: untimed(found) for kind, found in deployer.cloud().items() if kind != "times"}
    return cloud | {"policies": {on: sorted(grants) for on, grants in cloud["policies"].items()}}


def untimed(found: Any) -> Any:
    """Without the fields of TIMES, at any depth."""
    if isinstance(found, dict):
        return {key: untimed(value) for key, value in found.items() if key not in TIMES}
    return [untimed(value) for value in found] if isinstance(found, list) else found


def seconds_waited(run: Run) -> int:
    return sum(map(int, re.findall(r"… waiting (\d+) s", run.stdout)))


def test_all_gets_through_all_refusals_together_as_in_the_transcript(deployed: Run, tmp_path: Path) -> None:
    found = deployed.transcript("==", "  +", "  …", "  !")
    (tmp_path / "transcript.txt").write_text(found)

    assert (deployed.status, deployed.stderr) == (0, "")
    assert TRANSCRIPT.read_text() == found, f"review, then copy {tmp_path / 'transcript.txt'}"


@pytest.mark.wide
@pytest.mark.parametrize("refusal", NEW_PROJECT)
def test_all_gets_through_each_refusal_of_a_new_project(deploy: Deployer, refusal: str) -> None:
    deploy.refusals = (refusal,)
    run = deploy(*ALL)

    assert (run.status, run.stderr) == (0, "")
    assert sorted(deploy.resources["functions"]) == [
        "sonube-api",
        "sonube-convert",
        "sonube-convert-queued",
        "sonube-notify",
    ]
    assert "sonube-sweep" in deploy.resources["jobs"]


# Together, the wide ones kill it after each change.
@pytest.mark.parametrize(
    ("first", "step"),
    [(20, 37), *(pytest.param(first, 8, marks=pytest.mark.wide) for first in range(1, 9))],
)
def test_killed_after_any_change_the_next_run_continues(
    deploy: Deployer, first: int, step: int, tmp_path: Path, bundles: Path
) -> None:
    other = tmp_path / "undisturbed"
    other.mkdir()
    undisturbed = new_deployer(other, bundles=bundles)
    assert undisturbed(*ALL).status == 0

    runs = [deploy(*ALL, kill_after=first)]
    while runs[-1].status == -signal.SIGKILL:
        runs.append(deploy(*ALL, kill_after=step))

    assert (runs[-1].status, runs[-1].stderr) == (0, "")
    assert len(runs) > 70 // step
    assert lasting(deploy) == lasting(undisturbed)


def test_every_refusal_that_passes_is_in_the_table() -> None:
    lines = (ROOT / "deploy" / "refusals.tsv").read_text().splitlines()[1:]
    patterns = [line.split("\t")[0] for line in lines]
    lasting = {"memory_quota", "max_scale", "domain_restriction", "invoker_check_required"}
    lasting |= {"restricted_regions", "no_beta"}

    for name, words in WORDS.items():
        assert any(re.search(pattern, words["text"]) for pattern in patterns) == (name not in lasting), name
    assert all(len(line.split("\t")) == 3 for line in lines)


def test_api_that_never_gets_ready_is_reported_after_five_minutes(deploy: Deployer) -> None:
    error = WORDS["disabled_apis"]["text"]
    run = deploy("infra", "--project", PROJECT, fails="firestore databases describe", error=error)

    assert run.status == 1
    assert seconds_waited(run) == FIVE_MINUTES_S
    assert "an API that was enabled a moment ago is not ready everywhere" in run.stdout
    assert "has not been used in project" in run.stderr
    assert 'step "Firestore" failed' in run.stderr


def test_doctor_does_not_wait(deploy: Deployer) -> None:
    deploy.refusals = ("disabled_apis",)
    run = deploy("doctor", "--project", PROJECT)

    assert (run.status, seconds_waited(run)) == (0, 0)
    assert "ok       permissions" in run.stdout


def test_seventeen_conflicts_of_firestore_in_a_row_are_waited_for(deploy: Deployer) -> None:
    deploy.refusals = ("index_contention",)
    run = deploy("infra", "--project", PROJECT)
    changes = [c for c in run.changes if c[1:3] in (["firestore", "indexes"], ["firestore", "fields"])]

    assert run.status == 0
    assert len(changes) - len({tuple(change) for change in changes}) >= 17
    assert "Firestore applies one change of indexes at a time" in run.stdout


def test_service_agents_get_their_roles_before_the_first_deployment(deployed: Run) -> None:
    calls = [" ".join(call) for call in deployed.calls]
    first = next(i for i, call in enumerate(calls) if "functions deploy" in call)

    for name in ("eventarc", "pubsub"):
        grant = f"--member={agent(name)} --role=roles/{name}.serviceAgent"
        assert [i < first for i, call in enumerate(calls) if grant in call] == [True]


# --- instances ---


@pytest.mark.parametrize("wording", ["memory_quota", pytest.param("max_scale", marks=pytest.mark.wide)])
def test_instances_that_fit_are_deployed_and_said(deploy: Deployer, wording: str) -> None:
    set_memory(deploy, "4Gi")
    deploy.refusals = ("memory_quota",)
    deploy.resources = ready(quotas={}, **{"quota wording": wording})
    run = deploy(*FUNCTIONS)
    again = deploy(*FUNCTIONS)

    assert run.status == 0
    assert deploy.resources["functions"]["sonube-convert"]["instances"] == "10"
    assert "Note: sonube-convert has 10 instances at most instead of 20" in run.stdout
    assert again.changes == []


def test_readable_quota_avoids_the_refusal_and_a_higher_one_is_used(deploy: Deployer) -> None:
    set_memory(deploy, "4Gi")
    deploy.refusals = ("memory_quota",)
    deploy.resources = ready()
    run = deploy(*FUNCTIONS)

    assert [c for c in run.changes if c[1:4] == ["functions", "deploy", "sonube-convert"]][1:] == []
    assert deploy.resources["functions"]["sonube-convert"]["instances"] == "10"
    assert "Note: sonube-convert has 10 instances" in run.stdout

    deploy.refusals = ()
    deploy.resources["settings"] = {"quotas": {"CpuAllocPerProjectRegion": 20_000}}
    more = deploy(*FUNCTIONS)

    assert deploy.resources["functions"]["sonube-convert"]["instances"] == "20"
    assert "Note:" not in more.stdout


def test_quota_of_no_instance_stops_with_what_to_do(deploy: Deployer) -> None:
    deploy.resources = ready(quotas={"MemAllocPerProjectRegion": 1})
    run = deploy(*FUNCTIONS)

    assert run.status == 1
    assert "does not allow a single instance of sonube-notify. Request an increase" in run.stderr


def test_settings_fit_the_quota_of_a_new_project(deployed: Run, fresh: Deployer) -> None:
    assert fresh.resources["functions"]["sonube-convert"]["instances"] == "20"
    assert "Note:" not in deployed.stdout


def ready(**settings: Any) -> dict[str, dict[str, Any]]:
    """What the functions need."""
    return {
        "buckets": {f"gs://{PROJECT}-sonube": {"location": "US-CENTRAL1"}},
        "keys": {"K": {"name": "K", "displayName": "Sonube"}},
        "settings": settings,
    }


def set_memory(deploy: Deployer, memory: str) -> None:
    settings = deploy.repository / "deploy" / "settings.sh"
    settings.write_text(re.sub("CONVERT_MEMORY=.*", f"CONVERT_MEMORY={memory}", settings.read_text()))


# --- public access ---


def test_only_api_is_public_and_by_its_service_on_every_project(deployed: Run, fresh: Deployer) -> None:
    opened = [call for call in deployed.calls if "--no-invoker-iam-check" in call]
    annotations = {
        name: service["metadata"]["annotations"].get("run.googleapis.com/invoker-iam-disabled")
        for name, service in fresh.resources["services"].items()
    }

    assert [call[1:5] for call in opened] == [["run", "services", "update", "sonube-api"]]
    assert annotations == {
        "sonube-api": "true",
        "sonube-convert": None,
        "sonube-convert-queued": None,
        "sonube-notify": None,
    }
    assert "allUsers" not in json.dumps([deployed.calls, fresh.resources["policies"]])


def test_api_is_opened_again_if_a_deployment_closed_it(deployed: Run, fresh: Deployer) -> None:
    assert deployed.status == 0
    del fresh.resources["services"]["sonube-api"]["metadata"]["annotations"][
        "run.googleapis.com/invoker-iam-disabled"
    ]
    again = fresh("functions", "--project", PROJECT)

    assert [call[1:5] for call in again.changes] == [["run", "services", "update", "sonube-api"]]


def test_policy_against_public_services_is_explained_and_nothing_is_skipped(deploy: Deployer) -> None:
    deploy.refusals = ("invoker_check_required",)
    deploy.resources = ready()
    run = deploy(*FUNCTIONS)

    assert run.status == 1
    assert "constraints/run.managed.requireInvokerIam" in run.stderr
    assert "Ask your administrator" in run.stderr
    assert "sonube-sweep" in deploy.resources["jobs"]


def test_alert_on_a_metric_that_stays_unknown_does_not_stop_the_rest(deploy: Deployer) -> None:
    error = WORDS["new_metrics"]["text"]
    deploy.resources = ready()
    run = deploy(*FUNCTIONS, fails="user/sonube_upload_to_finished_ms", error=error)

    assert run.status == 0
    assert "Note: The alert slow could not be created. Run ./deploy.sh functions again" in run.stdout
    assert len(deploy.resources["alertPolicies"]) == 4


# --- regions ---


def test_region_without_builds_is_known_beforehand_and_explained(deploy: Deployer) -> None:
    deploy.refusals = ("restricted_regions",)
    doctor = deploy("doctor", "--project", PROJECT, "--region", "europe-west3")
    deploy.resources = ready()
    run = deploy(*FUNCTIONS, "--region", "europe-west3")

    assert "New projects may build only in us-central1" in doctor.stdout
    assert run.status == 1
    assert "This project may not build in europe-west3." in run.stderr
