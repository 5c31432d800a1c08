"""The store of API keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from shared.keys.api_key import ApiKey


class KeyStore(Protocol):
    """Keeps keys by id."""

    def get(self, key_id: str) -> ApiKey | None:
        """Return the key, or None."""
        ...

    def of_owner(self, owner: str, limit: int) -> Sequence[ApiKey]:
        """Return a user's keys, in any order."""
        ...

    def add(self, key: ApiKey) -> None:
        """Store a new key. Raises AlreadyExists."""
        ...

    def mark_used(self, key: ApiKey, hour: datetime) -> None:
        """Store the hour of the last use; nothing happens if the key has been revoked."""
        ...

    def remove(self, key_id: str) -> None:
        """Forget a key."""
        ...
