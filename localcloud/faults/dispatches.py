"""Faults of events and tasks on the way to their targets."""

from __future__ import annotations

from typing import Protocol


class DispatchFaults(Protocol):
    """How often, and how late, a dispatch is delivered."""

    def dispatch_copies(self, kind: str, key: str) -> list[float]:
        """One delay in seconds for each delivery: `[0.0]` is normal, `[]` loses the dispatch."""


class NoFaults:
    """Everything is delivered once, without delay."""

    def dispatch_copies(self, kind: str, key: str) -> list[float]:  # noqa: ARG002  # the port's signature
        """Deliver once, now."""
        return [0.0]
