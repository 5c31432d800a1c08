"""Documents in memory, collection by collection; a document in here is never changed, only replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.firestore.model.names import collection_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from localcloud.firestore.model.messages import Document


class Documents:
    """What reads and queries see."""

    def __init__(self, collections: dict[str, dict[str, Document]] | None = None) -> None:
        self._collections = collections if collections is not None else {}

    def get(self, name: str) -> Document | None:
        """One document, by its full name."""
        return self._collections.get(collection_of(name), {}).get(name)

    def put(self, document: Document) -> None:
        """Add or replace."""
        self._collections.setdefault(collection_of(document.name), {})[document.name] = document

    def remove(self, name: str) -> None:
        """Take away, if it is there."""
        path = collection_of(name)
        collection = self._collections.get(path, {})
        collection.pop(name, None)
        if not collection:
            self._collections.pop(path, None)

    def collection(self, path: str) -> Mapping[str, Document]:
        """The documents directly in one collection, by name."""
        return self._collections.get(path, {})

    def below(self, parent: str, collection_id: str) -> Iterator[Document]:
        """All documents under `parent` in collections of that id; the empty id means any."""
        for path, collection in self._collections.items():
            if path.startswith(parent + "/") and collection_id in ("", path.rsplit("/", 1)[1]):
                yield from collection.values()

    def paths_below(self, parent: str) -> Iterator[str]:
        """The collections under `parent` that hold a document, relative to it."""
        prefix = parent + "/"
        return (path.removeprefix(prefix) for path in self._collections if path.startswith(prefix))

    def snapshot(self) -> Documents:
        """A copy of the current documents, for a reader that must not see later changes."""
        return Documents({path: dict(collection) for path, collection in self._collections.items()})
