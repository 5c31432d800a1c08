"""Tasks in Firestore: `tasks/{taskId}`, each write guarded by the revision that was read."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.api_core import exceptions as google_errors
from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.api_core.retry import Retry, if_exception_type
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.adapters.google import translated
from shared.documents import from_document, to_document
from shared.errors import AlreadyExists, InvalidField, RevisionChanged
from shared.names import TASK_ID
from shared.ports import Page, TaskQuery

if TYPE_CHECKING:
    from shared.task import Task

COLLECTION = "tasks"
TIMEOUT_S = 5.0
# Only what surely had no effect, or can be repeated without one. The library's own default goes on for 300 s.
READ_RETRY = Retry(
    predicate=if_exception_type(google_errors.ServiceUnavailable, google_errors.InternalServerError),
    initial=0.1,
    maximum=1.0,
    timeout=10.0,
)
WRITE_RETRY = Retry(
    predicate=if_exception_type(google_errors.ServiceUnavailable), initial=0.1, maximum=1.0, timeout=10.0
)


class FirestoreTasks:
    """`TaskStore` on Firestore. A document's update time is the task's revision."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._tasks = client.collection(COLLECTION)

    def get(self, task_id: str) -> Task | None:
        """One read."""
        with translated("Firestore"):
            snapshot = self._tasks.document(task_id).get(retry=READ_RETRY, timeout=TIMEOUT_S)
        return _task(snapshot) if snapshot.exists else None

    def create(self, task: Task) -> Task:
        """One write that fails if the document exists, unless it was this very task's own retried write."""
        with translated("Firestore"):
            try:
                result = self._tasks.document(task.id).create(
                    to_document(task), retry=WRITE_RETRY, timeout=TIMEOUT_S
                )
            except google_errors.AlreadyExists as error:
                found = self.get(task.id)
                if found and found.nonce == task.nonce:
                    return found
                raise AlreadyExists(f"Task {task.id} exists already.") from error
        return _revised(task, result)

    def replace(self, task: Task) -> Task:
        """One write that fails if the document is not as it was read.

        A retried write can meet its own first try: that shows as a changed revision too, and the caller
        reads anew.
        """
        option = self._client.write_option(last_update_time=_parse_revision(task.revision or ""))
        with translated("Firestore"):
            try:
                result = self._tasks.document(task.id).update(
                    to_document(task), option=option, retry=WRITE_RETRY, timeout=TIMEOUT_S
                )
            except (google_errors.FailedPrecondition, google_errors.NotFound, google_errors.Aborted) as error:
                raise RevisionChanged from error
        return _revised(task, result)

    def delete(self, task_id: str) -> None:
        """One write; Firestore does not mind if there is nothing."""
        with translated("Firestore"):
            self._tasks.document(task_id).delete(retry=WRITE_RETRY, timeout=TIMEOUT_S)

    def page(self, query: TaskQuery) -> Page:
        """One query over the index (owner, [state,] createdAt, name); reads one task more than it gives."""
        direction = firestore.Query.DESCENDING if query.newest_first else firestore.Query.ASCENDING
        found = self._tasks.where(filter=FieldFilter("owner", "==", query.owner))
        if query.state:
            found = found.where(filter=FieldFilter("state", "==", query.state.value))
        found = found.order_by("createdAt", direction=direction).order_by("__name__", direction=direction)
        if query.token:
            found = found.start_after(self._cursor(query.token))
        with translated("Firestore"):
            snapshots = found.limit(query.size + 1).get(retry=READ_RETRY, timeout=TIMEOUT_S)
        tasks = tuple(_task(snapshot) for snapshot in snapshots)
        more = len(tasks) > query.size
        return Page(tasks[: query.size], _token(tasks[query.size - 1]) if more else None)

    def _cursor(self, token: str) -> dict[str, Any]:
        try:
            created, task_id = json.loads(base64.urlsafe_b64decode(token.encode()))
            moment, is_ours = datetime.fromisoformat(created), TASK_ID.fullmatch(task_id)
        except (ValueError, TypeError, binascii.Error) as error:
            raise InvalidField("pageToken is not one that we gave.", field="pageToken") from error
        if not is_ours:
            raise InvalidField("pageToken is not one that we gave.", field="pageToken")
        return {"createdAt": moment, "__name__": self._tasks.document(task_id)}


def _token(task: Task) -> str:
    pair = [task.created_at.isoformat(), task.id]
    return base64.urlsafe_b64encode(json.dumps(pair, separators=(",", ":")).encode()).decode()


def _task(snapshot: Any) -> Task:  # noqa: ANN401  # the SDK's types differ between get and query
    return from_document({"id": snapshot.id, **snapshot.to_dict()}, _revision(snapshot.update_time))


def _revised(task: Task, result: Any) -> Task:  # noqa: ANN401  # as above
    return task.revised(_revision(result.update_time))


def _revision(update_time: Any) -> str:  # noqa: ANN401  # one of two unrelated nanosecond datetimes
    return str(update_time.rfc3339())


def _parse_revision(revision: str) -> Any:  # noqa: ANN401  # the protobuf timestamp that the SDK wants
    moment = DatetimeWithNanoseconds.from_rfc3339(revision)
    return moment.timestamp_pb()
