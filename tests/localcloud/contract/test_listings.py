"""Listings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import requests

from tests.waiting import HANG_S

if TYPE_CHECKING:
    from tests.localcloud.contract.place import Place


def test_a_delimiter_groups_names_into_prefixes(at: Place) -> None:
    for name in ("x/a", "x/y/b", "z"):
        at.put(name, b"1")
    pages = at.client.list_blobs(at.bucket, prefix="x/", delimiter="/")

    assert ([blob.name for blob in pages], set(pages.prefixes)) == (["x/a"], {"x/y/"})


def test_start_offset_includes_and_end_offset_excludes(at: Place) -> None:
    for name in "abcd":
        at.put(name, b"1")

    assert at.names(start_offset="b", end_offset="d") == ["b", "c"]


def test_pages_return_every_name_once(at: Place) -> None:
    for name in "abcde":
        at.put(name, b"1")

    assert at.names(page_size=2) == list("abcde")
    assert at.names(max_results=3) == list("abc")


def test_names_are_ordered_by_their_utf8_bytes(at: Place) -> None:
    expected = ["B", "a", "é", "\uffee", "🎶"]
    for name in reversed(expected):
        at.put(name, b"1")

    assert at.names() == expected


def test_fields_restrict_the_answer(at: Place) -> None:
    at.put("song")
    url = f"{at.url}/storage/v1/b/{at.bucket.name}/o?fields=items(name)"

    assert requests.get(url, timeout=HANG_S).json() == {"items": [{"name": "song"}]}
