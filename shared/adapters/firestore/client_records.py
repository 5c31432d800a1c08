"""`Records` with Google's Firestore client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.api_core import exceptions as google_errors
from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.adapters.firestore.records import (
    COMMIT_RETRY_S,
    READ_RETRY_S,
    TIMEOUT_S,
    Create,
    Merge,
    Record,
    Remove,
    Replace,
    Written,
)
from shared.adapters.google import retry_on, translated
from shared.domain.errors import AlreadyExists, RevisionChanged

if TYPE_CHECKING:
    from shared.adapters.firestore.records import Query, Write


_UNAVAILABLE = google_errors.ServiceUnavailable
READ_RETRY = retry_on(_UNAVAILABLE, google_errors.InternalServerError, timeout_s=READ_RETRY_S)
COMMIT_RETRY = retry_on(_UNAVAILABLE, google_errors.Aborted, timeout_s=COMMIT_RETRY_S)


class GoogleRecords:
    """`Records` on a client of one database."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client

    def get(self, path: str) -> Record | None:
        """One read."""
        with translated("Firestore"):
            snapshot = self._client.document(path).get(retry=READ_RETRY, timeout=TIMEOUT_S)
        return _record(snapshot) if snapshot.exists else None

    def commit(self, *writes: Write) -> list[Written]:
        """One commit."""
        batch = self._client.batch()
        for write in writes:
            self._add(batch, write)
        with translated("Firestore"):
            try:
                results = batch.commit(retry=COMMIT_RETRY, timeout=TIMEOUT_S)
            except google_errors.AlreadyExists as error:
                raise AlreadyExists("The document already exists.") from error
            except (google_errors.FailedPrecondition, google_errors.NotFound) as error:
                raise RevisionChanged from error
        return [_written(write, result) for write, result in zip(writes, results, strict=True)]

    def find(self, query: Query) -> list[Record]:
        """One query."""
        found = self._matching(query)
        if query.order:
            direction = firestore.Query.DESCENDING if query.descending else firestore.Query.ASCENDING
            found = found.order_by(query.order, direction=direction).order_by("__name__", direction=direction)
        if query.after:
            value, name = query.after
            position = self._client.document(f"{query.collection}/{name}")
            found = found.start_after({query.order: value, "__name__": position})
        if query.select:
            found = found.select(query.select)
        with translated("Firestore"):
            snapshots = found.limit(query.limit).get(retry=READ_RETRY, timeout=TIMEOUT_S)
        return [_record(snapshot) for snapshot in snapshots]

    def count(self, query: Query) -> int:
        """One aggregation; it reads index entries only."""
        with translated("Firestore"):
            counting = self._matching(query).limit(query.limit).count()
            found = counting.get(retry=READ_RETRY, timeout=TIMEOUT_S)
        return int(found[0][0].value)

    def _matching(self, query: Query) -> Any:  # noqa: ANN401  # the SDK's own types are not exported
        found: Any = self._client.collection(query.collection)
        for term in query.where:
            found = found.where(filter=FieldFilter(*term))
        return found

    def _add(self, batch: firestore.WriteBatch, write: Write) -> None:
        document = self._client.document(write.path)
        match write:
            case Create():
                batch.create(document, dict(write.fields))
            case Replace():
                batch.update(document, dict(write.fields), self._precondition(write.revision))
            case Remove():
                batch.delete(document, self._precondition(write.revision) if write.revision else None)
            case Merge():
                transforms: dict[str, Any] = {name: firestore.Increment(n) for name, n in write.added.items()}
                transforms |= {name: firestore.Maximum(n) for name, n in write.at_least.items()}
                batch.set(document, {**write.fields, **_nested(transforms)}, merge=True)

    def _precondition(self, revision: str) -> Any:  # noqa: ANN401  # as above
        moment = DatetimeWithNanoseconds.from_rfc3339(revision).timestamp_pb()
        return self._client.write_option(last_update_time=moment)


def _nested(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields, with a mapping for each dot in a path."""
    found: dict[str, Any] = {}
    for path, value in fields.items():
        *parents, name = path.split(".")
        inner = found
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[name] = value
    return found


def _record(snapshot: Any) -> Record:  # noqa: ANN401  # the SDK's types differ between get and query
    return Record(snapshot.id, snapshot.to_dict(), _revision(snapshot.update_time), snapshot.create_time)


def _written(write: Write, result: Any) -> Written:  # noqa: ANN401  # as above
    # The client sends transforms in the order of their fields' names.
    names = sorted([*write.added, *write.at_least]) if isinstance(write, Merge) else []
    values = [value.integer_value for value in result.transform_results]
    return Written(_revision(result.update_time), dict(zip(names, values, strict=True)))


def _revision(moment: Any) -> str:  # noqa: ANN401  # one of two unrelated nanosecond datetimes; None if deleted
    if not moment:
        return ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.nanosecond:09d}Z"
