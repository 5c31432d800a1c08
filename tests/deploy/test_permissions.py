"""Least privilege: one table is the script's, the documentation's and the code's."""

from __future__ import annotations

import re
from itertools import starmap
from typing import NamedTuple

import pytest

from shared.config import SETTINGS
from tests.deploy.running import ROOT
from tools.stage import FUNCTIONS, bundle_files

# What each adapter calls, and the narrowest role that Google predefines for it.
NEEDED = {
    "firestore": {("roles/datastore.user", "project")},
    "storage": {("roles/storage.objectUser", "bucket")},
    "cloud_tasks": {
        ("roles/cloudtasks.enqueuer", "{queue}"),
        ("roles/iam.serviceAccountUser", "account:invoker"),
    },
    "identity": {("roles/firebaseauth.viewer", "project")},
    "signing": {("{objects}", "bucket"), ("roles/iam.serviceAccountTokenCreator", "account:{function}")},
}
# A signed URL permits what its signer may do: api signs uploads too, notify downloads only.
OBJECTS = {"api": "roles/storage.objectUser", "notify": "roles/storage.objectViewer"}
QUEUES = {"TASKS_QUEUE": "queue:notify", "WEBHOOKS_QUEUE": "queue:webhooks"}
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
    files = bundle_files(function)
    pairs = {pair for name in NEEDED if f"shared/adapters/{name}.py" in files for pair in NEEDED[name]}
    queues = [QUEUES[s.name] for s in SETTINGS if s.name in QUEUES and function in s.readers.split()]
    words = {"function": function, "objects": OBJECTS.get(function, "")}
    found = {
        (role.format(**words), scope.format(queue=queue, **words))
        for role, scope in pairs
        for queue in (queues if scope == "{queue}" else [""])
    }
    wider = ("roles/storage.objectUser", "bucket")
    return found - {("roles/storage.objectViewer", "bucket")} if wider in found else found


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
