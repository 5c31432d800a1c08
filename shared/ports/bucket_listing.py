"""The whole bucket, as the sweeper sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shared.ports.objects import ObjectInfo


class ObjectListing(Protocol):
    """All objects of one bucket, those of other writers included."""

    def stat(self, name: str) -> ObjectInfo | None:
        """The live generation, or None."""
        ...

    def page(self, start: str, size: int) -> tuple[tuple[ObjectInfo, ...], str | None]:
        """Objects by name, from `start` on, and where the next page starts (None: there is none)."""
        ...

    def rewrite(self, info: ObjectInfo) -> None:
        """Write it onto itself, which triggers an event. Raises RevisionChanged if it was replaced."""
        ...

    def delete(self, name: str, generation: int) -> None:
        """Delete that generation if it exists."""
        ...
