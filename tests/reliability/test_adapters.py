"""The adapters for limits, dropped files and the sweeper, with Google's clients on localcloud."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from functions.convert.lease import Lease
from shared.adapters.firestore.ledger import FirestoreLedger
from shared.adapters.firestore.search import FirestoreSearch
from shared.adapters.firestore.tasks import FirestoreTasks
from shared.adapters.storage.drops import BucketDrops
from shared.adapters.storage.listing import BucketListing
from shared.domain.costs.prices import nano
from shared.domain.errors import DailyLimitReached, RevisionChanged
from shared.domain.media import Probe
from shared.domain.names import new_task_id
from shared.domain.states import Claim, State
from shared.domain.task import Failure
from shared.service.conversion_limits import Allowance, ConversionLimits
from tests.builders import a_folder, a_task
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from google.cloud.storage import Bucket

    from shared.adapters.firestore.records import Records
    from shared.domain.task import Task


LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
PROBE = Probe("wav", "pcm_s16le", 60.0, 44_100, 2)


def claimed(owner: str) -> Task:
    """A new task of this user that an instance has claimed."""
    now = datetime.now(UTC)
    claim = Claim(7, 1, "lease", now + timedelta(hours=1))
    return a_task(
        id=new_task_id(),
        owner=owner,
        state=State.CONVERTING,
        claim=claim,
        conversions=1,
        expire_at=now + timedelta(days=7),
    )


def test_conversions_are_counted_to_the_exact_limit(records: Records) -> None:
    tasks, owner = FirestoreTasks(records), f"a/{new_task_id()}"
    limits = ConversionLimits(9, Allowance(nano(1), 21), Allowance(nano(9), 10**9))
    counts = []
    for _ in range(30):
        task = tasks.create(claimed(owner))
        lease = Lease(tasks, lambda: datetime.now(UTC), task, "lease", timedelta(hours=1), 0.0)
        try:
            limits.reserve(task, 9, 1.0, datetime.now(UTC), lease.charge)
        except DailyLimitReached as error:
            lease.refuse(Failure.of(error))
            continue
        counts.append(lease.finish((), PROBE, ()).cost)

    used = FirestoreLedger(records).usage(owner, f"{datetime.now(UTC):%Y-%m}")
    assert len(counts) == 21
    assert (used.nano_usd, used.reserved_nano_usd, used.audio_s) == (sum(counts), 0, 21 * 60)


def test_an_owners_running_conversions_are_counted_to_the_limit(records: Records) -> None:
    tasks, counter, owner = FirestoreTasks(records), FirestoreLedger(records), new_task_id()
    states = [State.CONVERTING] * 3 + [State.UPLOADED, State.WAITING, State.PROCESSED]
    for state in states:
        tasks.create(a_task(id=new_task_id(), owner=owner, state=state))
    tasks.create(a_task(id=new_task_id(), owner=new_task_id(), state=State.CONVERTING))

    assert (counter.count_running(owner, 9), counter.count_running(owner, 2)) == (3, 2)


def test_idle_tasks_are_found_page_by_page(records: Records) -> None:
    tasks, search = FirestoreTasks(records), FirestoreSearch(records)
    times = [LONG_AGO + timedelta(hours=n % 2) for n in range(5)]
    stored = [tasks.create(a_task(id=new_task_id(), state=State.EXPIRED, updated_at=time)) for time in times]
    found: list[Task] = []
    token = None
    for _ in range(4):
        page = search.find_idle(State.EXPIRED, LONG_AGO + timedelta(days=1), 2, token)
        found += page.tasks
        token = page.next_token
        if token is None:
            break

    assert sorted(stored, key=lambda t: (t.updated_at, t.id)) == found


def test_cursor_is_stored_and_an_invalid_token_starts_from_the_beginning(records: Records) -> None:
    search, name = FirestoreSearch(records), new_task_id()
    before = search.cursor(name)
    search.save_cursor(name, "there")

    assert (before, search.cursor(name)) == (None, "there")
    assert search.find_idle(State.CANCELLED, LONG_AGO, 5, "nonsense").tasks == ()


def test_all_objects_are_listed_page_by_page(bucket: Bucket) -> None:
    prefix = a_folder()
    names = [f"{prefix}/{n} ñ" for n in range(5)]
    for name in names:
        bucket.blob(name).upload_from_string(b"x", timeout=HANG_S)
    listing, seen, start = BucketListing(bucket.client, bucket.name), set(), prefix
    for _ in range(9):
        page, following = listing.page(start, 2)
        seen |= {stored.name for stored in page if stored.name.startswith(prefix)}
        if following is None:
            break
        start = following

    assert set(names) == seen


def test_object_is_rewritten_and_deleted_by_generation(bucket: Bucket) -> None:
    listing, name = BucketListing(bucket.client, bucket.name), f"{a_folder()}/x"
    bucket.blob(name).upload_from_string(b"x", timeout=HANG_S)
    seen = listing.stat(name)
    assert seen
    listing.rewrite(seen)
    fresh = listing.stat(name)
    assert fresh
    listing.delete(name, seen.generation)

    assert fresh.generation > seen.generation
    with pytest.raises(RevisionChanged):
        listing.rewrite(seen)
    listing.delete(name, fresh.generation)
    assert listing.stat(name) is None


def test_dropped_file_is_moved_once_and_by_generation(bucket: Bucket) -> None:
    drops, folder = BucketDrops(bucket.client, bucket.name), a_folder()
    blob = bucket.blob(f"drop/nothing/{folder}/")
    blob.upload_from_string(b"sound", timeout=HANG_S)
    generation = int(blob.generation)
    moved = drops.move(blob.name, generation, f"{folder}/a")

    assert (moved, drops.move(blob.name, generation, f"{folder}/a")) == (True, True)
    assert drops.move(blob.name, generation, f"{folder}/b") is False
    assert (drops.is_live(blob.name, generation), drops.read(f"{folder}/a", 2)) == (False, b"sou")
    assert (drops.read(blob.name, 9), drops.read(f"{folder}/a", 9)) == (None, b"sound")


def test_move_interrupted_after_its_copy_is_completed(bucket: Bucket) -> None:
    drops, folder = BucketDrops(bucket.client, bucket.name), a_folder()
    blob = bucket.blob(f"drop/nothing/{folder}/")
    blob.upload_from_string(b"sound", timeout=HANG_S)
    bucket.copy_blob(blob, bucket, f"{folder}/a", timeout=HANG_S)

    assert drops.move(blob.name, int(blob.generation), f"{folder}/a")
    assert not blob.exists(timeout=HANG_S)
