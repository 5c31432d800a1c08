"""The JSON face, on ours and on Google's emulator: what goes through is tested where our own client is."""

from __future__ import annotations

import math
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import requests
from google.cloud.firestore_v1 import _helpers, types
from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]  # no stubs are published

from localcloud.firestore.api.document_json import answer_json
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from tools.throwaway import ThrowawayCloud


@pytest.fixture(params=["localcloud", "google"])
def documents(request: pytest.FixtureRequest, cloud: ThrowawayCloud) -> str:
    """The address of a database that no other test uses."""
    host = cloud.environment["FIRESTORE_REST_EMULATOR_HOST"]
    if request.param == "google":
        host = f"127.0.0.1:{request.getfixturevalue('google_port')}"
    return f"http://{host}/v1/projects/p{uuid.uuid4().hex[:12]}/databases/(default)/documents"


def name_in(documents: str, path: str) -> str:
    return f"{documents.partition('/v1/')[2]}/{path}"


def call(documents: str, method: str, body: Any) -> requests.Response:
    headers = {"Authorization": "Bearer owner"}
    return requests.post(f"{documents}:{method}", json=body, headers=headers, timeout=HANG_S)


def status_of(answer: requests.Response) -> tuple[int, str]:
    found = answer.json()
    error = (found[0] if isinstance(found, list) else found)["error"]
    return answer.status_code, error["status"]


def test_a_refusal_has_the_status_that_grpc_has(documents: str) -> None:
    write = {"update": {"name": name_in(documents, "a/b")}, "currentDocument": {"exists": False}}
    missing = {"update": {"name": name_in(documents, "a/c")}, "currentDocument": {"exists": True}}
    first = call(documents, "commit", {"writes": [write]})

    assert first.ok
    assert status_of(call(documents, "commit", {"writes": [write]})) == (409, "ALREADY_EXISTS")
    assert status_of(call(documents, "commit", {"writes": [missing]})) == (404, "NOT_FOUND")
    stale = {**write, "currentDocument": {"updateTime": "2001-01-01T00:00:00Z"}}
    assert status_of(call(documents, "commit", {"writes": [stale]})) == (400, "FAILED_PRECONDITION")


@pytest.mark.parametrize("body", [{"writes": 5}, {"nonsense": {}}, {"writes": [{"delete": 1}]}])
def test_an_invalid_request_is_an_invalid_argument(documents: str, body: Any) -> None:
    assert status_of(call(documents, "commit", body)) == (400, "INVALID_ARGUMENT")


def test_a_transaction_can_be_begun_and_rolled_back(documents: str) -> None:
    begun = call(documents, "beginTransaction", {}).json()["transaction"]
    read = call(documents, "batchGet", {"documents": [name_in(documents, "a/b")], "transaction": begun})

    assert read.json()[0]["missing"] == name_in(documents, "a/b")
    assert call(documents, "rollback", {"transaction": begun}).json() == {}


def test_the_error_names_what_is_missing(cloud: ThrowawayCloud) -> None:
    host = cloud.environment["FIRESTORE_REST_EMULATOR_HOST"]
    documents = f"http://{host}/v1/projects/p/databases/(default)/documents"
    answer = call(documents, "partitionQuery", {})

    assert status_of(answer) == (501, "UNIMPLEMENTED")
    assert "documents:partitionQuery" in answer.json()["error"]["message"]


def test_a_query_without_its_index_is_refused(cloud: ThrowawayCloud) -> None:
    host = cloud.environment["FIRESTORE_REST_EMULATOR_HOST"]
    documents = f"http://{host}/v1/projects/p/databases/(default)/documents"
    order = [{"field": {"fieldPath": name}} for name in ("a", "b")]
    asked = {"structuredQuery": {"from": [{"collectionId": "tasks"}], "orderBy": order}}

    assert status_of(call(documents, "runQuery", asked)) == (400, "FAILED_PRECONDITION")


MOMENT = datetime(2026, 11, 29, 8, 0, 0, 123456, tzinfo=UTC)
VALUES: list[Any] = [
    None,
    True,
    2**62,
    -1,
    0.1,
    1.0,
    math.inf,
    -math.inf,
    "ñ 🎵\n",
    b"\x00\xff",
    MOMENT,
    [],
    {},
    [1, [2.5], {"a": None}],
    {"b": {"c": [b"", ""]}, "": 0},
    _helpers.GeoPoint(1.5, -2),
]


def _stored(fields: dict[str, Any]) -> Any:
    return types.Document(
        name="projects/p/databases/d/documents/tasks/x",
        fields={name: types.Value(_helpers.encode_value(value)) for name, value in fields.items()},
        create_time=MOMENT,
        update_time=MOMENT,
    )


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_an_answer_is_what_protobuf_makes_of_it(value: Any) -> None:
    document = _stored({"value": value, "other": [value]})
    answers = [
        types.RunQueryResponse.pb(
            types.RunQueryResponse(document=document, read_time=MOMENT, transaction=b"t")
        ),
        types.BatchGetDocumentsResponse.pb(types.BatchGetDocumentsResponse(found=document)),
        types.BatchGetDocumentsResponse.pb(types.BatchGetDocumentsResponse(missing="x", read_time=MOMENT)),
        types.RunQueryResponse.pb(types.RunQueryResponse(document=_stored({}))),
        types.RunQueryResponse.pb(types.RunQueryResponse(skipped_results=3)),
    ]

    for answer in answers:
        assert answer_json(answer) == MessageToDict(answer)


def test_no_number_is_spelled_as_protobuf_does() -> None:
    answer = types.RunQueryResponse.pb(types.RunQueryResponse(document=_stored({"value": math.nan})))

    assert answer_json(answer) == MessageToDict(answer)
