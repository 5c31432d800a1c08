"""Fakes of our ports, for tests of the use cases."""

from __future__ import annotations

import base64
import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO

import google_crc32c

from shared.adapters.storage.objects import STREAM_CHUNK_BYTES
from shared.domain.errors import AlreadyExists, RevisionChanged, Stale, Unauthenticated, Unavailable
from shared.domain.files import Output, Source, Upload
from shared.domain.task import Task
from shared.ports.accounts import Caller
from shared.ports.admission import StoredResponse, Usage
from shared.ports.links import SignedRequest
from shared.ports.objects import ObjectInfo
from shared.ports.tasks import Page, TaskQuery
from shared.webhooks.ports import WebhookResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from shared.domain.states import State
    from shared.ports.admission import Arrival
    from shared.webhooks.endpoint import Endpoint

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class FakeTasks:
    """`TaskStore` in a dictionary, with a new revision for each write."""

    stored: dict[str, Task] = field(default_factory=dict)
    writes: int = 0

    def get(self, task_id: str) -> Task | None:
        return self.stored.get(task_id)

    def create(self, task: Task) -> Task:
        if task.id in self.stored:
            raise AlreadyExists
        return self._write(task)

    def replace(self, task: Task) -> Task:
        known = self.stored.get(task.id)
        if known is None or known.revision != task.revision:
            raise RevisionChanged
        return self._write(task)

    def delete(self, task_id: str) -> None:
        self.stored.pop(task_id, None)

    def page(self, query: TaskQuery) -> Page:
        mine = [t for t in self.stored.values() if t.owner == query.owner]
        mine = [t for t in mine if query.state in {None, t.state}]
        mine.sort(key=lambda t: (t.created_at, t.id), reverse=query.newest_first)
        begin = int(query.token or 0)
        end = begin + query.size
        return Page(tuple(mine[begin:end]), str(end) if end < len(mine) else None)

    def _write(self, task: Task) -> Task:
        self.writes += 1
        self.stored[task.id] = task.with_revision(str(self.writes))
        return self.stored[task.id]


@dataclass
class FakeAdmission:
    """`Admission` over the same tasks."""

    tasks: FakeTasks
    clock: FakeClock
    responses: dict[tuple[str, str], StoredResponse] = field(default_factory=dict)
    usages: dict[str, Usage] = field(default_factory=dict)
    counted: int = 0

    def admit(self, task: Task, arrival: Arrival, response: StoredResponse | None) -> tuple[Task, Usage]:
        if response and (response.owner, response.key) in self.responses:
            raise AlreadyExists
        stored = self.tasks.create(task)
        if response:
            with_revision = response._replace(stored_at=self.clock(), revision=stored.revision)
            self.responses[response.owner, response.key] = with_revision
        return stored, self.take_token(task.owner, arrival, started=1)

    def withdraw(self, task: Task, arrival: Arrival, response: StoredResponse | None) -> None:
        self.tasks.delete(task.id)
        if response:
            self.delete_response(response)
        self.return_token(task.owner, arrival, started=1)

    def take_token(self, owner: str, arrival: Arrival, *, started: int = 0) -> Usage:
        known = self.usages.get(owner, Usage(0, 0, 0))
        tat_us = max(known.tat_us, arrival.at_us) + arrival.interval_us
        self.usages[owner] = known._replace(tat_us=tat_us, started=known.started + started)
        return self.usages[owner]

    def return_token(self, owner: str, arrival: Arrival, *, started: int = 0) -> None:
        known = self.usages[owner]
        self.usages[owner] = known._replace(
            tat_us=known.tat_us - arrival.interval_us, ended=known.ended + started
        )

    def count_open(self, owner: str, limit: int) -> int:
        self.counted += 1
        mine = [t for t in self.tasks.stored.values() if t.owner == owner and not t.is_final]
        return min(len(mine), limit)

    def record_ended(self, owner: str, ended: int) -> None:
        known = self.usages[owner]
        self.usages[owner] = known._replace(ended=max(known.ended, ended))

    def find_response(self, owner: str, key: str) -> StoredResponse | None:
        return self.responses.get((owner, key))

    def delete_response(self, response: StoredResponse) -> None:
        known = self.responses.get((response.owner, response.key))
        if response.revision and (known is None or known.revision != response.revision):
            raise RevisionChanged
        self.responses.pop((response.owner, response.key), None)


@dataclass
class FakeObjects:
    """`ObjectStore` in memory."""

    contents: dict[str, bytes] = field(default_factory=dict)
    generations: dict[str, int] = field(default_factory=dict)
    created: dict[int, datetime] = field(default_factory=dict)
    piece_bytes: int = STREAM_CHUNK_BYTES

    def put(self, name: str, data: bytes) -> ObjectInfo:
        self.contents[name] = data
        self.generations[name] = max(self.generations.values(), default=1000) + 1
        return self._info(name)

    def stat(self, name: str) -> ObjectInfo | None:
        return self._info(name) if name in self.contents else None

    def download(self, name: str, generation: int, target: Path) -> None:
        if self.generations.get(name) != generation or name not in self.contents:
            raise Stale
        target.write_bytes(self.contents[name])

    def read_into(self, name: str, generation: int, into: BinaryIO, span: range | None = None) -> None:
        if self.generations.get(name) != generation or name not in self.contents:
            raise Stale
        span = span or range(len(self.contents[name]))
        into.write(self.contents[name][span.start : span.stop])

    def upload(self, source: Path, name: str, content_type: str, replacing: int = 0) -> ObjectInfo:
        if (self.generations[name] if name in self.contents else 0) != replacing:
            raise AlreadyExists
        return self.put(name, source.read_bytes())._replace(content_type=content_type)

    def upload_stream(self, source: BinaryIO, name: str) -> ObjectInfo:
        data = b""
        while piece := source.read(self.piece_bytes):
            data += piece
        return self.put(name, data)

    def compose(
        self, parts: Sequence[ObjectInfo], name: str, content_type: str, replacing: int = 0
    ) -> ObjectInfo:
        if (self.generations[name] if name in self.contents else 0) != replacing:
            raise AlreadyExists
        if any(p.name not in self.contents or self.generations[p.name] != p.generation for p in parts):
            raise Unavailable
        data = b"".join(self.contents[part.name] for part in parts)
        return self.put(name, data)._replace(content_type=content_type)

    def delete_folder(self, folder: str) -> int:
        names = [name for name in self.contents if name.startswith(f"{folder}/")]
        for name in names:
            self.delete(name)
        return len(names)

    def delete(self, name: str) -> None:
        self.contents.pop(name, None)

    def _info(self, name: str) -> ObjectInfo:
        data = self.contents[name]
        crc32c = base64.b64encode(google_crc32c.Checksum(data).digest()).decode()
        generation = self.generations[name]
        return ObjectInfo(name, generation, len(data), crc32c, "", self.created.get(generation, NOON))


@dataclass
class FakeFolder:
    """`TaskFolder` over the same objects."""

    objects: FakeObjects = field(default_factory=FakeObjects)

    def stat(self, name: str) -> ObjectInfo | None:
        return self.objects.stat(name)

    def rewrite(self, info: ObjectInfo) -> None:
        if self.objects.stat(info.name) != info:
            raise RevisionChanged
        self.objects.put(info.name, self.objects.contents[info.name])

    def delete_all(self, names: Iterable[str]) -> int:
        wanted = list(names)
        for name in wanted:
            self.objects.delete(name)
        return len(wanted)

    def delete_folder(self, folder: str) -> int:
        return self.delete_all([name for name in self.objects.contents if name.startswith(f"{folder}/")])


@dataclass
class FakeConversionCounter:
    """`ConversionCounter` in a dictionary."""

    counted: dict[tuple[str, date], int] = field(default_factory=dict)

    def use_user_quota(self, owner: str, day: date, limit: int) -> bool:
        self.counted[owner, day] = self.counted.get((owner, day), 0) + 1
        return self.counted[owner, day] <= limit

    def use_service_quota(self, day: date, limit: int) -> bool:
        return self.use_user_quota("", day, limit)


@dataclass
class FakeDropFolder:
    """`DropFolder` over the same objects."""

    objects: FakeObjects = field(default_factory=FakeObjects)

    def is_live(self, name: str, generation: int) -> bool:
        found = self.objects.stat(name)
        return found is not None and found.generation == generation

    def read(self, name: str, max_bytes: int) -> bytes | None:
        data = self.objects.contents.get(name)
        return None if data is None else data[: max_bytes + 1]

    def move(self, name: str, generation: int, target: str) -> bool:
        if self.is_live(name, generation):
            if target not in self.objects.contents:
                self.objects.put(target, self.objects.contents[name])
            self.objects.delete(name)
        return target in self.objects.contents


@dataclass
class FakeSearch:
    """`TaskSearch` over the same tasks; a token is the time and id of the last task."""

    tasks: FakeTasks
    cursors: dict[str, str | None] = field(default_factory=dict)

    def find_idle(self, state: State, before: datetime, size: int, token: str | None) -> Page:
        found = [t for t in self.tasks.stored.values() if t.state is state and t.updated_at < before]
        keys = {f"{t.updated_at.isoformat()} {t.id}": t for t in found}
        page = [key for key in sorted(keys) if key > (token or "")][:size]
        return Page(tuple(keys[key] for key in page), page[-1] if len(page) == size else None)

    def cursor(self, name: str) -> str | None:
        return self.cursors.get(name)

    def save_cursor(self, name: str, cursor: str | None) -> None:
        self.cursors[name] = cursor


@dataclass
class FakeObjectListing:
    """`ObjectListing` over the same objects."""

    objects: FakeObjects
    clock: FakeClock

    def stat(self, name: str) -> ObjectInfo | None:
        return self.objects.stat(name)

    def page(self, start: str, size: int) -> tuple[tuple[ObjectInfo, ...], str | None]:
        names = sorted(name for name in self.objects.contents if name >= start)
        found = tuple(info for name in names[:size] if (info := self.stat(name)))
        return found, names[size] if len(names) > size else None

    def rewrite(self, info: ObjectInfo) -> None:
        if self.stat(info.name) != info:
            raise RevisionChanged
        rewritten = self.objects.put(info.name, self.objects.contents[info.name])
        self.objects.created[rewritten.generation] = self.clock()

    def delete(self, name: str, generation: int) -> None:
        info = self.stat(name)
        if info and info.generation == generation:
            self.objects.delete(name)


@dataclass
class FakeNotifier:
    notified: list[Task] = field(default_factory=list)

    def notify_finished(self, task: Task) -> None:
        self.notified.append(task)


@dataclass
class FakeEndpoints:
    """`EndpointStore` in a dictionary."""

    stored: dict[str, Endpoint] = field(default_factory=dict)
    writes: int = 0

    def get(self, owner: str) -> Endpoint | None:
        return self.stored.get(owner)

    def put(self, endpoint: Endpoint) -> None:
        known = self.stored.get(endpoint.owner)
        if (known.revision if known else None) != endpoint.revision:
            raise RevisionChanged
        self.writes += 1
        self.stored[endpoint.owner] = replace(endpoint, revision=str(self.writes))


@dataclass
class FakeQueue:
    """`DeliveryQueue` that records event, run, number and time of each attempt."""

    enqueued: list[tuple[str | None, int, int, datetime | None]] = field(default_factory=list)

    def enqueue_attempt(self, task: Task, not_before: datetime | None = None) -> None:
        self.enqueued.append((task.webhook.event, task.webhook.run, task.webhook.sent + 1, not_before))


@dataclass
class FakeSender:
    """`Sender` that records what it sent and responds by a script, with 200 after its end."""

    script: list[WebhookResponse] = field(default_factory=list)
    sent: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebhookResponse:
        self.sent.append((url, body, dict(headers)))
        return self.script.pop(0) if self.script else WebhookResponse(200, "ok", 5)


class FakeUrls:
    def upload(self, name: str, content_type: str, max_bytes: int) -> SignedRequest:
        headers = {"content-type": content_type, "x-goog-content-length-range": f"0,{max_bytes}"}
        return SignedRequest(f"https://signed/{name}", "PUT", headers, NOON)

    def open_session(self, name: str, content_type: str, max_bytes: int, origin: str | None) -> str:
        return f"https://session/{name}?type={content_type}&most={max_bytes}&origin={origin}"

    def download(self, name: str, filename: str, content_type: str) -> SignedRequest:
        return SignedRequest(f"https://signed/{name}?as={filename}&type={content_type}", "GET", {}, NOON)


class FakeTokens:
    """The token is the user's id; `bad` is invalid."""

    def verify(self, token: str, *, check_revoked: bool = False) -> Caller:
        if token == "bad" or (check_revoked and token == "revoked"):
            raise Unauthenticated
        return Caller(token, f"{token}@example.com")


def a_task(**changes: object) -> Task:
    """A task that waits for `song.wav`, to convert it to mp3."""
    task_id = "T" * 22
    task = Task(
        id=task_id,
        owner="ana",
        filename="song.wav",
        source=Source(f"{task_id}/song.wav"),
        outputs=(Output("mp3", f"{task_id}/song.mp3"),),
        nonce="nonce",
        created_at=NOON,
        updated_at=NOON,
        expire_at=NOON + timedelta(days=30),
    )
    return replace(task, **changes)  # type: ignore[arg-type]  # any field


def an_upload(**changes: object) -> Upload:
    """The upload that `a_task` waits for."""
    upload = Upload("bucket", f"{'T' * 22}/song.wav", 1001, 10, "AAAAAA==", "audio/wav", NOON)
    return replace(upload, **changes)  # type: ignore[arg-type]  # as above


def copy_of(file: Path, target: Path) -> Path:
    """A copy that a test may spoil."""
    shutil.copyfile(file, target)
    return target
