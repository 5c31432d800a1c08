"""Transactions that lock the documents they read; waiters get a lock in the order in which they came.

A transaction that cannot continue (deadlock, lock timeout) is aborted: its reads are still answered; only its
Commit returns ABORTED, because Commit is the only call after which the Python client retries a transaction.
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
LOCK_POLL_S = 1.0


@dataclass(frozen=True)
class LockTimeouts:
    """How long locks are waited for and held.

    Attributes:
        wait_s: for one lock, before the waiter is aborted.
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
    last_used_s: float = field(default_factory=time.monotonic)
    is_aborted: bool = False
    waiting_for: str | None = None
    turn: asyncio.Future[None] | None = None


class Transactions:
    """The open transactions, and who holds which document."""

    def __init__(self, lock_timeouts: LockTimeouts) -> None:
        self._timeouts = lock_timeouts
        self._open: dict[bytes, Transaction] = {}
        self._holders: dict[str, Transaction] = {}
        self._queues: dict[str, deque[Transaction]] = {}

    def begin(self, snapshot: Documents | None = None) -> Transaction:
        """A new transaction; with a snapshot, it only reads."""
        self._expire()
        transaction = Transaction(id=secrets.token_bytes(12), snapshot=snapshot)
        self._open[transaction.id] = transaction
        return transaction

    def get(self, transaction_id: bytes) -> Transaction:
        """An open transaction.

        Raises:
            StatusError: INVALID_ARGUMENT.
        """
        transaction = self._open.get(transaction_id)
        if transaction is None:
            raise invalid("The referenced transaction has expired or is no longer valid.")
        transaction.last_used_s = time.monotonic()
        return transaction

    def end(self, transaction: Transaction) -> None:
        """Forget a transaction and let go of what it holds."""
        self._open.pop(transaction.id, None)
        self._release(transaction)

    async def lock(self, transaction: Transaction, names: Iterable[str]) -> None:
        """Hold these documents until the transaction ends, or abort it."""
        for name in names:
            if transaction.is_aborted or self._acquire(transaction, name):
                continue
            self._break_deadlock(transaction, name)
            await self._wait(transaction, name)
            transaction.last_used_s = time.monotonic()

    async def lock_for_writer(self, names: Iterable[str]) -> Transaction:
        """Hold these documents for one commit outside any transaction; to be ended by the caller.

        Raises:
            StatusError: ABORTED, they were not free in time.
        """
        writer = Transaction()
        await self.lock(writer, sorted(set(names)))
        if writer.is_aborted:
            self._release(writer)
            raise aborted("Too much contention on these documents. Please try again.")
        return writer

    def _acquire(self, transaction: Transaction, name: str) -> bool:
        if self._holders.setdefault(name, transaction) is not transaction:
            return False
        transaction.locks.add(name)
        return True

    async def _wait(self, transaction: Transaction, name: str) -> None:
        if transaction.is_aborted or self._acquire(transaction, name):
            return
        turn = asyncio.get_running_loop().create_future()
        transaction.waiting_for, transaction.turn = name, turn
        self._queues.setdefault(name, deque()).append(transaction)
        deadline_s = time.monotonic() + self._timeouts.wait_s
        try:
            while not turn.done():
                self._abort_idle_holder(name)
                await asyncio.wait({turn}, timeout=LOCK_POLL_S)
                if time.monotonic() > deadline_s and not turn.done():
                    self._abort(transaction)
        except asyncio.CancelledError:
            # Its caller disconnected; its locks no longer hold.
            self._abort(transaction)
            raise

    def _break_deadlock(self, transaction: Transaction, name: str) -> None:
        """Abort one of those who would wait for each other; never a writer without a transaction."""
        holder: Transaction | None = self._holders.get(name)
        while holder is not None and holder is not transaction:
            waits_for = holder.waiting_for
            if waits_for is None:
                return
            next_holder = self._holders.get(waits_for)
            if next_holder is transaction:
                self._abort(transaction if transaction.id else holder)
                return
            holder = next_holder

    def _abort_idle_holder(self, name: str) -> None:
        holder = self._holders.get(name)
        if holder is None or holder.turn is not None:
            return
        if time.monotonic() - holder.last_used_s > self._timeouts.idle_s:
            self._abort(holder)

    def _abort(self, transaction: Transaction) -> None:
        transaction.is_aborted = True
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
            self._grant_next(name)

    def _grant_next(self, name: str) -> None:
        """The longest waiter is next; no other caller can come between."""
        if name not in self._queues:
            return
        following = self._queues[name].popleft()
        self._drop_empty_queue(name)
        self._acquire(following, name)
        self._wake(following)

    def _drop_empty_queue(self, name: str) -> None:
        if not self._queues[name]:
            del self._queues[name]

    @staticmethod
    def _wake(transaction: Transaction) -> None:
        if transaction.turn is not None and not transaction.turn.done():
            transaction.turn.set_result(None)
        transaction.waiting_for, transaction.turn = None, None

    def _expire(self) -> None:
        oldest_s = time.monotonic() - TRANSACTION_AGE_MAX_S
        for transaction in [one for one in self._open.values() if one.last_used_s < oldest_s]:
            self.end(transaction)
