"""What doctor reports, and what destroy deletes and keeps."""

from __future__ import annotations

from typing import Any

import pytest

from tests.deploy.running import PROJECT, Deployer

RESTRICTED = {"browserKeyRestrictions": {"allowedReferrers": "https://sonube.example/*"}}
INFRA = ("infra", "--project", PROJECT)


@pytest.fixture(scope="module")
def ready(fresh: Deployer) -> Deployer:
    assert fresh(*INFRA).status == 0
    return fresh


def test_destroy_without_confirmation_deletes_nothing(ready: Deployer) -> None:
    run = ready("destroy", "--project", PROJECT)

    assert run.status == 1
    assert run.changes == []
    assert "Nothing was deleted." in run.stderr


def test_destroy_keeps_files_tasks_and_queues_by_default(ready: Deployer) -> None:
    run = ready("destroy", "--project", PROJECT, "--yes")
    left = ready.cloud()

    assert run.status == 0
    assert [
        kind
        for kind in ("accounts", "buckets", "databases", "keys", "metrics", "queues", "topics")
        if left[kind]
    ] == ["buckets", "databases", "queues"]
    assert not [pair for pair in left["policies"]["project"] if "@my-project." in pair[1]]


def test_destroy_with_data_deletes_the_bucket_and_the_protected_database(ready: Deployer) -> None:
    run = ready("destroy", "--project", PROJECT, "--yes", "--with-data")
    left = ready.cloud()

    assert run.status == 0
    assert (left["buckets"], left["databases"]) == ({}, {})


def test_doctor_finds_no_problems_in_an_empty_project_and_changes_nothing(deploy: Deployer) -> None:
    run = deploy("doctor", "--project", PROJECT)

    assert (run.status, run.changes) == (0, [])
    assert "0 problems." in run.stdout


@pytest.mark.parametrize(
    ("cloud", "sentence"),
    [
        ({"settings": {"version": "400.0.0"}}, "gcloud 400.0.0 is older than"),
        ({"settings": {"billing": False}}, "Billing is disabled. Run: gcloud billing projects link"),
        (
            {"settings": {"quotas": {"MemAllocPerProjectRegion": 2**30}}},
            "The quota of Cloud Run in us-central1 does not allow a single instance of convert.",
        ),
        (
            {"missing permissions": {"iam.serviceAccounts.create": 1}},
            "This account lacks iam.serviceAccounts.create. Grant it",
        ),
        (
            {"buckets": {"gs://my-project-sonube": {"location": "EUROPE-WEST1"}}},
            "The bucket is in europe-west1, not in us-central1",
        ),
        (
            {"keys": {"K": {"displayName": "Sonube", "restrictions": RESTRICTED}}},
            "The API key Sonube is restricted to websites or IP addresses (https://sonube.example/*)",
        ),
        (
            {"databases": {"(default)": {"type": "DATASTORE_MODE", "locationId": "us-central1"}}},
            "The default database is in Datastore mode.",
        ),
    ],
)
def test_doctor_reports_a_problem(deploy: Deployer, cloud: dict[str, dict[str, Any]], sentence: str) -> None:
    deploy.resources = cloud
    run = deploy("doctor", "--project", PROJECT)

    assert run.status == 1
    assert f"  PROBLEM  {sentence}" in run.stdout
    assert "1 problems." in run.stdout


@pytest.mark.parametrize(
    ("failing", "sentence"),
    [
        ("auth print-access-token", "You are not logged in. Run: gcloud auth login"),
        ("gcloud projects describe", f"Project {PROJECT} cannot be read"),
    ],
)
def test_doctor_reports_a_failed_read(deploy: Deployer, failing: str, sentence: str) -> None:
    run = deploy("doctor", "--project", PROJECT, fails=failing)

    assert run.status == 1
    assert f"  PROBLEM  {sentence}" in run.stdout


def test_doctor_says_how_many_instances_the_quotas_allow(deploy: Deployer) -> None:
    deploy.resources = {"settings": {"quotas": {"CpuAllocPerProjectRegion": 8000}}}
    run = deploy("doctor", "--project", PROJECT)

    assert run.status == 0
    assert "8 of 20 instances of convert, because the quota of Cloud Run in us-central1 allows" in run.stdout


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({}, "ok       sign-in with e-mail and password, addresses protected"),
        ({"client": {"permissions": {"disabledUserSignup": True}}}, "ok       sign-up is closed"),
        ({"emailPrivacyConfig": {}}, "unknown  Sign-in with e-mail or the protection of addresses is off."),
        ({"signIn": {"email": {"enabled": False}}}, "unknown  Sign-in with e-mail or the protection"),
    ],
)
def test_doctor_checks_the_settings_of_sign_in(
    deploy: Deployer, changed: dict[str, Any], sentence: str
) -> None:
    config = {
        "signIn": {"email": {"enabled": True, "passwordRequired": True}},
        "emailPrivacyConfig": {"enableImprovedEmailPrivacy": True},
    }
    deploy.resources = {"sign-in": {"config": config | changed}}
    run = deploy("doctor", "--project", PROJECT)

    assert run.status == 0
    assert f"  {sentence}" in run.stdout


def test_all_stops_at_a_problem_without_confirmation(deploy: Deployer) -> None:
    deploy.resources = {"settings": {"billing": False}}
    run = deploy("all", "--project", PROJECT)

    assert run.status == 1
    assert run.changes == []
    assert "Nothing was changed." in run.stderr


@pytest.mark.parametrize("arguments", [("fly",), ("infra", "--region", "a b"), ("infra", "--bucket=$(id)")])
def test_unknown_arguments_are_refused(deploy: Deployer, arguments: tuple[str, ...]) -> None:
    run = deploy(*arguments)

    assert run.status == 2
    assert run.calls == []
