"""Transactions: nothing lost, nothing invented, and on ours every contender gets its turn."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from google.api_core.exceptions import Aborted, GoogleAPICallError, InvalidArgument
from google.cloud import firestore

from localcloud.firestore.transactions.transactions import LockTimeouts
from tests.localcloud.firestore.running import Client, Local
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from pathlib import Path

    from google.cloud.firestore_v1 import DocumentReference, Transaction

THREADS = 20


@firestore.transactional
def increment(transaction: Transaction, reference: DocumentReference) -> None:
    count = reference.get(transaction=transaction).get("count")
    transaction.update(reference, {"count": count + 1})


@firestore.transactional
def transfer(transaction: Transaction, source: DocumentReference, target: DocumentReference) -> None:
    held = source.get(transaction=transaction).get("money")
    there = target.get(transaction=transaction).get("money")
    transaction.update(source, {"money": held - 1})
    transaction.update(target, {"money": there + 1})


def contend(client: Client, reference: DocumentReference, threads: int = THREADS) -> int:
    """How many of the threads' increments were acknowledged."""

    def one(_: int) -> bool:
        try:
            increment(client.transaction(), reference)
        except (GoogleAPICallError, ValueError):  # the client gives up with a ValueError
            return False
        return True

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(one, range(threads)))


def test_acknowledged_increments_are_all_there(client: Client) -> None:
    reference = client.document("counters/one")
    reference.set({"count": 0})

    acknowledged = contend(client, reference, 2)  # with more, Google's emulator takes its time

    assert reference.get().get("count") == acknowledged


def test_twenty_threads_on_one_document_all_succeed(local_client: Client) -> None:
    reference = local_client.document("counters/one")
    reference.set({"count": 0})

    assert contend(local_client, reference) == THREADS
    assert reference.get().get("count") == THREADS


def test_transfers_in_every_direction_lose_and_invent_nothing(local_client: Client) -> None:
    accounts = [local_client.document(f"accounts/{index}") for index in range(4)]
    for account in accounts:
        account.set({"money": 100})

    def one(seed: int) -> None:
        source, target = random.Random(seed).sample(accounts, 2)  # noqa: S311  # a test's choice
        transfer(local_client.transaction(max_attempts=20), source, target)

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(one, range(100)))
    assert sum(account.get().get("money") for account in accounts) == 400


def test_a_rolled_back_transaction_changes_nothing(client: Client) -> None:
    reference = client.document("counters/one")
    reference.set({"count": 0})

    @firestore.transactional
    def fails(transaction: Transaction) -> None:
        transaction.update(reference, {"count": 1})
        raise LookupError

    with pytest.raises(LookupError):
        fails(client.transaction())
    assert reference.get().get("count") == 0


def test_a_read_only_transaction_sees_one_moment(local_client: Client) -> None:
    first, second = local_client.document("c/1"), local_client.document("c/2")
    first.set({"version": 1})
    second.set({"version": 1})
    transaction = local_client.transaction(read_only=True)
    transaction._begin()

    first.get(transaction=transaction)
    second.set({"version": 2})

    assert second.get(transaction=transaction).get("version") == 1
    transaction._rollback()


def test_an_unknown_transaction_is_refused(client: Client) -> None:
    transaction = client.transaction()
    transaction._id = b"nonsense"  # type: ignore[assignment]  # the client says None only

    with pytest.raises(InvalidArgument):
        client.document("c/1").get(transaction=transaction)


def test_a_query_whose_result_another_changed_aborts_the_commit(local_client: Client) -> None:
    songs = local_client.collection("songs")
    songs.document("1").set({"state": "open"})
    transaction = local_client.transaction()
    transaction._begin()
    list(songs.where(filter=firestore.FieldFilter("state", "==", "open")).stream(transaction=transaction))

    songs.document("2").set({"state": "open"})

    transaction.set(songs.document("count"), {"open": 1})
    with pytest.raises(Aborted):
        transaction._commit()


def test_a_writer_waits_no_longer_than_an_idle_holder_may_hold(tmp_path: Path) -> None:
    local = Local(tmp_path, lock_timeouts=LockTimeouts(wait_s=HANG_S, idle_s=0.5))
    client = Client(local.port)
    reference = client.document("c/1")
    reference.set({"count": 0})
    idle = client.transaction()
    idle._begin()
    reference.get(transaction=idle)

    reference.set({"count": 1})

    idle.update(reference, {"count": 5})
    with pytest.raises(Aborted):
        idle._commit()
    client.close()
    local.close()
