"""`kill -9` of the whole cloud under load, and a restart on its data: nothing acknowledged is lost."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests
from google.api_core.exceptions import GoogleAPICallError
from google.cloud import tasks_v2

from shared.adapters.tasks.cloud_tasks import tasks_client
from tests.localcloud.firestore.running import Client
from tests.waiting import HANG_S, wait_until
from tools.throwaway import ThrowawayCloud

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ENOUGH, MOST = 25, 900
QUANTUM = 256 * 1024
SONG = os.urandom(2 * QUANTUM + 1000)
ACCOUNT = {"email": "ana@example.com", "password": "correct horse", "returnSecureToken": True}


@dataclass
class Load:
    """One client per service, and what was acknowledged to each."""

    environment: dict[str, str]
    acknowledged: dict[str, list[str]] = field(default_factory=dict)
    killed: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        host, self.project = (
            self.environment["FIRESTORE_EMULATOR_HOST"],
            self.environment["GOOGLE_CLOUD_PROJECT"],
        )
        self.firestore = Client(int(host.rpartition(":")[2]), self.project)
        self.tasks = tasks_client(self.environment["CLOUD_TASKS_EMULATOR_HOST"])
        self.queue = f"projects/{self.project}/locations/us-central1/queues/notify"
        self.objects = (
            f"{self.environment['STORAGE_EMULATOR_HOST']}/storage/v1/b/{self.environment['BUCKET']}/o"
        )
        self.uploads = self.objects.replace("/storage/v1", "/upload/storage/v1")

    def add_object(self, name: str) -> None:
        url = f"{self.uploads}?uploadType=media&name={name}"
        requests.post(url, data=name, timeout=HANG_S).raise_for_status()

    def add_document(self, name: str) -> None:
        self.firestore.document(f"songs/{name}").create({"name": name}, retry=None, timeout=HANG_S)

    def add_task(self, name: str) -> None:
        task = tasks_v2.Task(
            name=f"{self.queue}/tasks/{name}",
            http_request={"url": "http://127.0.0.1:9/"},
            schedule_time=datetime.now(UTC) + timedelta(hours=1),
        )
        self.tasks.create_task(parent=self.queue, task=task, retry=None, timeout=HANG_S)

    def add_user(self, name: str) -> None:
        self.account("signUp", {**ACCOUNT, "email": f"{name}@example.com"}).raise_for_status()

    def account(self, method: str, fields: dict[str, Any]) -> requests.Response:
        host = self.environment["FIREBASE_AUTH_EMULATOR_HOST"]
        url = f"http://{host}/identitytoolkit.googleapis.com/v1/accounts:{method}?key=local"
        return requests.post(url, json=fields, timeout=HANG_S)

    def pending_events(self) -> int:
        status = requests.get(f"{self.environment['LOCALCLOUD_URL']}/status", timeout=HANG_S).json()
        return int(status["events"]["pending"])

    def keep_adding(self, kind: str) -> None:
        """Add until the cloud is killed, less than fills a page of a listing."""
        add: Callable[[str], None] = getattr(self, f"add_{kind}")
        for number in range(MOST):
            if self.killed.is_set():
                return
            try:
                add(f"{kind}-{number}")
            except (requests.RequestException, GoogleAPICallError):
                assert self.killed.wait(HANG_S)
                return
            self.acknowledged.setdefault(kind, []).append(f"{kind}-{number}")

    def close(self) -> None:
        self.firestore.close()
        self.tasks.transport.close()


KINDS = ("object", "document", "task", "user")


@dataclass
class Killed:
    """What was there before the kill, and the cloud that came back."""

    folder: Path
    before: Load
    after: Load
    session: str
    id_token: str


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killed]:
    folder = tmp_path_factory.mktemp("killed")
    cloud = ThrowawayCloud(folder, "--apis-only")
    cloud.start()
    load = Load(cloud.environment)
    token = load.account("signUp", ACCOUNT).json()["idToken"]
    session = requests.post(f"{load.uploads}?uploadType=resumable&name=song", timeout=HANG_S).headers[
        "Location"
    ]
    part = {"Content-Range": f"bytes 0-{QUANTUM - 1}/*"}
    assert requests.put(session, SONG[:QUANTUM], headers=part, timeout=HANG_S).status_code == 308
    with ThreadPoolExecutor(len(KINDS)) as pool:
        adding = [pool.submit(load.keep_adding, kind) for kind in KINDS]
        wait_until(lambda: min(len(load.acknowledged.get(kind, [])) for kind in KINDS) >= ENOUGH)
        cloud.kill()
        load.killed.set()
        for each in adding:
            each.result()
    cloud.start()
    again = Load(cloud.environment)
    yield Killed(folder, load, again, session, token)
    load.close()
    again.close()
    cloud.stop()


def test_it_answers_at_the_same_address(killed: Killed) -> None:
    assert killed.after.environment == killed.before.environment


def test_every_object_is_there_with_its_bytes_and_its_event(killed: Killed) -> None:
    names = killed.before.acknowledged["object"]
    listed = requests.get(killed.after.objects, timeout=HANG_S).json()["items"]

    assert {each["name"] for each in listed} >= set(names)
    assert killed.after.pending_events() == len(listed)
    for name in names[:: len(names) // 10]:
        assert requests.get(f"{killed.after.objects}/{name}?alt=media", timeout=HANG_S).text == name


def test_every_document_is_there(killed: Killed) -> None:
    found = {each.id for each in killed.after.firestore.collection("songs").stream(timeout=HANG_S)}

    assert found >= set(killed.before.acknowledged["document"])


def test_every_task_is_there(killed: Killed) -> None:
    listed = killed.after.tasks.list_tasks(parent=killed.after.queue, timeout=HANG_S)
    found = {each.name.rpartition("/")[2] for each in listed}

    assert found >= set(killed.before.acknowledged["task"])


def test_every_user_is_there_and_tokens_stay_good(killed: Killed) -> None:
    for name in killed.before.acknowledged["user"][::10]:
        login = {**ACCOUNT, "email": f"{name}@example.com"}
        assert killed.after.account("signInWithPassword", login).status_code == 200

    assert killed.after.account("lookup", {"idToken": killed.id_token}).json()["users"]


def test_an_upload_resumes_where_it_stopped(killed: Killed) -> None:
    asked = requests.put(killed.session, headers={"Content-Range": "bytes */*"}, timeout=HANG_S)
    rest = {"Content-Range": f"bytes {QUANTUM}-{len(SONG) - 1}/{len(SONG)}"}
    stored = requests.put(killed.session, SONG[QUANTUM:], headers=rest, timeout=HANG_S)
    content = requests.get(f"{killed.after.objects}/song?alt=media", timeout=HANG_S).content

    assert (asked.status_code, asked.headers["Range"]) == (308, f"bytes=0-{QUANTUM - 1}")
    assert (stored.status_code, content) == (200, SONG)


def test_two_clouds_do_not_share_their_data(killed: Killed) -> None:
    second = ThrowawayCloud(killed.folder, "--apis-only")

    with pytest.raises(RuntimeError, match="Another localcloud is running on"):
        second.start()
