"""Adapters with their real clients, on localcloud."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
import requests
from google.cloud import tasks_v2
from google.cloud.storage import Client

from shared.adapters.firestore.records import Merge
from shared.adapters.firestore.tasks import FirestoreTasks, path_of
from shared.adapters.storage.objects import BucketObjects
from shared.adapters.storage.signing import BucketUrls, signing_credentials
from shared.adapters.tasks.cloud_tasks import NotifyQueue, tasks_client
from shared.domain.errors import AlreadyExists, InvalidField, RevisionChanged, Stale
from shared.domain.files import Source
from shared.domain.media import Probe, Track
from shared.domain.names import new_task_id
from shared.domain.presentation.listed import listed_text
from shared.domain.states import Claim, State
from shared.ports.tasks import TaskQuery
from shared.service.update import change_task
from tests.builders import a_folder, a_task
from tests.fakes.clock import NOON
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from pathlib import Path

    from shared.adapters.firestore.records import Query, Record, Records, Write, Written


@pytest.fixture
def tasks(records: Records) -> FirestoreTasks:
    return FirestoreTasks(records)


@pytest.fixture
def objects(environment: dict[str, str]) -> BucketObjects:
    return BucketObjects(Client(project=environment["GOOGLE_CLOUD_PROJECT"]), environment["BUCKET"])


@pytest.fixture
def urls(environment: dict[str, str]) -> BucketUrls:
    return BucketUrls(environment["BUCKET"], signing_credentials(), 900, environment["STORAGE_EMULATOR_HOST"])


def test_stored_task_is_read_back_unchanged(tasks: FirestoreTasks) -> None:
    stored = tasks.create(a_task(id=new_task_id()))

    assert stored == tasks.get(stored.id)


def test_retried_create_succeeds_and_another_create_is_refused(tasks: FirestoreTasks) -> None:
    stored = tasks.create(a_task(id=new_task_id()))

    assert stored == tasks.create(replace(stored, revision=None))
    with pytest.raises(AlreadyExists):
        tasks.create(replace(stored, nonce="another"))


def test_write_with_an_old_revision_is_refused(tasks: FirestoreTasks) -> None:
    first = tasks.create(a_task(id=new_task_id()))
    tasks.replace(replace(first, progress=0.5))

    with pytest.raises(RevisionChanged):
        tasks.replace(replace(first, progress=0.9))


@dataclass
class LosesResponses:
    """Firestore over a network that loses the first response to each commit, so that it is sent again."""

    records: Records

    def commit(self, *writes: Write) -> list[Written]:
        self.records.commit(*writes)
        return self.records.commit(*writes)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.records, name)


def test_write_retried_after_a_lost_response_succeeds(records: Records) -> None:
    first = FirestoreTasks(records).create(a_task(id=new_task_id()))
    changed = FirestoreTasks(cast("Records", LosesResponses(records))).replace(replace(first, progress=0.5))

    assert changed == FirestoreTasks(records).get(first.id)
    assert changed.progress == 0.5
    with pytest.raises(RevisionChanged):
        FirestoreTasks(cast("Records", LosesResponses(records))).replace(replace(first, progress=0.5))


def test_write_to_a_deleted_task_is_refused(tasks: FirestoreTasks) -> None:
    stored = tasks.create(a_task(id=new_task_id()))
    tasks.delete(stored.id)

    assert tasks.get(stored.id) is None
    with pytest.raises(RevisionChanged):
        tasks.replace(stored)


def test_concurrent_changes_are_all_applied(tasks: FirestoreTasks) -> None:
    task = tasks.create(a_task(id=new_task_id()))

    def once(_: int) -> None:
        change_task(tasks, task.id, lambda t: replace(t, attempts=t.attempts + 1))

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(once, range(10)))

    found = tasks.get(task.id)
    assert (found and found.attempts) == 10


def test_pages_are_consistent_while_tasks_are_created(tasks: FirestoreTasks) -> None:
    owner = new_task_id()

    def create(n: int) -> str:
        created = NOON + timedelta(seconds=n)
        return tasks.create(a_task(id=new_task_id(), owner=owner, created_at=created)).id

    ids = [create(n) for n in range(5)]
    first = tasks.page(TaskQuery(owner, size=2))
    newer = create(9)
    second = tasks.page(TaskQuery(owner, size=3, token=first.next_token))

    assert list(reversed(ids)) == [task.id for task in (*first.tasks, *second.tasks)]
    assert second.next_token is None
    assert newer == tasks.page(TaskQuery(owner, size=1)).tasks[0].id


def test_pages_leave_out_what_may_be_long(tasks: FirestoreTasks) -> None:
    owner = new_task_id()
    probe = Probe(
        "wav", "pcm_s16le", None, 44100, 2, tags={"title": "x" * 60_000}, tracks=(Track(1, "pcm_s16le"),)
    )
    source = Source("x/song.wav", size_bytes=5, probe=probe)
    made = tasks.create(a_task(id=new_task_id(), owner=owner, source=source))
    plain = tasks.create(a_task(id=new_task_id(), owner=owner, created_at=NOON - timedelta(days=1)))

    listed = tasks.page(TaskQuery(owner)).tasks

    assert listed == (replace(made, source=replace(source, probe=replace(probe, tags={}, tracks=()))), plain)
    assert tasks.get(made.id) == made


def test_list_has_the_same_tasks_in_the_same_order_as_a_page(tasks: FirestoreTasks) -> None:
    owner = new_task_id()
    for n in range(3):
        tasks.create(a_task(id=new_task_id(), owner=owner, created_at=NOON + timedelta(seconds=n)))

    listed, page = tasks.listed(TaskQuery(owner, size=2)), tasks.page(TaskQuery(owner, size=2))

    assert listed == (tuple(map(listed_text, page.tasks)), page.next_token)


@dataclass
class Counting:
    """Counts the queries."""

    records: Records
    queries: int = 0

    def find(self, query: Query) -> list[Record]:
        self.queries += 1
        return self.records.find(query)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.records, name)


def test_list_of_tasks_that_were_written_by_this_version_is_one_query(records: Records) -> None:
    counting, owner = Counting(records), new_task_id()
    tasks = FirestoreTasks(cast("Records", counting))
    changed = replace(tasks.create(a_task(id=new_task_id(), owner=owner)), state=State.CANCELLED)
    tasks.replace(changed)

    assert (listed_text(changed),) == tasks.listed(TaskQuery(owner)).texts
    assert counting.queries == 1


@pytest.mark.parametrize("old", ["without a text", "with a text of another version"])
def test_list_shows_tasks_of_other_versions(records: Records, old: str) -> None:
    tasks, owner = FirestoreTasks(records), new_task_id()
    made = tasks.create(a_task(id=new_task_id(), owner=owner))
    text = {"version": "other", "writeId": "w", "text": "{}"} if old.startswith("with a") else None
    records.commit(Merge(path_of(made.id), {"listed": text or {}, "writeId": "w"}))

    assert (listed_text(made),) == tasks.listed(TaskQuery(owner)).texts


def test_list_never_shows_a_text_older_than_the_last_write(records: Records) -> None:
    """A version without texts, to which an operator has gone back, leaves them as they were."""
    tasks, owner = FirestoreTasks(records), new_task_id()
    made = tasks.create(a_task(id=new_task_id(), owner=owner))
    records.commit(Merge(path_of(made.id), {"state": "CANCELLED", "writeId": "of the other version"}))

    (text,) = tasks.listed(TaskQuery(owner)).texts

    assert json.loads(text)["state"] == "CANCELLED"


@pytest.mark.parametrize("token", ["x", "W10=", "bm90IGpzb24=", "WyJ4IiwgImEvYiJd", "é"])
def test_invalid_page_token_is_refused(tasks: FirestoreTasks, token: str) -> None:
    with pytest.raises(InvalidField):
        tasks.listed(TaskQuery("ana", token=token))


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("state", [None, State.WAITING])
def test_every_page_query_has_an_index(
    tasks: FirestoreTasks, state: State | None, *, newest_first: bool
) -> None:
    assert tasks.listed(TaskQuery(new_task_id(), newest_first=newest_first, state=state)).texts == ()


def test_object_is_created_once_and_read_by_generation(objects: BucketObjects, tmp_path: Path) -> None:
    name, file = f"{a_folder()}/a b%#🎵.wav", tmp_path / "file"
    file.write_bytes(b"sound")
    info = objects.upload(file, name, "audio/wav")
    with pytest.raises(AlreadyExists):
        objects.upload(file, name, "audio/wav")
    objects.download(name, info.generation, tmp_path / "back")
    with pytest.raises(Stale):
        objects.download(name, info.generation + 1, tmp_path / "never")
    found = objects.stat(name)
    objects.delete(name)
    objects.delete(name)

    assert (info.size_bytes, info.content_type) == (5, "audio/wav")
    assert (tmp_path / "back").read_bytes() == b"sound"
    assert info == found
    assert objects.stat(name) is None


def test_download_url_preserves_any_file_name(
    objects: BucketObjects, urls: BucketUrls, tmp_path: Path
) -> None:
    name, filename = f"{a_folder()}/x.wav", 'say "hi"; ñ 🎵\\.wav'
    (tmp_path / "file").write_bytes(b"sound")
    objects.upload(tmp_path / "file", name, "audio/wav")
    answer = requests.get(urls.download(name, filename, "audio/x-special").url, timeout=HANG_S)

    assert (answer.content, answer.headers["Content-Type"]) == (b"sound", "audio/x-special")
    assert "filename*=UTF-8''say%20%22hi%22%3B%20%C3%B1" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(("data", "status"), [(b"1234", 200), (b"12345", 400)])
def test_upload_url_enforces_its_size_limit(urls: BucketUrls, data: bytes, status: int) -> None:
    request = urls.upload(f"{a_folder()}/x.wav", "audio/wav", 4)
    answer = requests.put(request.url, data=data, headers=request.headers, timeout=HANG_S)

    assert status == answer.status_code


def test_repeated_notification_is_enqueued_once(environment: dict[str, str]) -> None:
    client = tasks_client(environment["CLOUD_TASKS_EMULATOR_HOST"])
    parent = f"projects/{environment['GOOGLE_CLOUD_PROJECT']}/locations/us-central1"
    queue = f"{parent}/queues/adapter-{time.time_ns()}"
    client.create_queue(parent=parent, queue=tasks_v2.Queue(name=queue))
    client.pause_queue(name=queue)
    notifier = NotifyQueue(client, queue, "http://127.0.0.1:9", "invoker@p.iam.gserviceaccount.com")
    task = a_task(claim=Claim(7, 1, "lease", NOON, finished=True))
    notifier.notify_finished(task)
    notifier.notify_finished(task)

    assert len(list(client.list_tasks(parent=queue))) == 1
