"""V4 signed URLs, and what they must refuse."""

from __future__ import annotations

from datetime import timedelta

import requests

from tests.localcloud.contract.place import AUDIO, SONG, Place, send, status_of
from tests.waiting import HANG_S, wait_until


def test_a_signed_put_stores_the_object(at: Place) -> None:
    headers = {"content-type": AUDIO}

    assert status_of("PUT", at.signed("song", "PUT", headers), data=SONG, headers=headers) == 200
    assert at.bucket.blob("song").download_as_bytes() == SONG


def test_a_signed_get_has_the_signed_content_disposition(at: Place) -> None:
    at.put("song")
    answer = requests.get(
        at.signed("song", "GET", response_disposition='attachment; filename="a.wav"'), timeout=HANG_S
    )

    assert (answer.content, answer.headers["Content-Disposition"]) == (SONG, 'attachment; filename="a.wav"')


def test_an_altered_signature_is_403(at: Place) -> None:
    at.put("song")
    url = at.signed("song", "GET")
    altered = url[:-4] + ("0000" if url[-4:] != "0000" else "1111")

    assert status_of("GET", altered) == 403


def test_a_signature_for_another_object_is_403(at: Place) -> None:
    at.put("song")
    at.put("secret")
    url = at.signed("song", "GET").replace("/song?", "/secret?")

    assert status_of("GET", url) == 403


def test_an_expired_url_is_refused(at: Place) -> None:
    at.put("song")
    url = at.signed("song", "GET", expiration=timedelta(seconds=1))

    assert wait_until(lambda: status_of("GET", url) in {400, 403})


def test_a_signature_for_another_method_is_403(at: Place) -> None:
    at.put("song")

    assert status_of("PUT", at.signed("song", "GET"), data=b"x") == 403


def test_a_content_type_that_was_not_signed_is_403(at: Place) -> None:
    url = at.signed("song", "PUT", {"content-type": AUDIO})

    assert status_of("PUT", url, data=SONG, headers={"content-type": "text/html"}) == 403


def test_a_body_over_the_signed_length_range_is_400(at: Place) -> None:
    headers = {"x-goog-content-length-range": "0,100"}

    assert status_of("PUT", at.signed("song", "PUT", headers), data=SONG, headers=headers) == 400


def test_a_signed_generation_0_is_412_for_an_existing_object(at: Place) -> None:
    at.put("song")
    headers = {"x-goog-if-generation-match": "0"}

    assert status_of("PUT", at.signed("song", "PUT", headers), data=b"x", headers=headers) == 412


def test_a_private_object_without_a_signature_is_refused(at: Place) -> None:
    at.put("song")

    assert status_of("GET", f"{at.url}/{at.bucket.name}/song") in {401, 403}


def test_an_xml_error_has_a_code(at: Place) -> None:
    url = at.signed("none", "GET")

    assert "<Code>NoSuchKey</Code>" in requests.get(url, timeout=HANG_S).text


def test_a_signed_post_opens_a_session(at: Place) -> None:
    headers = {"x-goog-resumable": "start", "content-type": AUDIO}
    url = at.signed("song", "POST", headers)
    opened = requests.post(url, headers=headers, data=b"", timeout=HANG_S)
    session = opened.headers["Location"]

    assert send(session, SONG, 0, len(SONG)).status_code == 200
    assert at.bucket.blob("song").download_as_bytes() == SONG
