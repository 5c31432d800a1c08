"""How long to leave alone what others fill or empty: waking up for every little costs more than it moves."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Pace:
    """Finds the pause in which so many bytes move, from how many moved in the last one.

    Attributes:
        wanted_bytes: that shall move meanwhile.
        shortest_s, longest_s: bounds of a pause; it begins with the shortest.
    """

    wanted_bytes: float
    shortest_s: float
    longest_s: float
    _pause_s: float = field(init=False)

    def __post_init__(self) -> None:
        self._pause_s = self.shortest_s

    def pause_s(self, moved_bytes: int) -> float:
        """The next pause, by how much had moved since the last one."""
        wanted_s = self._pause_s * self.wanted_bytes / max(moved_bytes, 1)
        self._pause_s = min(max(wanted_s, self.shortest_s), self.longest_s)
        return self._pause_s
