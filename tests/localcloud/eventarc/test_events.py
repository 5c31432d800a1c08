"""An event has the form in which Eventarc sends it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from cloudevents.http import from_http

from functions.convert.event import parse_event
from localcloud.eventarc.cloud_event import percent_encoded
from tests.localcloud.eventarc.trigger import stored

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.localcloud.eventarc.trigger import Trigger
    from tests.localcloud.tasks.target import Target


def test_the_attributes_are_headers(listen: Callable[..., Trigger], receiver: Target) -> None:
    listen().record(stored())

    [heard] = receiver.wait_for(1)

    attributes = {name[3:].lower(): value for name, value in heard.headers.items() if name.startswith("ce-")}
    assert attributes.pop("id").isdecimal()
    assert attributes == {
        "source": "//storage.googleapis.com/projects/_/buckets/music",
        "specversion": "1.0",
        "type": "google.cloud.storage.object.v1.finalized",
        "subject": "objects/song.wav",
        "time": "2025-04-04T07:43:02.791775Z",
        "bucket": "music",
    }
    assert (heard.method, heard.path) == ("POST", "/")
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", heard.headers["traceparent"])


def test_the_data_are_the_objects_resource_with_long_numbers_as_strings(
    listen: Callable[..., Trigger], receiver: Target
) -> None:
    listen().record(stored(metadata={"from": "tests"}))

    [heard] = receiver.wait_for(1)

    assert json.loads(heard.body) == {
        "kind": "storage#object",
        "id": "music/song.wav/1743752582769318",
        "selfLink": "https://storage.googleapis.com/storage/v1/b/music/o/song.wav",
        "mediaLink": "https://storage.googleapis.com/download/storage/v1/b/music/o/song.wav"
        "?generation=1743752582769318&alt=media",
        "name": "song.wav",
        "bucket": "music",
        "generation": "1743752582769318",
        "metageneration": "1",
        "contentType": "audio/wav",
        "storageClass": "STANDARD",
        "size": "4154",
        "crc32c": "bDHMlw==",
        "md5Hash": "Kr0K4JjwIK6Jti0BdqkxXQ==",
        "etag": stored().etag,
        "timeCreated": "2025-04-04T07:43:02.791Z",
        "updated": "2025-04-04T07:43:02.791Z",
        "timeStorageClassUpdated": "2025-04-04T07:43:02.791Z",
        "metadata": {"from": "tests"},
    }


def test_the_cloudevents_sdk_and_convert_read_it(listen: Callable[..., Trigger], receiver: Target) -> None:
    listen().record(stored("drop/mp3/canción 🎵 100%.wav"))

    [heard] = receiver.wait_for(1)
    event = from_http(dict(heard.headers), heard.body)

    assert event["subject"] == "objects/drop/mp3/canci%C3%B3n%20%F0%9F%8E%B5%20100%25.wav"
    assert parse_event(event["type"], event.data).object == "drop/mp3/canción 🎵 100%.wav"


def test_only_what_the_binding_names_is_encoded() -> None:
    assert percent_encoded('a b"c%d/é\n~#') == "a%20b%22c%25d/%C3%A9%0A~#"
