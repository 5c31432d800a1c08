"""Counts downloads: each link that is given, with the size of its file.

A download writes nothing by itself. An instance adds up what it has given to each user, and stores the sum
once it is worth a write. An instance that ends before loses less than that for each user.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.domain.costs.ledger import month_of
from shared.domain.errors import PlatformError

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.costs.prices import Prices
    from shared.domain.task import Task
    from shared.ports.admission import Admission
    from shared.ports.clock import Clock

# About 0.8 cents.
BATCH_BYTES = 64 * 1024**2
# Of users whose sums are kept; beyond it all are stored at once.
_MAX_USERS = 1000


@dataclass(frozen=True, slots=True)
class DownloadMeter:
    """Counts for one instance.

    Attributes:
        given: user → bytes that are not stored yet.
    """

    admission: Admission
    prices: Callable[[], Prices]
    clock: Clock
    given: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, task: Task, size_bytes: int) -> None:
        """Count a link to a file of this size. One write, once there is enough to store."""
        if task.payer is None:
            return
        with self.lock:
            self.given[task.payer] += size_bytes
            is_due = self.given[task.payer] >= BATCH_BYTES
            due = {task.payer: self.given.pop(task.payer)} if is_due else {}
            if len(self.given) > _MAX_USERS:
                due |= self.given
                self.given.clear()
        month = month_of(self.clock())
        for owner, fetched in due.items():
            try:
                self.admission.record_fetched(owner, month, fetched, self.prices().download(fetched))
            except PlatformError:
                # The download matters more, and the next one stores both.
                with self.lock:
                    self.given[owner] += fetched
