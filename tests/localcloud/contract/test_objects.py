"""Objects: bytes, metadata, names, checksums, generations, errors."""

from __future__ import annotations

import base64
from hashlib import md5

import google_crc32c
import requests

from tests.localcloud.contract.place import SONG, Place, refused
from tests.waiting import HANG_S


def test_an_upload_can_be_downloaded(at: Place) -> None:
    at.put("song")

    assert at.bucket.blob("song").download_as_bytes() == SONG


def test_content_type_and_custom_metadata_are_kept(at: Place) -> None:
    blob = at.bucket.blob("song")
    blob.metadata = {"title": "Ñandú"}
    blob.upload_from_string(SONG, content_type="audio/x-test")
    found = at.bucket.get_blob("song")

    assert (found.content_type, found.metadata) == ("audio/x-test", {"title": "Ñandú"})


def test_names_may_hold_spaces_accents_emoji_and_dots(at: Place) -> None:
    for name in ("a b", "Ñandú 🎶.wav", "a%2Fb", "a//b", "a/../b", "a?b#c"):
        at.put(name, name.encode())

        assert at.bucket.blob(name).download_as_bytes() == name.encode(), name


def test_crc32c_and_md5_are_those_of_the_bytes(at: Place) -> None:
    at.put("song")
    found = at.bucket.get_blob("song")
    crc32c = google_crc32c.value(SONG).to_bytes(4, "big")

    assert base64.b64decode(found.crc32c) == crc32c
    assert base64.b64decode(found.md5_hash) == md5(SONG, usedforsecurity=False).digest()


def test_an_upload_with_a_wrong_md5_is_400(at: Place) -> None:
    blob = at.bucket.blob("song")
    blob.md5_hash = "AAAAAAAAAAAAAAAAAAAAAA=="

    with refused(400):
        blob.upload_from_string(SONG)
    assert not at.bucket.blob("song").exists()


def test_a_missing_object_is_404(at: Place) -> None:
    with refused(404):
        at.bucket.blob("none").download_as_bytes()
    with refused(404):
        at.bucket.blob("none").delete()


def test_a_json_error_has_code_message_and_reason(at: Place) -> None:
    url = f"{at.url}/storage/v1/b/{at.bucket.name}/o/none"
    error = requests.get(url, timeout=HANG_S).json()["error"]

    assert (error["code"], bool(error["message"]), error["errors"][0]["reason"]) == (404, True, "notFound")


def test_an_overwrite_has_a_larger_generation_and_the_old_one_is_gone(at: Place) -> None:
    old = at.put("song")
    new = at.put("song", b"new")

    assert int(new.generation) > int(old.generation)
    with refused(404):
        at.bucket.blob("song", generation=old.generation).download_as_bytes()


def test_a_second_bucket_of_the_same_name_is_409(at: Place) -> None:
    with refused(409):
        at.client.create_bucket(at.bucket.name)


def test_a_bucket_with_objects_cannot_be_deleted(at: Place) -> None:
    at.put("song")

    with refused(409):
        at.bucket.delete()
