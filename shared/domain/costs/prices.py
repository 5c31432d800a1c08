"""What a task costs, by the price table `prices.toml`, which an operator may change.

Money is a whole number of nano-dollars (10⁻⁹ USD), so that sums are exact; clients see US dollars.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE = Path(__file__).with_name("prices.toml")
NANO = 1_000_000_000
GIB = 1024**3
# Google's month of storage is 730 h; 30 days are within 1.4 % of it, on the dear side.
MONTH_DAYS = 30
# Of api and notify for one task, with five looks at it, as measured.
_HTTP_S = 0.1


class Operations(NamedTuple):
    """Calls to Google's services that are charged one by one.

    Attributes:
        requests: to our functions.
        class_a, class_b: of Cloud Storage: what writes, and what reads.
        queue: of Cloud Tasks.
    """

    requests: int = 0
    writes: int = 0
    reads: int = 0
    class_a: int = 0
    class_b: int = 0
    queue: int = 0


# Created with its counters; five looks at the task, and a link to each download, of which one is usual.
CREATION = Operations(requests=7, writes=3, reads=7)


def attempt_operations(outputs: int) -> Operations:
    """Return the operations of one attempt to convert an upload to so many outputs.

    Three events; claimed, reserved, reported twice, finished with its ledger, settled, and the reads of what
    is changed. Each output and the waveform are made; the source and its state are read.
    """
    return Operations(requests=4, writes=13, reads=5, class_a=2 + outputs, class_b=3 + outputs, queue=2)


class Price(NamedTuple):
    """What one unit costs, and the page that says so."""

    unit_usd: float
    unit: str
    source: str


class Cost(NamedTuple):
    """What something costs, in nano-dollars, by kind."""

    compute: int = 0
    storage: int = 0
    downloads: int = 0
    operations: int = 0

    @property
    def total(self) -> int:
        """The sum, in nano-dollars."""
        return sum(self)

    def plus(self, other: Cost) -> Cost:
        """Both together."""
        return Cost(*(mine + its for mine, its in zip(self, other, strict=True)))


class Prices(NamedTuple):
    """The price table. Every method returns nano-dollars.

    Attributes:
        date: of the table, ISO 8601.
        table: name → price.
        convert_gib: memory of an instance that converts; it has one vCPU.
        http_gib: memory of the other instances.
    """

    date: str
    region: str
    table: Mapping[str, Price]
    convert_gib: float
    http_gib: float

    def compute(self, seconds: float, memory_gib: float | None = None, vcpu: float = 1.0) -> int:
        """An instance that is busy so long; by default, one that converts."""
        gib = self.convert_gib if memory_gib is None else memory_gib
        return round(NANO * seconds * (vcpu * self._usd("cpu") + gib * self._usd("memory")))

    def storage(self, size_bytes: int, days: float) -> int:
        """So many bytes in the bucket, for so many days."""
        return round(NANO * size_bytes / GIB * max(0.0, days) / MONTH_DAYS * self._usd("stored"))

    def download(self, size_bytes: int) -> int:
        """So many bytes, sent over the internet."""
        return round(NANO * size_bytes / GIB * self._usd("egress"))

    def operations(self, counts: Operations) -> int:
        """Calls of other services."""
        names = ("request", "write", "read", "class_a", "class_b", "queue")
        return round(NANO * sum(n * self._usd(name) for name, n in zip(names, counts, strict=True)))

    def creation(self) -> Cost:
        """A task before anything is uploaded, and what its owner looks at."""
        return Cost(self.compute(_HTTP_S, self.http_gib), operations=self.operations(CREATION))

    def attempt(self, seconds: float, outputs: int) -> Cost:
        """One attempt that kept an instance busy so long, successful or not."""
        return Cost(self.compute(seconds), operations=self.operations(attempt_operations(outputs)))

    def task(self, busy_s: float, source_bytes: int, output_bytes: int, outputs: int, days: float) -> Cost:
        """A whole task: converted in one attempt, kept for so many days, and each output fetched once."""
        files = Cost(
            storage=self.storage(source_bytes + output_bytes, days), downloads=self.download(output_bytes)
        )
        return self.creation().plus(self.attempt(busy_s, outputs)).plus(files)

    def _usd(self, name: str) -> float:
        return self.table[name].unit_usd


@cache
def load_prices() -> Prices:
    """Return the table that is deployed; it is read when it is first needed."""
    import tomllib  # noqa: PLC0415  # most requests need no prices

    file = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    table = {
        name: Price(entry["usd"], entry["unit"], entry["source"])
        for name, entry in file.items()
        if isinstance(entry, dict) and "usd" in entry
    }
    instances = file["instances"]
    return Prices(file["date"], file["region"], table, instances["convert_gib"], instances["http_gib"])


def usd(nano_usd: int) -> float:
    """Return US dollars."""
    return round(nano_usd / NANO, 9)


def nano(usd: float) -> int:
    """Return nano-dollars."""
    return round(usd * NANO)
