"""The folders of tasks, and of files that were dropped into the bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.ports.objects import ObjectInfo


class TaskFolder(Protocol):
    """The objects of tasks, as requests of their owners change them."""

    def stat(self, name: str) -> ObjectInfo | None:
        """The live generation, or None."""
        ...

    def rewrite(self, info: ObjectInfo) -> None:
        """Write the object onto itself: the same bytes in a newer generation, which triggers an event.

        Raises:
            RevisionChanged: the object was replaced or deleted.
        """
        ...

    def delete_all(self, names: Iterable[str]) -> int:
        """Delete these objects if they exist; the number of names."""
        ...

    def delete_folder(self, folder: str) -> int:
        """Delete every object of the folder; the number of objects."""
        ...


class DropFolder(Protocol):
    """Files that were written to the bucket without a task."""

    def is_live(self, name: str, generation: int) -> bool:
        """Whether that generation is the live one."""
        ...

    def read(self, name: str, max_bytes: int) -> bytes | None:
        """The live generation, cut one byte after `max_bytes`; None if there is none."""
        ...

    def move(self, name: str, generation: int, target: str) -> bool:
        """Move that generation to `target` unless `target` exists; whether `target` exists afterwards."""
        ...
