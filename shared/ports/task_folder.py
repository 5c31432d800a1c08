"""The folders of tasks and of drops in the bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.ports.objects import ObjectInfo


class TaskFolder(Protocol):
    """The objects of tasks, as their owner's requests change them."""

    def stat(self, name: str) -> ObjectInfo | None:
        """The live generation, or None."""
        ...

    def rewrite(self, info: ObjectInfo) -> None:
        """Write the object onto itself: the same bytes, a newer generation, and so an event of its own.

        Raises:
            RevisionChanged: the live generation is another one, or there is none.
        """
        ...

    def delete_all(self, names: Iterable[str]) -> int:
        """Remove these objects, if they are there; how many were named."""
        ...

    def delete_folder(self, folder: str) -> int:
        """Remove every object of that folder; how many there were."""
        ...


class DropFolder(Protocol):
    """Objects that were dropped into the bucket without a task."""

    def is_live(self, name: str, generation: int) -> bool:
        """Whether that generation is what lies there now."""
        ...

    def read(self, name: str, max_bytes: int) -> bytes | None:
        """The live generation, cut off one byte beyond `max_bytes`; None if there is none."""
        ...

    def move(self, name: str, generation: int, target: str) -> bool:
        """Take that generation to a place of its own, once; whether it is there now, by whomever it came."""
        ...
