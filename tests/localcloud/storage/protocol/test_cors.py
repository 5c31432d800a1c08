"""Cross-origin requests as a browser makes them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import requests

from tests.waiting import HANG_S

if TYPE_CHECKING:
    from google.cloud.storage import Bucket
    from google.oauth2.service_account import Credentials

    from tests.localcloud.storage.running import Server

PAGE = "https://sonube.example"
RULE = {
    "origin": [PAGE],
    "method": ["PUT", "GET", "POST"],
    "responseHeader": ["Content-Type", "x-goog-resumable", "Location"],
    "maxAgeSeconds": 600,
}


@pytest.fixture
def shared_bucket(bucket: Bucket) -> Bucket:
    bucket.cors = [RULE]
    bucket.patch()
    return bucket


def preflight(url: str, origin: str, method: str) -> requests.Response:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "content-type",
    }
    return requests.options(url, headers=headers, timeout=HANG_S)


def test_a_preflight_is_answered_by_the_rule(server: Server, shared_bucket: Bucket) -> None:
    answer = preflight(f"{server.url}/{shared_bucket.name}/a%20b", PAGE, "PUT")

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert answer.headers["Access-Control-Allow-Methods"] == "PUT,GET,POST"
    assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type,x-goog-resumable,Location"
    assert answer.headers["Access-Control-Max-Age"] == "600"


@pytest.mark.parametrize(("origin", "method"), [("https://evil.example", "PUT"), (PAGE, "DELETE")])
def test_requests_that_no_rule_allows_get_no_headers(
    server: Server, shared_bucket: Bucket, origin: str, method: str
) -> None:
    answer = preflight(f"{server.url}/{shared_bucket.name}/a", origin, method)

    assert not [name for name in answer.headers if name.startswith("Access-Control")]


def test_a_bucket_without_rules_allows_nothing(server: Server, bucket: Bucket) -> None:
    assert (
        "Access-Control-Allow-Origin" not in preflight(f"{server.url}/{bucket.name}/a", PAGE, "PUT").headers
    )


def test_a_signed_request_and_its_refusal_carry_the_headers(
    shared_bucket: Bucket, credentials: Credentials
) -> None:
    url = shared_bucket.blob("a").generate_signed_url(
        version="v4", method="PUT", expiration=timedelta(minutes=1), credentials=credentials
    )
    stored, refused = (
        requests.put(each, b"x", headers={"Origin": PAGE}, timeout=HANG_S) for each in (url, url + "0")
    )

    assert (stored.status_code, refused.status_code) == (200, 400)
    assert stored.headers["Access-Control-Allow-Origin"] == PAGE
    assert refused.headers["Access-Control-Allow-Origin"] == PAGE
    assert stored.headers["Access-Control-Expose-Headers"] == "Content-Type, x-goog-resumable, Location"


def test_a_rule_for_every_origin_says_so(server: Server, bucket: Bucket) -> None:
    bucket.cors = [{**RULE, "origin": ["*"]}]
    bucket.patch()

    assert preflight(f"{server.url}/songs/a", PAGE, "GET").headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("started_by", [PAGE, None])
def test_a_session_belongs_to_the_origin_that_started_it(
    shared_bucket: Bucket, credentials: Credentials, started_by: str | None
) -> None:
    url = shared_bucket.blob("a").generate_signed_url(
        version="v4", method="RESUMABLE", expiration=timedelta(minutes=1), credentials=credentials
    )
    origin = {"Origin": started_by} if started_by else {}
    uri = requests.post(url, headers={"x-goog-resumable": "start", **origin}, timeout=HANG_S).headers[
        "Location"
    ]
    stored = requests.put(uri, b"x", headers={"Origin": PAGE}, timeout=HANG_S)

    assert stored.headers.get("Access-Control-Allow-Origin") == started_by


@pytest.mark.parametrize("started_for", [PAGE, None])
def test_a_session_that_the_server_started_is_for_the_origin_it_named(
    bucket: Bucket, started_for: str | None
) -> None:
    uri = bucket.blob("a").create_resumable_upload_session(origin=started_for)
    allowed = preflight(uri, PAGE, "PUT")
    stored = requests.put(uri, b"x", headers={"Origin": PAGE}, timeout=HANG_S)

    assert allowed.headers["Access-Control-Allow-Origin"] == PAGE
    assert stored.headers.get("Access-Control-Allow-Origin") == started_for


def test_the_json_api_answers_every_origin(server: Server, bucket: Bucket) -> None:
    url = f"{server.url}/storage/v1/b/{bucket.name}"
    read = requests.get(url, headers={"Origin": PAGE}, timeout=HANG_S)

    assert preflight(url, PAGE, "PATCH").headers["Access-Control-Allow-Headers"] == "content-type"
    assert read.headers["Access-Control-Allow-Origin"] == PAGE
