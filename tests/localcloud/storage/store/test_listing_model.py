"""Listing agrees with a plain reading of its definition, for any names, prefix, delimiter and page size."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localcloud.database import Database
from localcloud.storage.errors import StorageError
from localcloud.storage.protocol.partial_response import selected
from localcloud.storage.store.attributes import Attributes
from localcloud.storage.store.blobs import Blobs, Content
from localcloud.storage.store.buckets import Buckets
from localcloud.storage.store.listing import ListQuery, list_objects
from localcloud.storage.store.objects import Objects
from localcloud.storage.store.preconditions import ANY

if TYPE_CHECKING:
    from pathlib import Path

LETTERS = "a/b\x00\ud7ff\ue000\U0010ffffé"  # with the code points around which a successor is easily wrong
NAMES = st.sets(st.text(LETTERS, min_size=1, max_size=5), max_size=12)


def stored_in(directory: Path, names: set[str]) -> Database:
    """A database whose bucket `songs` holds an object of each name."""
    database = Database(":memory:")
    buckets = Buckets(database, time.time)
    buckets.create({"name": "songs"})
    objects = Objects(database, Blobs(directory), buckets, lambda _: None, time.time)
    for name in names:
        objects.put("songs", name, Attributes(), Content("none", 0, "", None), ANY)
    return database


def listed(database: Database, prefix: str, delimiter: str, size: int) -> tuple[list[str], list[str]]:
    """All pages together."""
    names: list[str] = []
    prefixes: list[str] = []
    token = ""
    while True:
        query = {"prefix": prefix, "delimiter": delimiter, "maxResults": str(size), "pageToken": token}
        page = list_objects(database, "songs", ListQuery.from_query(query))
        assert len(page.objects) + len(page.prefixes) <= size
        names += [each.name for each in page.objects]
        prefixes += page.prefixes
        if page.next_token is None:
            return names, prefixes
        token = page.next_token


def defined(names: set[str], prefix: str, delimiter: str) -> tuple[list[str], list[str]]:
    """What the definition says, name by name."""
    found = sorted(name for name in names if name.startswith(prefix))
    folded: dict[str, str | None] = {}
    for name in found:
        below = name[len(prefix) :]
        at = below.find(delimiter) if delimiter else -1
        folded[name] = None if at < 0 else prefix + below[: at + len(delimiter)]
    return [n for n in found if folded[n] is None], sorted({p for p in folded.values() if p is not None})


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=NAMES,
    prefix=st.text(LETTERS, max_size=2),
    delimiter=st.sampled_from(["", "/", "b", "\U0010ffff", "a/"]),
    size=st.integers(1, 5),
)
def test_a_listing_is_what_its_definition_says(
    tmp_path: Path, names: set[str], prefix: str, delimiter: str, size: int
) -> None:
    database = stored_in(tmp_path, names)

    assert listed(database, prefix, delimiter, size) == defined(names, prefix, delimiter)
    database.close()


RESOURCE = {"kind": "k", "items": [{"name": "a", "acl": {"role": "r", "entity": "e"}}], "next": "t"}


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        (None, RESOURCE),
        ("*", RESOURCE),
        ("next", {"next": "t"}),
        ("items(name),next", {"items": [{"name": "a"}], "next": "t"}),
        ("items/name", {"items": [{"name": "a"}]}),
        ("items/acl(role)", {"items": [{"acl": {"role": "r"}}]}),
        ("items/*/role", {"items": [{"name": "a", "acl": {"role": "r"}}]}),
        ("items/name,items/acl/entity", {"items": [{"name": "a", "acl": {"entity": "e"}}]}),
        ("nothing", {}),
    ],
)
def test_fields_select_parts(fields: str | None, part: object) -> None:
    assert selected(RESOURCE, fields) == part


@pytest.mark.parametrize("fields", ["items(", "items)", ",", "a,,b", "a//b", "a b!", "items()"])
def test_fields_that_do_not_parse_are_refused(fields: str) -> None:
    with pytest.raises(StorageError, match="field selection"):
        selected(RESOURCE, fields)
