"""The four conditions on generation and metageneration, on everything that takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from google.api_core import exceptions

if TYPE_CHECKING:
    from google.cloud.storage import Blob, Bucket

    from tests.localcloud.storage.running import Server


@pytest.fixture
def blob(bucket: Bucket) -> Blob:
    made = bucket.blob("a")
    made.upload_from_string("x")
    return made


def test_generation_zero_means_that_nothing_is_there(bucket: Bucket, blob: Blob) -> None:
    bucket.blob("new").upload_from_string("x", if_generation_match=0)

    with pytest.raises(exceptions.PreconditionFailed):
        blob.upload_from_string("y", if_generation_match=0)
    with pytest.raises(exceptions.PreconditionFailed):
        bucket.blob("newer").upload_from_string("y", if_generation_not_match=0)


def test_an_overwrite_takes_the_generation_it_expects_alone(blob: Blob) -> None:
    generation = blob.generation
    blob.upload_from_string("y", if_generation_match=generation)

    with pytest.raises(exceptions.PreconditionFailed):
        blob.upload_from_string("z", if_generation_match=generation)
    assert blob.download_as_text() == "y"


@pytest.mark.parametrize("condition", ["if_generation_match", "if_metageneration_match"])
def test_a_read_under_another_generation_fails(blob: Blob, condition: str) -> None:
    with pytest.raises(exceptions.PreconditionFailed):
        blob.download_as_bytes(**{condition: 77})
    with pytest.raises(exceptions.PreconditionFailed):
        blob.reload(**{condition: 77})


def test_a_read_of_a_known_version_is_not_modified(blob: Blob) -> None:
    with pytest.raises(exceptions.NotModified):
        blob.reload(if_generation_not_match=blob.generation)
    with pytest.raises(exceptions.NotModified):
        blob.reload(if_metageneration_not_match=1)


def test_a_patch_and_a_delete_hold_their_conditions(bucket: Bucket, blob: Blob) -> None:
    blob.metadata = {"a": "b"}
    with pytest.raises(exceptions.PreconditionFailed):
        blob.patch(if_metageneration_match=7)
    with pytest.raises(exceptions.PreconditionFailed):
        blob.delete(if_generation_match=7)
    with pytest.raises(exceptions.PreconditionFailed):
        blob.delete(if_metageneration_not_match=1)

    assert bucket.get_blob("a").metageneration == 1


def test_a_copy_holds_the_conditions_of_both_sides(server: Server, bucket: Bucket, blob: Blob) -> None:
    with pytest.raises(exceptions.PreconditionFailed):
        bucket.copy_blob(blob, bucket, "b", if_source_generation_match=7)
    with pytest.raises(exceptions.PreconditionFailed):
        bucket.copy_blob(blob, bucket, "a", if_generation_match=0)
    with pytest.raises(exceptions.PreconditionFailed):
        bucket.blob("b").rewrite(blob, if_source_metageneration_match=7)

    assert len(server.finalized) == len(server.blobs) == 1


def test_a_composition_holds_its_conditions(server: Server, bucket: Bucket, blob: Blob) -> None:
    with pytest.raises(exceptions.PreconditionFailed):
        bucket.blob("a").compose([blob], if_generation_match=0)
    with pytest.raises(exceptions.PreconditionFailed):
        bucket.blob("b").compose([blob], if_source_generation_match=[7])

    assert len(server.finalized) == len(server.blobs) == 1


def test_a_bucket_holds_the_conditions_on_its_metageneration(bucket: Bucket) -> None:
    bucket.labels = {"a": "b"}
    with pytest.raises(exceptions.PreconditionFailed):
        bucket.patch(if_metageneration_match=7)
    bucket.patch(if_metageneration_match=1)

    assert bucket.metageneration == 2
