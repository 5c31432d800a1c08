"""Lists what is below a document: ListDocuments and ListCollectionIds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.cloud.firestore_v1 import types

from localcloud.firestore.model.errors import invalid, not_implemented
from localcloud.firestore.model.field_paths import NAME, masked
from localcloud.firestore.model.messages import Document
from localcloud.firestore.model.names import name_key

if TYPE_CHECKING:
    from localcloud.firestore.engine.documents import Documents
    from localcloud.firestore.model.messages import Message

PAGE_SIZE = 300
_DocumentsResponse = types.ListDocumentsResponse.pb()
_CollectionsResponse = types.ListCollectionIdsResponse.pb()


class Listings:
    """The two methods, over what is committed."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def list_documents(self, request: Message) -> Message:
        """ListDocuments, by name, a page at a time; the token is the last name of the page."""
        _check(request)
        path = f"{request.parent}/{request.collection_id}"
        found: dict[str, Document] = dict(self._documents.collection(path))
        if request.show_missing:
            for below in self._documents.paths_below(path):
                name = f"{path}/{below.split('/', 1)[0]}"
                found.setdefault(name, Document(name=name))
        names = sorted(found, key=name_key)
        if request.page_token:
            names = [name for name in names if name_key(name) > name_key(request.page_token)]
        size = request.page_size or PAGE_SIZE
        answer: Message = _DocumentsResponse()
        for name in names[:size]:
            document = found[name]
            mask = request.mask.field_paths
            answer.documents.append(masked(document, mask) if request.HasField("mask") else document)
        if len(names) > size:
            answer.next_page_token = names[size - 1]
        return answer

    async def list_collection_ids(self, request: Message) -> Message:
        """ListCollectionIds of a document or of the root."""
        ids = sorted({path.split("/", 1)[0] for path in self._documents.paths_below(request.parent)})
        ids = [one for one in ids if one > request.page_token]
        size = request.page_size or len(ids)
        token = ids[size - 1] if len(ids) > size else ""
        answer: Message = _CollectionsResponse(collection_ids=ids[:size], next_page_token=token)
        return answer


def _check(request: Message) -> None:
    if request.WhichOneof("consistency_selector") is not None:
        raise not_implemented("ListDocuments in a transaction or at a read_time")
    if request.order_by not in ("", NAME, f"{NAME} asc"):
        raise not_implemented(f"ListDocuments ordered by {request.order_by}")
    if request.page_size < 0:
        raise invalid("page_size must not be negative.")
    if not request.collection_id:
        raise not_implemented("ListDocuments without a collection_id")
