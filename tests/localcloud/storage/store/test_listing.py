"""Listing: order, prefixes, delimiters, pages and offsets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from google.cloud.storage import Bucket, Client

NAMES = ["a", "a/1", "a/2", "a/b/3", "a0", "b/", "b/x", "é", "🎵"]


@pytest.fixture
def full(bucket: Bucket) -> Bucket:
    for name in reversed(NAMES):
        bucket.blob(name).upload_from_string("")
    return bucket


def test_names_come_in_the_order_of_their_bytes(full: Bucket) -> None:
    assert [each.name for each in full.list_blobs()] == sorted(NAMES, key=str.encode)


@pytest.mark.parametrize(
    ("prefix", "names", "prefixes"),
    [
        ("", ["a", "a0", "é", "🎵"], {"a/", "b/"}),
        ("a", ["a", "a0"], {"a/"}),
        ("a/", ["a/1", "a/2"], {"a/b/"}),
        ("b/", ["b/", "b/x"], set()),
        ("nothing", [], set()),
    ],
)
def test_a_delimiter_folds_what_lies_below(
    full: Bucket, prefix: str, names: list[str], prefixes: set[str]
) -> None:
    listing = full.list_blobs(prefix=prefix, delimiter="/")

    assert [each.name for each in listing] == names
    assert listing.prefixes == prefixes


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_pages_of_any_size_add_up(full: Bucket, size: int) -> None:
    listing = full.list_blobs(delimiter="/", page_size=size)
    pages = [[each.name for each in page] for page in listing.pages]

    assert [name for page in pages for name in page] == ["a", "a0", "é", "🎵"]
    assert listing.prefixes == {"a/", "b/"}
    assert all(len(page) <= size for page in pages)


def test_offsets_bound_the_listing(full: Bucket) -> None:
    assert [each.name for each in full.list_blobs(start_offset="a/2", end_offset="b/")] == [
        "a/2",
        "a/b/3",
        "a0",
    ]


def test_a_trailing_delimiter_is_listed_where_asked_for(full: Bucket) -> None:
    listing = full.list_blobs(delimiter="/", include_trailing_delimiter=True)

    assert "b/" in [each.name for each in listing]


def test_fields_select_what_is_sent(full: Bucket) -> None:
    found = next(iter(full.list_blobs(fields="items(name,size),nextPageToken")))

    assert (found.name, found.size, found.generation) == ("a", 0, None)


def test_a_listing_of_another_bucket_is_another(client: Client, full: Bucket) -> None:
    client.create_bucket("other").blob("z").upload_from_string("")

    assert len(list(full.list_blobs())) == len(NAMES)
    assert [each.name for each in client.bucket("other").list_blobs()] == ["z"]
