"""What Google's own client does with objects, done to ours."""

from __future__ import annotations

import base64
import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from google.api_core import exceptions

if TYPE_CHECKING:
    from pathlib import Path

    from google.cloud.storage import Bucket, Client

    from tests.localcloud.storage.running import Server

MEBIBYTE = 1 << 20


def test_a_bucket_is_created_found_listed_and_deleted(client: Client) -> None:
    client.create_bucket("songs")

    assert client.get_bucket("songs").name == "songs"
    assert [each.name for each in client.list_buckets()] == ["songs"]
    client.get_bucket("songs").delete()
    assert client.lookup_bucket("songs") is None


def test_a_bucket_with_objects_is_not_deleted(bucket: Bucket) -> None:
    bucket.blob("a").upload_from_string("x")

    with pytest.raises(exceptions.Conflict):
        bucket.delete()


def test_a_bucket_of_the_same_name_is_a_conflict(client: Client, bucket: Bucket) -> None:
    with pytest.raises(exceptions.Conflict):
        client.create_bucket(bucket.name)


def test_an_upload_is_read_back_with_its_digests(bucket: Bucket) -> None:
    blob = bucket.blob("a song.wav")
    blob.metadata = {"singer": "Ñandú"}
    blob.upload_from_string(b"RIFF", content_type="audio/wav")

    found = bucket.get_blob("a song.wav")
    assert found.download_as_bytes() == b"RIFF"
    assert found.content_type == "audio/wav"
    assert found.metadata == {"singer": "Ñandú"}
    assert found.md5_hash == base64.b64encode(hashlib.md5(b"RIFF", usedforsecurity=False).digest()).decode()


def test_a_resumable_upload_in_chunks_is_whole(bucket: Bucket) -> None:
    song = os.urandom(2 * MEBIBYTE + 17)
    blob = bucket.blob("long", chunk_size=MEBIBYTE // 2)
    blob.upload_from_file(io.BytesIO(song))

    assert bucket.blob("long").download_as_bytes() == song


def test_a_stream_of_unknown_length_is_written_in_chunks(bucket: Bucket) -> None:
    song = os.urandom(MEBIBYTE + 5)
    with bucket.blob("streamed").open("wb", chunk_size=MEBIBYTE // 2) as file:
        file.write(song)

    assert bucket.blob("streamed").download_as_bytes() == song


def test_a_file_of_many_megabytes_is_read_back_unchanged(tmp_path: Path, bucket: Bucket) -> None:
    song = tmp_path / "song.wav"
    song.write_bytes(os.urandom(9 * MEBIBYTE))
    bucket.blob("song").upload_from_filename(song)
    bucket.blob("song").download_to_filename(tmp_path / "back")

    assert (tmp_path / "back").read_bytes() == song.read_bytes()
    assert bucket.get_blob("song").content_type == "audio/x-wav"


def test_an_object_is_read_in_pieces_like_a_file(bucket: Bucket) -> None:
    bucket.blob("song").upload_from_string("0123456789")
    with bucket.blob("song").open("rb", chunk_size=4) as file:
        file.seek(3)

        assert (file.read(2), file.read()) == (b"34", b"56789")


def test_one_of_twenty_first_uploads_succeeds(server: Server, bucket: Bucket) -> None:
    def upload(number: int) -> bool:
        try:
            bucket.blob("a").upload_from_string(str(number), if_generation_match=0)
        except exceptions.PreconditionFailed:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        won = list(pool.map(upload, range(20)))

    assert won.count(True) == 1
    assert bucket.blob("a").download_as_text() == str(won.index(True))
    assert len(server.finalized) == len(server.blobs) == 1


def test_overwrites_leave_the_bytes_of_the_last(server: Server, bucket: Bucket) -> None:
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda number: bucket.blob("a").upload_from_string(str(number)), range(40)))

    generations = [each.generation for each in server.finalized]
    assert generations == sorted(set(generations))
    assert bucket.get_blob("a").generation == generations[-1]
    assert len(server.blobs) == 1


def test_an_empty_object_is_an_object(bucket: Bucket) -> None:
    bucket.blob("nothing").upload_from_string(b"")

    assert bucket.blob("nothing").download_as_bytes() == b""
    assert bucket.get_blob("nothing").size == 0


@pytest.mark.parametrize(
    "name", ["k", "k/sub", "k/", "a b", "100%", "%41", "a#b", "a?b=c", "🎵/ñ.mp3", "a//b/../c", "a+b&c"]
)
def test_any_name_reads_back_as_itself(bucket: Bucket, name: str) -> None:
    bucket.blob("k").upload_from_string("k")
    bucket.blob(name).upload_from_string(name)

    assert bucket.blob(name).download_as_text() == name
    assert name in [each.name for each in bucket.list_blobs()]


def test_a_missing_object_is_not_found(bucket: Bucket) -> None:
    assert bucket.get_blob("nowhere") is None
    with pytest.raises(exceptions.NotFound):
        bucket.blob("nowhere").download_as_bytes()


def test_a_patch_merges_metadata(bucket: Bucket) -> None:
    blob = bucket.blob("a")
    blob.metadata = {"keep": "1", "drop": "2"}
    blob.upload_from_string("x")
    blob.metadata = {"drop": None, "add": "3"}
    blob.patch()

    found = bucket.get_blob("a")
    assert found.metadata == {"keep": "1", "add": "3"}
    assert found.metageneration == 2


def test_a_copy_has_the_bytes_and_a_generation_of_its_own(bucket: Bucket) -> None:
    source = bucket.blob("a")
    source.upload_from_string("x", content_type="audio/flac")
    copy = bucket.copy_blob(source, bucket, "b")

    assert bucket.blob("b").download_as_text() == "x"
    assert copy.generation > source.generation
    assert bucket.get_blob("b").content_type == "audio/flac"


def test_a_rewrite_onto_itself_is_a_new_generation_and_finalizes_again(
    server: Server, bucket: Bucket
) -> None:
    blob = bucket.blob("a")
    blob.upload_from_string("x")
    before = blob.generation
    bucket.blob("a").rewrite(blob)

    assert bucket.get_blob("a").generation > before
    assert [each.name for each in server.finalized] == ["a", "a"]
    assert len(server.blobs) == 1


def test_a_move_leaves_one_object_and_its_bytes(server: Server, bucket: Bucket) -> None:
    bucket.blob("drop/a").upload_from_string("x")
    moved = bucket.move_blob(bucket.blob("drop/a"), "task/a")

    assert moved.download_as_text() == "x"
    assert [each.name for each in bucket.list_blobs()] == ["task/a"]
    assert [each.name for each in server.finalized] == ["drop/a", "task/a"]
    assert len(server.blobs) == 1


def test_a_composite_object_counts_its_components_and_has_no_md5(bucket: Bucket) -> None:
    parts = [bucket.blob(name) for name in ("p1", "p2")]
    for part in parts:
        part.upload_from_string(part.name)
    whole = bucket.blob("whole")
    whole.content_type = "audio/wav"
    whole.compose(parts)

    found = bucket.get_blob("whole")
    assert found.download_as_text() == "p1p2"
    assert (found.component_count, found.md5_hash) == (2, None)


def test_a_deleted_object_is_gone_with_its_bytes(server: Server, bucket: Bucket) -> None:
    blob = bucket.blob("a")
    blob.upload_from_string("x")
    blob.delete()

    assert bucket.get_blob("a") is None
    assert server.blobs == []


def test_objects_survive_a_restart(server: Server, bucket: Bucket) -> None:
    bucket.blob("a").upload_from_string("x")
    server.restart()

    assert bucket.blob("a").download_as_text() == "x"
