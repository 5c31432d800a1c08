"""The batch endpoint, through Google's client and by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import requests

from tests.waiting import HANG_S

if TYPE_CHECKING:
    from google.cloud.storage import Bucket, Client

    from tests.localcloud.storage.running import Server


def test_a_batch_patches_and_deletes(client: Client, bucket: Bucket) -> None:
    blobs = [bucket.blob(name) for name in ("a b/ñ", "b", "c")]
    for blob in blobs:
        blob.upload_from_string("x")
    with client.batch():
        blobs[0].metadata = {"k": "v"}
        blobs[0].patch()
        blobs[1].delete()

    assert bucket.get_blob("a b/ñ").metadata == {"k": "v"}
    assert [each.name for each in bucket.list_blobs()] == ["a b/ñ", "c"]


def test_a_failing_call_of_a_batch_fails_alone(client: Client, bucket: Bucket) -> None:
    bucket.blob("here").upload_from_string("x")
    with client.batch(raise_exception=False) as batch:
        bucket.blob("nowhere").delete()
        bucket.blob("here").delete()

    assert [answer.status_code for answer in batch._responses] == [404, 204]
    assert list(bucket.list_blobs()) == []


def test_more_calls_than_a_hundred_are_refused(server: Server) -> None:
    part = "--b\r\nContent-Type: application/http\r\n\r\nGET /storage/v1/b/x HTTP/1.1\r\n\r\n\r\n"
    refused = requests.post(
        f"{server.url}/batch/storage/v1",
        part * 101 + "--b--",
        headers={"Content-Type": "multipart/mixed; boundary=b"},
        timeout=HANG_S,
    )

    assert refused.status_code == 400
