"""`Records` by Firestore's JSON API."""

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
from shared.adapters.firestore.rest_calls import CallFailed, Calls, authorized_session, open_session
from shared.adapters.firestore.rest_values import as_moment, as_revision, decoded, encoded, encoded_value
from shared.domain.errors import AlreadyExists, PlatformError, RevisionChanged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from requests import Session

    from shared.adapters.firestore.records import Query, Write

GOOGLE = "https://firestore.googleapis.com"
OPERATORS = {"==": "EQUAL", "<": "LESS_THAN", "in": "IN"}


# Statuses after which a call is retried.
READ_TRANSIENT = {"UNAVAILABLE", "INTERNAL", "DEADLINE_EXCEEDED"}
COMMIT_TRANSIENT = {"UNAVAILABLE", "ABORTED"}


def records(project: str, database: str, emulator: str) -> RestRecords:
    """One database of a project, as this machine's service account; `emulator` (host:port) asks for none."""
    origin = f"http://{emulator}" if emulator else GOOGLE
    session = open_session() if emulator else authorized_session()
    return RestRecords(session, origin, f"projects/{project}/databases/{database}")


class RestRecords:
    """`Records` on one database.

    Args:
        session: says who we are.
        origin: of Firestore, or of what stands in for it.
        database: `projects/…/databases/…`.
    """

    def __init__(self, session: Session, origin: str, database: str) -> None:
        self._documents = f"{database}/documents"
        self._calls = Calls(session, f"{origin}/v1/{self._documents}:")

    def get(self, path: str) -> Record | None:
        """One read."""
        (answer,) = self._read("batchGet", {"documents": [self._name(path)]})
        return _record(answer["found"]) if "found" in answer else None

    def commit(self, *writes: Write) -> list[Written]:
        """One commit."""
        body = {"writes": [self._write(write) for write in writes]}
        try:
            answer = self._calls.call("commit", body, COMMIT_RETRY_S, COMMIT_TRANSIENT)
        except CallFailed as failed:
            raise _uncommitted(failed.status, writes) from failed
        results = answer.get("writeResults", [])
        return [_written(write, result) for write, result in zip(writes, results, strict=True)]

    def find(self, query: Query) -> list[Record]:
        """One query."""
        answers = self._read("runQuery", {"structuredQuery": self._query(query)})
        return [_record(answer["document"]) for answer in answers if "document" in answer]

    def count(self, query: Query) -> int:
        """One aggregation; it reads index entries only."""
        counting = {"structuredQuery": self._query(query), "aggregations": [{"alias": "n", "count": {}}]}
        answers = self._read("runAggregationQuery", {"structuredAggregationQuery": counting})
        # Those without a result only tell that the counting goes on.
        (result,) = (answer["result"] for answer in answers if "result" in answer)
        return int(result["aggregateFields"]["n"]["integerValue"])

    def _name(self, path: str) -> str:
        return f"{self._documents}/{path}"

    def _write(self, write: Write) -> dict[str, Any]:
        name = self._name(write.path)
        match write:
            case Remove():
                return {"delete": name, **_seen(write.revision)}
            case Create():
                document = {"name": name, "fields": encoded(write.fields)}
                return {"update": document, "currentDocument": {"exists": False}}
            case Replace():
                return {**_update(name, write.fields), **_seen(write.revision)}
            case Merge():
                return {**_update(name, write.fields), "updateTransforms": _steps(write)}

    def _query(self, query: Query) -> dict[str, Any]:
        asked: dict[str, Any] = {
            "from": [{"collectionId": query.collection}],
            "where": {"compositeFilter": {"op": "AND", "filters": [_term(*term) for term in query.where]}},
            "limit": query.limit,
        }
        if query.order:
            way = "DESCENDING" if query.descending else "ASCENDING"
            fields = (query.order, "__name__")
            asked["orderBy"] = [{"field": {"fieldPath": field}, "direction": way} for field in fields]
        if query.after:
            value, name = query.after
            place = {"referenceValue": self._name(f"{query.collection}/{name}")}
            asked["startAt"] = {"values": [encoded_value(value), place], "before": False}
        return asked

    def _read(self, method: str, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        try:
            answers = self._calls.call(method, body, READ_RETRY_S, READ_TRANSIENT)
        except CallFailed as failed:
            raise unexpected("Firestore") from failed
        return list(answers)


def _uncommitted(status: str, writes: Sequence[Write]) -> PlatformError:
    """What a commit was refused for; only what goes by a revision can find that it has changed."""
    if status == "ALREADY_EXISTS":
        return AlreadyExists()
    guarded = any(isinstance(write, (Replace, Remove)) and write.revision for write in writes)
    if guarded and status in {"FAILED_PRECONDITION", "NOT_FOUND"}:
        return RevisionChanged()
    return unexpected("Firestore")


def _seen(revision: str) -> dict[str, Any]:
    return {"currentDocument": {"updateTime": revision}} if revision else {}


def _update(name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """These fields and no others."""
    return {"update": {"name": name, "fields": encoded(fields)}, "updateMask": {"fieldPaths": list(fields)}}


def _steps(write: Merge) -> list[dict[str, Any]]:
    kinds = (("increment", write.added), ("maximum", write.at_least))
    return [
        {"fieldPath": name, kind: encoded_value(number)} for kind, of in kinds for name, number in of.items()
    ]


def _term(field: str, operator: str, value: Any) -> dict[str, Any]:  # noqa: ANN401  # whatever a field holds
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
