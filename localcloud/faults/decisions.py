"""Decides which faults to inject: a function of seed, kind, key and how often the key has occurred.

The order in which different keys arrive has no influence: a failing seed replays although processes race.
Ids that are random in each run would prevent that, so in a key they all count as the same.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.faults.plan import FaultPlan

Refusal = Literal["unavailable", "drop"]

# A copy of a dispatch follows within this time, a dispatch that is to be overtaken waits so long at least.
COPY_WITHIN_S = 1.0
OVERTAKEN_S = (0.2, 1.0)
# Task ids, hashes, generations: long words with a digit, and long numbers.
DRAWN_ID = re.compile(r"(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{16,}|\d{10,}")


class Faults:
    """The decisions of one localcloud.

    Attributes:
        plan: may be replaced at any time; counting restarts with a new plan.
        injected: how many faults of each kind there were, over all plans.
    """

    def __init__(self, plan: FaultPlan) -> None:
        self._plan = plan
        self._times: Counter[tuple[str, str]] = Counter()
        self.injected: Counter[str] = Counter()

    @property
    def plan(self) -> FaultPlan:
        """The current plan."""
        return self._plan

    @plan.setter
    def plan(self, plan: FaultPlan) -> None:
        self._plan = plan
        self._times.clear()

    def dispatch_copies(self, kind: str, key: str) -> list[float]:
        """Seconds until each delivery of an event or task; `[0.0]` is the normal case."""
        plan, chance = self._plan, self._chance(f"dispatch {kind}", key)
        first_s = 0.0
        if self._happens(chance, plan.reorder, f"reordered {kind}"):
            first_s = chance.uniform(*OVERTAKEN_S)
        if self._happens(chance, plan.delay, f"delayed {kind}"):
            first_s += chance.uniform(0, plan.delay_s)
        copies = [first_s]
        if self._happens(chance, plan.duplicate, f"duplicated {kind}"):
            # Two at the very same time are the harder case: half of the copies are.
            copies.append(first_s + chance.choice([0.0, chance.uniform(0, COPY_WITHIN_S)]))
        return copies

    def refusal(self, service: str, key: str) -> Refusal | None:
        """Whether a request is refused, and how."""
        chance = self._chance(f"request {service}", key)
        if self._happens(chance, self._plan.unavailable, f"unavailable {service}"):
            return "unavailable"
        if self._happens(chance, self._plan.drop, f"dropped {service}"):
            return "drop"
        return None

    def kill_at(self, key: str) -> str | None:
        """The point at which the instance that now begins to work on `key` is to be killed."""
        chance = self._chance("kill", key)
        if chance.random() >= self._plan.kill:
            return None
        return chance.choice(self._plan.kill_at)

    def killed(self, point: str) -> None:
        """Count an instance that was killed."""
        self.injected[f"killed {point}"] += 1

    def report(self) -> Mapping[str, int]:
        """`injected`, by name."""
        return {what: times for what, times in sorted(self.injected.items()) if times}

    def _happens(self, chance: random.Random, rate: float, what: str) -> bool:
        # Drawn in any case: the decisions that follow must not depend on this one's rate.
        happens = chance.random() < rate
        self.injected[what] += happens
        return happens

    def _chance(self, kind: str, key: str) -> random.Random:
        """A generator of this seed, kind, key and time."""
        key = DRAWN_ID.sub("*", key)
        self._times[kind, key] += 1
        text = f"{self._plan.seed}\0{kind}\0{key}\0{self._times[kind, key]}"
        return random.Random(hashlib.sha256(text.encode()).digest())  # noqa: S311  # repeatable, not secret
