"""Errors: their bodies, Google's codes, the limits, and the things that this Cloud Storage does not have."""

from __future__ import annotations

import json
import socket
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
import requests
from google.api_core import exceptions

from tests.waiting import HANG_S

if TYPE_CHECKING:
    from google.cloud.storage import Bucket, Client
    from google.oauth2.service_account import Credentials

    from tests.localcloud.storage.running import Server


def call(server: Server, method: str, path: str, body: object = None, **headers: str) -> requests.Response:
    data = json.dumps(body) if body is not None else None
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return requests.request(method, server.url + path, data=data, headers=named, timeout=HANG_S)


def test_a_json_error_names_code_message_and_reason(server: Server, bucket: Bucket) -> None:
    error = call(server, "GET", f"/storage/v1/b/{bucket.name}/o/none").json()["error"]

    assert (error["code"], error["message"]) == (404, "No such object: songs/none")
    assert error["errors"] == [
        {"message": "No such object: songs/none", "domain": "global", "reason": "notFound"}
    ]


@pytest.mark.parametrize(("path", "code"), [("/songs/none", "NoSuchKey"), ("/nobucket/a", "NoSuchBucket")])
def test_an_xml_error_names_its_code(server: Server, bucket: Bucket, path: str, code: str) -> None:
    assert bucket.exists()
    answer = call(server, "GET", path, Authorization="Bearer x")
    error = ET.fromstring(answer.content)  # noqa: S314 our own server's answer

    assert (answer.status_code, error.tag, error.findtext("Code")) == (404, "Error", code)
    assert answer.headers["Content-Type"].startswith("application/xml")


@pytest.mark.parametrize("target", ["*", "/", "http://elsewhere/songs/a", "//songs/a", "/batches/a"])
def test_an_odd_request_target_is_the_clients_fault(server: Server, target: str) -> None:
    with socket.create_connection(("127.0.0.1", server.port), HANG_S) as connection:
        head = f"OPTIONS {target} HTTP/1.1\r\nHost: x\r\nOrigin: https://page\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode())
        options = connection.recv(1000)
    with socket.create_connection(("127.0.0.1", server.port), HANG_S) as connection:
        head = f"GET {target} HTTP/1.1\r\nHost: x\r\nAuthorization: x\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode())
        answer = connection.recv(1000)

    assert int(options.split()[1]) in {200, 400, 404}
    assert int(answer.split()[1]) in {400, 404, 501}


def test_a_hostile_name_cannot_break_the_xml(server: Server) -> None:
    answer = call(server, "GET", "/" + quote("<b>&") + "/x", Authorization="Bearer x")

    assert ET.fromstring(answer.content).findtext("Details") == "<b>&"  # noqa: S314 our own server's answer


@pytest.mark.parametrize(
    ("method", "path", "named"),
    [
        ("GET", "/storage/v1/b/songs/iam", "iam"),
        ("GET", "/storage/v1/b/songs/o/a/acl", "acl"),
        ("GET", "/storage/v1/b/songs/o?matchGlob=**", "matchGlob"),
        ("GET", "/storage/v1/b/songs/o?softDeleted=true", "softDeleted"),
        ("POST", "/storage/v1/b/songs/o/a/restore", "restore"),
        ("GET", "/storage/v1/projects/p/serviceAccount", "serviceAccount"),
        ("GET", "/songs", "bucket"),
        ("POST", "/songs", "POST"),
        ("GET", "/songs/a?acl", "acl"),
        ("POST", "/songs/a?uploads", "uploads"),
        ("GET", "/songs/a?GoogleAccessId=x&Signature=y&Expires=1", "V2"),
    ],
)
def test_a_method_that_is_not_implemented_is_501_and_named(
    server: Server, bucket: Bucket, method: str, path: str, named: str
) -> None:
    assert bucket.exists()
    answer = call(server, method, path, Authorization="Bearer x")

    assert answer.status_code == 501
    assert "localcloud does not implement" in answer.text
    assert named in answer.text


@pytest.mark.parametrize(
    "body",
    [
        {"versioning": {"enabled": True}},
        {"retentionPolicy": {"retentionPeriod": "1"}},
        {"hierarchicalNamespace": {"enabled": True}},
    ],
)
def test_a_bucket_feature_that_would_not_work_is_refused(
    server: Server, bucket: Bucket, body: dict[str, object]
) -> None:
    assert call(server, "PATCH", f"/storage/v1/b/{bucket.name}", body).status_code == 501


@pytest.mark.parametrize("name", ["", "ab", "UPPER", "a" * 64, "-a-", "google", "a/b", "a_"])
def test_an_unlawful_bucket_name_is_refused(server: Server, name: str) -> None:
    assert call(server, "POST", "/storage/v1/b?project=p", {"name": name}).status_code == 400


@pytest.mark.parametrize("name", ["x" * 1025, "a\nb", "a\rb", ".", "..", ".well-known/acme-challenge/x"])
def test_an_unlawful_object_name_is_refused(server: Server, bucket: Bucket, name: str) -> None:
    path = f"/upload/storage/v1/b/{bucket.name}/o?uploadType=media&name={quote(name)}"

    assert call(server, "POST", path, "x").status_code == 400


def test_a_name_of_1024_bytes_is_lawful(bucket: Bucket) -> None:
    bucket.blob("é" * 512).upload_from_string("x")

    assert bucket.get_blob("é" * 512).size == 1


def test_metadata_beyond_8_kib_is_refused(bucket: Bucket) -> None:
    blob = bucket.blob("a")
    blob.metadata = {"k": "v" * 8192}

    with pytest.raises(exceptions.BadRequest, match="metadata"):
        blob.upload_from_string("x")


def test_more_than_32_components_are_refused(bucket: Bucket) -> None:
    part = bucket.blob("p")
    part.upload_from_string("x")
    bucket.blob("whole").compose([part] * 32)

    assert bucket.get_blob("whole").component_count == 32
    with pytest.raises(exceptions.BadRequest):
        bucket.blob("more").compose([part] * 33)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/storage/v1/b", b"{broken"),
        ("POST", "/storage/v1/b", b"[]"),
        ("POST", "/storage/v1/b", b'{"name": "\\ud800\\ud800"}'),
        ("PATCH", "/storage/v1/b/songs/o/a", b'{"metadata": {"k": "\\ud800"}}'),
        ("PATCH", "/storage/v1/b/songs/o/a", b'{"metadata": 7}'),
        ("PATCH", "/storage/v1/b/songs/o/a", b'{"metadata": {"k": 7}}'),
        ("PATCH", "/storage/v1/b/songs/o/a", b'{"contentType": 7}'),
        ("PATCH", "/storage/v1/b/songs/o/a", b'{"storageClass": "GOLD"}'),
        ("PATCH", "/storage/v1/b/songs", b'{"cors": 7}'),
        ("POST", "/storage/v1/b/songs/o/a/compose", b'{"sourceObjects": [7]}'),
        ("POST", "/storage/v1/b/songs/o/a/compose", b'{"sourceObjects": [{"name": 7}]}'),
        (
            "POST",
            "/storage/v1/b/songs/o/a/compose",
            b'{"sourceObjects": [{"name": "a", "objectPreconditions": 7}]}',
        ),
        ("POST", "/storage/v1/b/songs/o/a/compose", b'{"sourceObjects": [{"name": "a"}], "destination": 7}'),
        ("POST", "/storage/v1/b/songs/o/a/compose", b"{}"),
        ("GET", "/storage/v1/b/songs/o/a?generation=x", b""),
        ("GET", "/storage/v1/b/songs/o/a?ifGenerationMatch=x", b""),
        ("GET", "/storage/v1/b/songs/o?pageToken=%21", b""),
        ("GET", "/storage/v1/b/songs/o?maxResults=x", b""),
        ("GET", "/storage/v1/b/songs/o?fields=items(", b""),
        ("GET", "/storage/v1/b/songs/o/%ff", b""),
        ("POST", "/upload/storage/v1/b/songs/o?uploadType=media", b"x"),
        ("POST", "/upload/storage/v1/b/songs/o?uploadType=multipart&name=a", b"x"),
        ("POST", "/batch/storage/v1", b"x"),
    ],
)
def test_what_does_not_parse_is_the_clients_fault(
    server: Server, bucket: Bucket, method: str, path: str, body: bytes
) -> None:
    bucket.blob("a").upload_from_string("x")
    answer = requests.request(method, server.url + path, data=body, timeout=HANG_S)

    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("method", ["PATCH", "PURGE"])
def test_an_unknown_method_is_refused(server: Server, bucket: Bucket, method: str) -> None:
    assert bucket.exists()
    assert call(server, method, "/storage/v1/b").status_code == 405
    assert call(server, method, "/songs/a", Authorization="Bearer x").status_code == 501


def test_lifecycle_and_labels_are_kept_as_they_came(client: Client, bucket: Bucket) -> None:
    bucket.add_lifecycle_delete_rule(age=3, matches_prefix=["drop/"])
    bucket.labels = {"team": "audio"}
    bucket.patch()
    found = client.get_bucket(bucket.name)

    assert next(iter(found.lifecycle_rules))["condition"] == {"age": 3, "matchesPrefix": ["drop/"]}
    assert found.labels == {"team": "audio"}


def test_a_signed_url_may_name_the_download(bucket: Bucket, credentials: Credentials) -> None:
    bucket.blob("a").upload_from_string("x")
    url = bucket.blob("a").generate_signed_url(
        version="v4",
        expiration=timedelta(minutes=1),
        credentials=credentials,
        response_disposition="attachment; filename*=UTF-8''%C3%B1.mp3",
        response_type="audio/mpeg",
    )
    answer = requests.get(url, timeout=HANG_S)

    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%C3%B1.mp3"
    assert answer.headers["Content-Type"] == "audio/mpeg"


def test_a_signed_delete_deletes(bucket: Bucket, credentials: Credentials) -> None:
    bucket.blob("a").upload_from_string("x")
    url = bucket.blob("a").generate_signed_url(
        version="v4", method="DELETE", expiration=timedelta(minutes=1), credentials=credentials
    )

    assert requests.delete(url, timeout=HANG_S).status_code == 204
    assert bucket.get_blob("a") is None


def test_a_compressed_body_of_the_json_api_is_refused(server: Server, bucket: Bucket) -> None:
    path = f"/upload/storage/v1/b/{bucket.name}/o?uploadType=media&name=a"

    assert call(server, "POST", path, "x", Content_Encoding="gzip").status_code == 501
