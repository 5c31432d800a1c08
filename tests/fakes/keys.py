"""API keys in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from shared.keys.api_key import ApiKey


@dataclass
class FakeKeys:
    """`KeyStore` in a dictionary, which counts how often a use was noted."""

    stored: dict[str, ApiKey] = field(default_factory=dict)
    marks: int = 0

    def get(self, key_id: str) -> ApiKey | None:
        return self.stored.get(key_id)

    def of_owner(self, owner: str, limit: int) -> Sequence[ApiKey]:
        return [key for key in self.stored.values() if key.owner == owner][:limit]

    def add(self, key: ApiKey) -> None:
        self.stored[key.id] = key

    def mark_used(self, key: ApiKey, hour: datetime) -> None:
        self.marks += 1
        self.stored[key.id] = replace(key, used_at=hour)

    def remove(self, key_id: str) -> None:
        self.stored.pop(key_id, None)
