"""What doctor says in words, and what destroy takes away and leaves."""

from __future__ import annotations

from typing import Any

import pytest

from tests.deploy.running import PROJECT, Deployer

INFRA = ("infra", "--project", PROJECT)


@pytest.fixture(scope="module")
def ready(fresh: Deployer) -> Deployer:
    assert fresh(*INFRA).status == 0
    return fresh


def test_destroy_asks_and_takes_no_answer_for_no(ready: Deployer) -> None:
    run = ready("destroy", "--project", PROJECT)

    assert run.status == 1
    assert run.changes == []
    assert "Nothing was removed." in run.complaint


def test_destroy_keeps_files_tasks_and_the_queue_unless_told(ready: Deployer) -> None:
    run = ready("destroy", "--project", PROJECT, "--yes")
    left = ready.cloud()

    assert run.status == 0
    assert [
        kind
        for kind in ("accounts", "buckets", "databases", "keys", "metrics", "queues", "topics")
        if left[kind]
    ] == ["buckets", "databases", "queues"]
    assert not [pair for pair in left["policies"]["project"] if "@my-project." in pair[1]]


def test_destroy_with_data_removes_the_bucket_and_the_protected_database(ready: Deployer) -> None:
    run = ready("destroy", "--project", PROJECT, "--yes", "--with-data")
    left = ready.cloud()

    assert run.status == 0
    assert (left["buckets"], left["databases"]) == ({}, {})


def test_doctor_changes_nothing_and_is_content_with_an_empty_project(deploy: Deployer) -> None:
    run = deploy("doctor", "--project", PROJECT)

    assert (run.status, run.changes) == (0, [])
    assert "0 problems." in run.output


@pytest.mark.parametrize(
    ("cloud", "sentence"),
    [
        ({"settings": {"version": "400.0.0"}}, "gcloud 400.0.0 is older than"),
        ({"settings": {"billing": False}}, "Billing is off. Run: gcloud billing projects link"),
        ({"settings": {"quota": "8000"}}, "Cloud Run may use 8 CPUs in us-central1, 40 are needed"),
        (
            {"lacking": {"iam.serviceAccounts.create": 1}},
            "This account lacks iam.serviceAccounts.create. Grant it",
        ),
        (
            {"buckets": {"gs://my-project-sonube": {"location": "EUROPE-WEST1"}}},
            "The bucket is in europe-west1, not in us-central1",
        ),
        (
            {"databases": {"(default)": {"type": "DATASTORE_MODE", "locationId": "us-central1"}}},
            "The default database is in Datastore mode.",
        ),
    ],
)
def test_doctor_names_what_is_missing(
    deploy: Deployer, cloud: dict[str, dict[str, Any]], sentence: str
) -> None:
    deploy.things = cloud
    run = deploy("doctor", "--project", PROJECT)

    assert run.status == 1
    assert f"  MISSING  {sentence}" in run.output
    assert "1 problems." in run.output


@pytest.mark.parametrize(
    ("failing", "sentence"),
    [
        ("auth print-access-token", "No valid login. Run: gcloud auth login"),
        ("gcloud projects describe", f"Project {PROJECT} cannot be read"),
    ],
)
def test_doctor_names_what_cannot_be_asked(deploy: Deployer, failing: str, sentence: str) -> None:
    run = deploy("doctor", "--project", PROJECT, fails=failing)

    assert run.status == 1
    assert f"  MISSING  {sentence}" in run.output


def test_doctor_knows_that_later_runtimes_have_no_ffmpeg(deploy: Deployer) -> None:
    settings = deploy.repository / "deploy" / "settings.sh"
    settings.write_text(settings.read_text().replace("RUNTIME=python312", "RUNTIME=python314"))
    run = deploy("doctor", "--project", PROJECT)

    assert "  MISSING  There is no ffmpeg in the python314 image, and the layer is not built." in run.output


def test_all_stops_at_what_doctor_finds_unless_told_to_go_on(deploy: Deployer) -> None:
    deploy.things = {"settings": {"billing": False}}
    run = deploy("all", "--project", PROJECT)

    assert run.status == 1
    assert run.changes == []
    assert "Nothing was changed." in run.complaint


@pytest.mark.parametrize("arguments", [("fly",), ("infra", "--region", "a b"), ("infra", "--bucket=$(id)")])
def test_words_that_it_does_not_know_are_refused(deploy: Deployer, arguments: tuple[str, ...]) -> None:
    run = deploy(*arguments)

    assert run.status == 2
    assert run.calls == []
