"""Webhook endpoints in Firestore: `webhooks/{uid}`, each write guarded by the revision that was read."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from google.api_core import exceptions as google_errors
from google.api_core.datetime_helpers import DatetimeWithNanoseconds

from shared.adapters.firestore import READ_RETRY, TIMEOUT_S, WRITE_RETRY
from shared.adapters.google import translated
from shared.errors import RevisionChanged
from shared.spelling import camel
from shared.webhook_endpoint import Endpoint

if TYPE_CHECKING:
    from google.cloud import firestore

COLLECTION = "webhooks"
STORED = tuple(field.name for field in fields(Endpoint) if field.name not in {"owner", "revision"})


class FirestoreEndpoints:
    """`EndpointStore` on Firestore. A document's update time is the endpoint's revision."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._endpoints = client.collection(COLLECTION)

    def get(self, owner: str) -> Endpoint | None:
        """One read."""
        with translated("Firestore"):
            snapshot = self._document(owner).get(retry=READ_RETRY, timeout=TIMEOUT_S)
        if not snapshot.exists:
            return None
        stored = snapshot.to_dict() or {}
        values = {name: stored[camel(name)] for name in STORED if camel(name) in stored}
        return Endpoint(owner=owner, revision=str(snapshot.update_time.rfc3339()), **values)

    def put(self, endpoint: Endpoint) -> None:
        """One write that fails if the document is not as it was read; without a revision, if there is one."""
        document = {camel(name): getattr(endpoint, name) for name in STORED}
        reference = self._document(endpoint.owner)
        with translated("Firestore"):
            try:
                if endpoint.revision is None:
                    reference.create(document, retry=WRITE_RETRY, timeout=TIMEOUT_S)
                else:
                    seen = DatetimeWithNanoseconds.from_rfc3339(endpoint.revision).timestamp_pb()
                    option = self._client.write_option(last_update_time=seen)
                    reference.update(document, option=option, retry=WRITE_RETRY, timeout=TIMEOUT_S)
            except (
                google_errors.AlreadyExists,
                google_errors.FailedPrecondition,
                google_errors.NotFound,
                google_errors.Aborted,
            ) as error:
                raise RevisionChanged from error

    def _document(self, owner: str) -> Any:  # noqa: ANN401  # the SDK's own type is not exported
        # A document's name holds no slash; a uid that an administrator chose might.
        return self._endpoints.document(quote(owner, safe=""))
