"""Least privilege: one table is the script's, the documentation's and the code's."""

from __future__ import annotations

import re
from itertools import starmap
from pathlib import Path
from typing import NamedTuple

import pytest

from shared.runtime.config import SETTINGS
from tests.deploy.running import ROOT
from tools.stage import FUNCTIONS, bundle_files

DATASTORE, OBJECTS = ("roles/datastore.user", "project"), ("roles/storage.objectUser", "bucket")
# What each adapter calls, and the narrowest role that Google predefines for it.
NEEDED = {
    "cloud_tasks": {
        ("roles/cloudtasks.enqueuer", "{queue}"),
        ("roles/iam.serviceAccountUser", "account:invoker"),
    },
    "drops": {OBJECTS},
    "failures": set[tuple[str, str]](),  # names the errors
    "google": set(),  # as failures
    "google_records": {DATASTORE},
    "identity": set(),  # an API key, no role
    "rest_calls": {DATASTORE},
    "rest_records": set(),  # calls by rest_calls
    # A signed URL permits what its signer may do: uploads and downloads.
    "signing": {OBJECTS, ("roles/iam.serviceAccountTokenCreator", "account:{function}")},
    "storage": {OBJECTS},
    "sweeping": {OBJECTS},
    "task_folder": {OBJECTS},
    "tokens": {("roles/firebaseauth.viewer", "project")},
}
QUEUES = {"TASKS_QUEUE": "queue:notify", "WEBHOOKS_QUEUE": "queue:webhooks"}
# What an adapter calls Google with; one that imports none of it only reckons.
CALLS = re.compile(r"^ *(from|import) (google|firebase_admin|requests)\b", re.MULTILINE)
TOO_MUCH = re.compile(r"roles/(owner|editor|viewer)$|[aA]dmin$")


class Grant(NamedTuple):
    who: str
    role: str
    scope: str
    why: str


def grants() -> list[Grant]:
    lines = (ROOT / "deploy" / "grants.tsv").read_text().splitlines()
    return list(starmap(Grant, (line.split("\t") for line in lines if not line.startswith("#"))))


def needed(function: str) -> set[tuple[str, str]]:
    files = [file for name, file in bundle_files(function).items() if Path(name).parent.name == "adapters"]
    adapters = [file.stem for file in files if CALLS.search(file.read_text())]
    queues = [QUEUES[s.name] for s in SETTINGS if s.name in QUEUES and function in s.readers.split()]
    return {
        (role, scope.format(queue=queue, function=function))
        for adapter in adapters
        for role, scope in NEEDED[adapter]
        for queue in (queues if scope == "{queue}" else [""])
    }


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_the_roles_that_its_adapters_need_and_no_other(function: str) -> None:
    given = {(grant.role, grant.scope) for grant in grants() if grant.who == function}

    assert needed(function) == given


def test_nobody_has_a_basic_role_or_one_that_administers() -> None:
    assert [grant for grant in grants() if TOO_MUCH.search(grant.role)] == []


def test_only_api_is_open_to_everybody() -> None:
    assert [(grant.role, grant.scope) for grant in grants() if grant.who == "allUsers"] == [
        ("roles/run.invoker", "service:api")
    ]


def test_nobody_but_its_caller_may_invoke_a_private_function() -> None:
    callers = {grant.scope: grant.who for grant in grants() if grant.role == "roles/run.invoker"}

    assert callers == {"service:notify": "invoker", "service:convert": "trigger", "service:api": "allUsers"}


def test_the_documentation_has_the_table_of_the_script() -> None:
    document = (ROOT / "docs" / "permissions.md").read_text()
    rows = [line.strip("| ").split(" | ") for line in document.splitlines() if line.startswith("| `")]

    assert [(f"`{g.who}`", f"`{g.role}`", f"`{g.scope}`", g.why) for g in grants()] == [
        tuple(row) for row in rows
    ]
