"""`Records` with Firestore's JSON API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.adapters.failures import unexpected
from shared.adapters.firestore.records import (
    COMMIT_RETRY_S,
    READ_RETRY_S,
    Create,
    Merge,
    Record,
    Remove,
    Replace,
    Written,
)
from shared.adapters.firestore.rest_values import as_moment, as_revision, decoded, encoded, encoded_value
from shared.adapters.google_json import READ_TRANSIENT, CallFailed, Calls, client, default_credentials
from shared.domain.errors import AlreadyExists, PlatformError, RevisionChanged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from google.auth.credentials import Credentials

    from shared.adapters.firestore.records import Query, Write
    from shared.adapters.google_json import Client

GOOGLE = "https://firestore.googleapis.com"
OPERATORS = {"==": "EQUAL", "<": "LESS_THAN", "in": "IN"}


# Statuses after which a commit is retried.
COMMIT_TRANSIENT = {"UNAVAILABLE", "ABORTED"}


def records(
    project: str,
    database: str,
    emulator: str = "",
    credentials: Callable[[], Credentials] = default_credentials,
) -> RestRecords:
    """One database of a project, or of an emulator (host:port), which needs no credentials."""
    origin = f"http://{emulator}" if emulator else GOOGLE
    return RestRecords(client(emulator, credentials), origin, f"projects/{project}/databases/{database}")


class RestRecords:
    """`Records` on one database.

    Args:
        client: authenticates requests.
        origin: of Firestore or of an emulator.
        database: `projects/…/databases/…`.
    """

    def __init__(self, client: Client, origin: str, database: str) -> None:
        self._documents = f"{database}/documents"
        self._calls = Calls(client, f"{origin}/v1/{self._documents}:")

    def get(self, path: str) -> Record | None:
        """One read."""
        (response,) = self._read("batchGet", {"documents": [self._name(path)]})
        return _record(response["found"]) if "found" in response else None

    def commit(self, *writes: Write) -> list[Written]:
        """One commit."""
        body = {"writes": [self._write(write) for write in writes]}
        try:
            response = self._calls.call("commit", body, COMMIT_RETRY_S, COMMIT_TRANSIENT)
        except CallFailed as failed:
            raise _commit_error(failed.status, writes) from failed
        results = response.get("writeResults", [])
        return [_written(write, result) for write, result in zip(writes, results, strict=True)]

    def find(self, query: Query) -> list[Record]:
        """One query."""
        responses = self._read("runQuery", {"structuredQuery": self._query(query)})
        return [_record(response["document"]) for response in responses if "document" in response]

    def count(self, query: Query) -> int:
        """One aggregation, which reads index entries only."""
        counting = {"structuredQuery": self._query(query), "aggregations": [{"alias": "n", "count": {}}]}
        responses = self._read("runAggregationQuery", {"structuredAggregationQuery": counting})
        # Responses without a result report progress.
        (result,) = (response["result"] for response in responses if "result" in response)
        return int(result["aggregateFields"]["n"]["integerValue"])

    def _name(self, path: str) -> str:
        return f"{self._documents}/{path}"

    def _write(self, write: Write) -> dict[str, Any]:
        name = self._name(write.path)
        match write:
            case Remove():
                return {"delete": name, **_precondition(write.revision)}
            case Create():
                document = {"name": name, "fields": encoded(write.fields)}
                return {"update": document, "currentDocument": {"exists": False}}
            case Replace():
                return {**_update(name, write.fields), **_precondition(write.revision)}
            case Merge():
                return {**_update(name, write.fields), "updateTransforms": _transforms(write)}

    def _query(self, query: Query) -> dict[str, Any]:
        structured: dict[str, Any] = {
            "from": [{"collectionId": query.collection}],
            "where": {"compositeFilter": {"op": "AND", "filters": [_term(*term) for term in query.where]}},
            "limit": query.limit,
        }
        if query.order:
            direction = "DESCENDING" if query.descending else "ASCENDING"
            fields = (query.order, "__name__")
            structured["orderBy"] = [
                {"field": {"fieldPath": field}, "direction": direction} for field in fields
            ]
        if query.after:
            value, name = query.after
            position = {"referenceValue": self._name(f"{query.collection}/{name}")}
            structured["startAt"] = {"values": [encoded_value(value), position], "before": False}
        if query.select:
            structured["select"] = {"fields": [{"fieldPath": path} for path in query.select]}
        return structured

    def _read(self, method: str, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        try:
            responses = self._calls.call(method, body, READ_RETRY_S, READ_TRANSIENT)
        except CallFailed as failed:
            raise unexpected("Firestore") from failed
        return list(responses)


def _commit_error(status: str, writes: Sequence[Write]) -> PlatformError:
    """The error of a failed commit; only a write with a revision can be RevisionChanged."""
    if status == "ALREADY_EXISTS":
        return AlreadyExists()
    has_revision = any(isinstance(write, (Replace, Remove)) and write.revision for write in writes)
    if has_revision and status in {"FAILED_PRECONDITION", "NOT_FOUND"}:
        return RevisionChanged()
    return unexpected("Firestore")


def _precondition(revision: str) -> dict[str, Any]:
    return {"currentDocument": {"updateTime": revision}} if revision else {}


def _update(name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """An update of exactly these fields."""
    return {"update": {"name": name, "fields": encoded(fields)}, "updateMask": {"fieldPaths": list(fields)}}


def _transforms(write: Merge) -> list[dict[str, Any]]:
    kinds = (("increment", write.added), ("maximum", write.at_least))
    return [
        {"fieldPath": name, kind: encoded_value(number)} for kind, of in kinds for name, number in of.items()
    ]


def _term(field: str, operator: str, value: Any) -> dict[str, Any]:  # noqa: ANN401  # any value of a field
    compared = {"op": OPERATORS[operator], "value": encoded_value(value)}
    return {"fieldFilter": {"field": {"fieldPath": field}, **compared}}


def _record(document: Mapping[str, Any]) -> Record:
    return Record(
        document["name"].rpartition("/")[2],
        decoded(document.get("fields", {})),
        as_revision(document["updateTime"]),
        as_moment(document["createTime"]),
    )


def _written(write: Write, result: Mapping[str, Any]) -> Written:
    names = [*write.added, *write.at_least] if isinstance(write, Merge) else []
    numbers = [int(value["integerValue"]) for value in result.get("transformResults", ())]
    revision = as_revision(result["updateTime"]) if "updateTime" in result else ""
    return Written(revision, dict(zip(names, numbers, strict=True)))
