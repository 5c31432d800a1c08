"""Accounts whose data is being deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class Deletion(NamedTuple):
    """A user who has asked for the deletion of everything, and when."""

    owner: str
    requested_at: datetime


class DeletionStore(Protocol):
    """Remembers deletions until nothing more can be left over."""

    def add(self, deletion: Deletion) -> None:
        """Store it; a repeated request keeps the time of the first one."""
        ...

    def pending(self, limit: int) -> Sequence[Deletion]:
        """Some deletions, in any order."""
        ...

    def remove(self, owner: str) -> None:
        """Forget it."""
        ...
