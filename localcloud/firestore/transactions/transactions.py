"""Transactions that lock the documents they read, so that of many contenders each gets its turn.

A transaction which cannot go on (deadlock, too long a wait) is doomed: its reads still answer, and only its
Commit is ABORTED, because that is the one place from which the Python client begins the transaction again.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localcloud.firestore.model.errors import aborted, invalid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localcloud.firestore.engine.documents import Documents
    from localcloud.firestore.query.execution import Query

TRANSACTION_AGE_MAX_S = 270.0  # as the service documents
LOOK_AGAIN_S = 1.0


@dataclass(frozen=True)
class Patience:
    """How long locks are waited for and held.

    Attributes:
        wait_s: for one lock, before the waiter is doomed.
        idle_s: since the holder's last call, before a waiter may take the lock from it.
    """

    wait_s: float = 15.0
    idle_s: float = 10.0


@dataclass(eq=False)
class Transaction:
    """What one transaction has seen and holds.

    Attributes:
        snapshot: what a read-only transaction reads; None for one that may write.
        seen: the queries it ran, each with the versions it got, to be found the same at commit.
    """

    id: bytes = b""
    snapshot: Documents | None = None
    locks: set[str] = field(default_factory=set)
    seen: list[tuple[Query, tuple[object, ...]]] = field(default_factory=list)
    touched_s: float = field(default_factory=time.monotonic)
    doomed: bool = False
    waiting_for: str | None = None
    turn: asyncio.Future[None] | None = None


class Transactions:
    """The open transactions, and who holds which document."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._open: dict[bytes, Transaction] = {}
        self._holders: dict[str, Transaction] = {}
        self._queues: dict[str, deque[Transaction]] = {}

    def begin(self, snapshot: Documents | None = None) -> Transaction:
        """A new transaction; with a snapshot, it only reads."""
        self._forget_abandoned()
        transaction = Transaction(id=secrets.token_bytes(12), snapshot=snapshot)
        self._open[transaction.id] = transaction
        return transaction

    def get(self, transaction_id: bytes) -> Transaction:
        """An open transaction.

        Raises:
            Refused: INVALID_ARGUMENT.
        """
        transaction = self._open.get(transaction_id)
        if transaction is None:
            raise invalid("The referenced transaction has expired or is no longer valid.")
        transaction.touched_s = time.monotonic()
        return transaction

    def end(self, transaction: Transaction) -> None:
        """Forget a transaction and let go of what it holds."""
        self._open.pop(transaction.id, None)
        self._release(transaction)

    async def lock(self, transaction: Transaction, names: Iterable[str]) -> None:
        """Hold these documents until the transaction ends, or be doomed."""
        for name in names:
            if transaction.doomed or self._take(transaction, name):
                continue
            self._break_deadlock(transaction, name)
            await self._wait(transaction, name)
            transaction.touched_s = time.monotonic()

    async def lock_for_writer(self, names: Iterable[str]) -> Transaction:
        """Hold these documents for one commit outside any transaction; to be ended by the caller.

        Raises:
            Refused: ABORTED, they were not free in time.
        """
        writer = Transaction()
        await self.lock(writer, sorted(set(names)))
        if writer.doomed:
            self._release(writer)
            raise aborted("Too much contention on these documents. Please try again.")
        return writer

    def _take(self, transaction: Transaction, name: str) -> bool:
        if self._holders.setdefault(name, transaction) is not transaction:
            return False
        transaction.locks.add(name)
        return True

    async def _wait(self, transaction: Transaction, name: str) -> None:
        if transaction.doomed or self._take(transaction, name):
            return
        turn = asyncio.get_running_loop().create_future()
        transaction.waiting_for, transaction.turn = name, turn
        self._queues.setdefault(name, deque()).append(transaction)
        deadline_s = time.monotonic() + self._patience.wait_s
        try:
            while not turn.done():
                self._doom_idle_holder(name)
                await asyncio.wait({turn}, timeout=LOOK_AGAIN_S)
                if time.monotonic() > deadline_s and not turn.done():
                    self._doom(transaction)
        except asyncio.CancelledError:
            # Its caller hung up; whatever it held is not protected any more.
            self._doom(transaction)
            raise

    def _break_deadlock(self, transaction: Transaction, name: str) -> None:
        """Doom one of those who would wait for each other; a writer without a transaction never."""
        holder: Transaction | None = self._holders.get(name)
        while holder is not None and holder is not transaction:
            waits_for = holder.waiting_for
            if waits_for is None:
                return
            next_holder = self._holders.get(waits_for)
            if next_holder is transaction:
                self._doom(transaction if transaction.id else holder)
                return
            holder = next_holder

    def _doom_idle_holder(self, name: str) -> None:
        holder = self._holders.get(name)
        if holder is None or holder.turn is not None:
            return
        if time.monotonic() - holder.touched_s > self._patience.idle_s:
            self._doom(holder)

    def _doom(self, transaction: Transaction) -> None:
        transaction.doomed = True
        self._leave_queue(transaction)
        self._release(transaction)

    def _leave_queue(self, transaction: Transaction) -> None:
        if transaction.waiting_for is not None:
            self._queues[transaction.waiting_for].remove(transaction)
            self._drop_empty_queue(transaction.waiting_for)
        self._wake(transaction)

    def _release(self, transaction: Transaction) -> None:
        for name in tuple(transaction.locks):
            transaction.locks.discard(name)
            self._holders.pop(name, None)
            self._hand_over(name)

    def _hand_over(self, name: str) -> None:
        """Who waited longest is next; nobody can come between."""
        if name not in self._queues:
            return
        following = self._queues[name].popleft()
        self._drop_empty_queue(name)
        self._take(following, name)
        self._wake(following)

    def _drop_empty_queue(self, name: str) -> None:
        if not self._queues[name]:
            del self._queues[name]

    @staticmethod
    def _wake(transaction: Transaction) -> None:
        if transaction.turn is not None and not transaction.turn.done():
            transaction.turn.set_result(None)
        transaction.waiting_for, transaction.turn = None, None

    def _forget_abandoned(self) -> None:
        oldest_s = time.monotonic() - TRANSACTION_AGE_MAX_S
        for transaction in [one for one in self._open.values() if one.touched_s < oldest_s]:
            self.end(transaction)
