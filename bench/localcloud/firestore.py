"""localcloud's Firestore beside Google's emulator: `python -m bench.localcloud.firestore [ROUNDS]`.

Both run at the same time and take turns, one burst each, so that other load on the machine affects both.
"""

from __future__ import annotations

import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from google.api_core.exceptions import GoogleAPICallError
from google.cloud import firestore

from bench.harness.figures import Figure, figure, ratios, table
from bench.harness.process import tree_bytes
from tests.localcloud.firestore.running import Client, emulator, emulator_jar, local_process
from tools.cleanup.ending import clean_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.cloud.firestore import DocumentReference, Transaction

PART = "localcloud's Firestore"
OTHER = "Google's emulator"
ROUNDS = 5
BURST = 200
CONTENDERS = 20


@dataclass
class Side:
    """One of the two, and what was measured of it: operations a second by name, one figure a round."""

    start_s: float
    pid: int
    client: Client
    rates: dict[str, list[float]] = field(default_factory=dict)
    won: list[int] = field(default_factory=list)


@firestore.transactional
def increment(transaction: Transaction, reference: DocumentReference) -> None:
    """Read, add one, write."""
    count = reference.get(transaction=transaction).get("n")
    transaction.update(reference, {"n": count + 1})


def create(client: Client, number: int) -> None:
    """A new document."""
    client.collection("songs").document().create({"n": number, "owner": f"user{number % 10}"})


def get(client: Client, _: int) -> None:
    """One document by its name."""
    client.document("counters/one").get()


def transact(client: Client, _: int) -> None:
    """A transaction that reads and writes one document."""
    increment(client.transaction(), client.document("counters/one"))


def query(client: Client, _: int) -> None:
    """Twenty documents of one owner."""
    owned = client.collection("owned").where(filter=firestore.FieldFilter("owner", "==", "user3"))
    list(owned.limit(20).stream())


OPERATIONS: dict[str, tuple[Callable[[Client, int], None], int]] = {
    "create": (create, BURST),
    "get": (get, BURST),
    "transaction": (transact, BURST // 2),
    "query": (query, BURST // 4),
}


def contend(side: Side) -> int:
    """How many of twenty concurrent increments of one document succeed."""
    reference = side.client.document("counters/contended")
    reference.set({"n": 0})

    def one(_: int) -> bool:
        try:
            increment(side.client.transaction(), reference)
        except (GoogleAPICallError, ValueError):  # the client gives up with a ValueError
            return False
        return True

    with ThreadPoolExecutor(CONTENDERS) as threads:
        return sum(threads.map(one, range(CONTENDERS)))


def measure(sides: dict[str, Side], rounds: int) -> None:
    """Take turns, each operation in each round; the order of the two alternates."""
    for round_number in range(rounds):
        order = list(sides.values())[:: 1 if round_number % 2 else -1]
        for name, (operation, times) in OPERATIONS.items():
            for side in order:
                before = time.perf_counter()
                for number in range(times):
                    operation(side.client, number)
                side.rates.setdefault(name, []).append(times / (time.perf_counter() - before))
        for side in order:
            side.won.append(contend(side))


def prepared(start_s: float, pid: int, port: int) -> Side:
    """A side with something in it to read, its start counted up to its first answer."""
    client = Client(port)
    before = time.perf_counter()
    client.document("counters/one").set({"n": 0})
    start_s += time.perf_counter() - before
    for number in range(BURST):
        client.document(f"owned/{number}").set({"n": number, "owner": f"user{number % 10}"})
    return Side(start_s, pid, client)


def run(rounds: int = ROUNDS) -> list[Figure]:
    """Measure both in one run, ours to Google's; nothing where there is no emulator to compare with."""
    jar = emulator_jar()
    if jar is None:
        print("Google's Firestore emulator (gcloud's cloud-firestore-emulator, java) is not installed.")
        return []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        before = time.perf_counter()
        our_process, our_port = stack.enter_context(local_process(folder / "cloud.db"))
        ours = prepared(time.perf_counter() - before, our_process.pid, our_port)
        before = time.perf_counter()
        google_process, google_port = stack.enter_context(emulator(jar, folder / "log"))
        google = prepared(time.perf_counter() - before, google_process.pid, google_port)
        measure({"localcloud": ours, "google": google}, rounds)
        peak = tree_bytes(ours.pid) / tree_bytes(google.pid)
    won = f"{CONTENDERS} concurrent increments of one document, successful"
    return [
        figure(PART, "time to the first answer", OTHER, [ours.start_s / google.start_s]),
        figure(PART, "peak memory", OTHER, [peak]),
        *(
            figure(PART, f"{n} calls per second", OTHER, ratios(ours.rates[n], google.rates[n]))
            for n in OPERATIONS
        ),
        figure(PART, won, "", ours.won, goal=CONTENDERS, at_most=False),
        figure(PART, f"{won}: {OTHER}", "", google.won),
    ]


@clean_run("sonube-bench-")
def main() -> int:
    """Measure and print; 1 if there is no emulator to compare with."""
    figures = run(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
    if figures:
        print(table(figures))
    return int(not figures)


if __name__ == "__main__":
    sys.exit(main())
