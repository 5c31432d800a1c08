"""Least privilege: grants match the adapters of the functions and the documentation."""

from __future__ import annotations

import re
from itertools import starmap
from typing import NamedTuple

import pytest

from shared.runtime.config import SETTINGS
from tests.deploy.running import ROOT
from tools.stage import FUNCTIONS, bundle_files

DATASTORE, OBJECTS = ("roles/datastore.user", "project"), ("roles/storage.objectUser", "bucket")
USERS = ("projects/PROJECT/roles/sonubeUsers", "project")
# The roles that each adapter needs: the narrowest that Google predefines.
NEEDED = {
    "tasks/cloud_tasks": {
        ("roles/cloudtasks.enqueuer", "{queue}"),
        ("roles/iam.serviceAccountUser", "account:invoker"),
    },
    "failures": set[tuple[str, str]](),  # imports exceptions only
    "google": set(),  # as failures
    "firestore/client_records": {DATASTORE},
    "identity/accounts": set(),  # an API key, no role
    "identity/certificates": set(),  # public
    "identity/lookup": {USERS},
    "identity/tokens": set(),  # a computation
    "identity/users": {USERS},
    "firestore/rest_records": {DATASTORE},
    "google_json": set(),  # of APIs that its callers name
    "storage/bucket": {OBJECTS},
    "storage/drops": {OBJECTS},
    "storage/objects": {OBJECTS},
    # A signed URL has the permissions of its signer: uploads and downloads.
    "storage/signing": {OBJECTS, ("roles/iam.serviceAccountTokenCreator", "account:{function}")},
}
QUEUES = {
    "TASKS_QUEUE": "queue:notify",
    "WEBHOOKS_QUEUE": "queue:webhooks",
    "LONG_QUEUE": "queue:long",
    "BULK_QUEUE": "queue:bulk",
}
# An adapter that imports none of these makes no calls to Google.
CALLS = re.compile(
    r"^ *(from|import) (google|firebase_admin|requests|shared.adapters.google_json)\b", re.MULTILINE
)
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
    adapters = [
        name.removeprefix("shared/adapters/").removesuffix(".py")
        for name, file in bundle_files(function).items()
        if name.startswith("shared/adapters/") and CALLS.search(file.read_text())
    ]
    queues = [QUEUES[s.name] for s in SETTINGS if s.name in QUEUES and function in s.readers.split()]
    return {
        (role, scope.format(queue=queue, function=function))
        for adapter in adapters
        for role, scope in NEEDED[adapter]
        for queue in (queues if scope == "{queue}" else [""])
    }


@pytest.mark.parametrize("function", FUNCTIONS)
def test_function_has_exactly_the_roles_that_its_adapters_need(function: str) -> None:
    given = {(grant.role, grant.scope) for grant in grants() if grant.who == function}

    assert needed(function) == given


def test_no_account_has_a_basic_or_admin_role() -> None:
    assert [grant for grant in grants() if TOO_MUCH.search(grant.role)] == []


def test_nothing_is_public_by_a_role() -> None:
    assert [grant for grant in grants() if grant.who.startswith("all")] == []


def test_only_its_caller_may_invoke_a_private_function() -> None:
    callers = {grant.scope: grant.who for grant in grants() if grant.role == "roles/run.invoker"}

    assert callers == {
        "service:notify": "invoker",
        "service:convert": "trigger",
        "service:convert-queued": "invoker",
    }


def test_documented_permissions_equal_the_grants() -> None:
    document = (ROOT / "docs" / "permissions.md").read_text()
    rows = [line.strip("| ").split(" | ") for line in document.splitlines() if line.startswith("| `")]

    assert [(f"`{g.who}`", f"`{g.role}`", f"`{g.scope}`", g.why) for g in grants()] == [
        tuple(row) for row in rows
    ]
