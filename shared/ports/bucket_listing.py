"""The whole bucket, for the sweeper."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from datetime import datetime


class ListedObject(NamedTuple):
    """An object as a sweep sees it."""

    name: str
    generation: int
    created_at: datetime
    size_bytes: int = 0
    content_type: str = ""


class ObjectListing(Protocol):
    """Every object of one bucket, for whoever tidies up."""

    def stat(self, name: str) -> ListedObject | None:
        """The live generation, or None."""
        ...

    def page(self, start: str, size: int) -> tuple[tuple[ListedObject, ...], str | None]:
        """Objects by name, from `start` on, and where the next ones begin (None: there are none)."""
        ...

    def rewrite(self, stored: ListedObject) -> None:
        """Write it onto itself: it has an event again. Raises RevisionChanged if it is another by now."""
        ...

    def delete(self, stored: ListedObject) -> None:
        """Remove that generation, if it is there."""
        ...
