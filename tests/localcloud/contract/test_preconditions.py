"""Preconditions on generation and metageneration."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import requests
from google.api_core.exceptions import GoogleAPICallError

from tests.localcloud.contract.place import SONG, Place, refused
from tests.waiting import HANG_S


def test_a_second_create_with_generation_0_is_412(at: Place) -> None:
    at.put("song", if_generation_match=0)

    with refused(412):
        at.put("song", b"other", if_generation_match=0)
    assert at.bucket.blob("song").download_as_bytes() == SONG


def test_one_of_20_simultaneous_creates_with_generation_0_succeeds(at: Place) -> None:
    def create(number: int) -> bool:
        try:
            at.bucket.blob("song").upload_from_string(str(number), if_generation_match=0)
        except GoogleAPICallError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = sum(pool.map(create, range(20)))

    assert won == 1, f"{won} succeeded"


def test_an_overwrite_of_an_older_generation_is_412(at: Place) -> None:
    old = at.put("song")
    at.put("song", b"new")

    with refused(412):
        at.put("song", b"late", if_generation_match=old.generation)


def test_a_delete_of_an_older_generation_is_412(at: Place) -> None:
    old = at.put("song").generation
    at.put("song", b"new")

    with refused(412):
        at.bucket.blob("song").delete(if_generation_match=old)


def test_a_download_of_an_older_generation_is_412(at: Place) -> None:
    old = at.put("song").generation
    at.put("song", b"new")

    with refused(412):
        at.bucket.blob("song").download_as_bytes(if_generation_match=old)


def test_a_patch_raises_only_the_metageneration(at: Place) -> None:
    blob = at.put("song")
    generation = blob.generation
    blob.metadata = {"a": "b"}
    blob.patch()

    assert (int(blob.metageneration), blob.generation) == (2, generation)


def test_a_patch_of_an_older_metageneration_is_412(at: Place) -> None:
    blob = at.put("song")
    blob.metadata = {"a": "b"}
    blob.patch()

    with refused(412):
        blob.patch(if_metageneration_match=1)


def test_a_json_412_has_the_reason_condition_not_met(at: Place) -> None:
    at.put("song")
    url = f"{at.url}/upload/storage/v1/b/{at.bucket.name}/o?uploadType=media&name=song&ifGenerationMatch=0"
    answer = requests.post(url, data=b"x", timeout=HANG_S)

    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (412, "conditionNotMet")
