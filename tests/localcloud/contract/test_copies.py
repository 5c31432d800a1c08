"""Copy, rewrite, compose and batch delete."""

from __future__ import annotations

from tests.localcloud.contract.place import AUDIO, SONG, Place, refused


def test_a_copy_has_the_same_bytes_and_content_type(at: Place) -> None:
    at.bucket.copy_blob(at.put("song"), at.bucket, "copy")
    found = at.bucket.get_blob("copy")

    assert (found.download_as_bytes(), found.content_type) == (SONG, AUDIO)


def test_a_rewrite_onto_itself_gives_a_new_generation(at: Place) -> None:
    blob = at.put("song")
    old = int(blob.generation)
    at.bucket.blob("song").rewrite(blob)

    assert int(at.bucket.get_blob("song").generation) > old


def test_a_rewrite_of_a_changed_source_is_412(at: Place) -> None:
    old = at.put("song").generation
    at.put("song", b"new")

    with refused(412):
        at.bucket.blob("copy").rewrite(at.bucket.blob("song"), if_source_generation_match=old)


def test_a_composed_object_has_a_component_count_and_no_md5(at: Place) -> None:
    parts = [at.put(name, name.encode()) for name in ("a", "b", "c")]
    at.bucket.blob("song").compose(parts)
    found = at.bucket.get_blob("song")

    assert (found.download_as_bytes(), found.component_count, found.md5_hash) == (b"abc", 3, None)


def test_composing_onto_an_existing_object_with_generation_0_is_412(at: Place) -> None:
    parts = [at.put("a"), at.put("b")]
    at.put("song")

    with refused(412):
        at.bucket.blob("song").compose(parts, if_generation_match=0)


def test_a_batch_deletes_several_objects(at: Place) -> None:
    blobs = [at.put(name) for name in ("a", "b")]
    with at.client.batch():
        for blob in blobs:
            blob.delete()

    assert list(at.client.list_blobs(at.bucket)) == []
