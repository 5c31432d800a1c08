"""What the use cases need of the outside world, as small protocols; `shared/adapters` fulfils them."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from shared.outbound import Answer
    from shared.states import State
    from shared.task import Task
    from shared.webhook_endpoint import Endpoint


class Clock(Protocol):
    """Tells the time; tests move it."""

    def __call__(self) -> datetime:
        """Now, in UTC."""
        ...


class Page(NamedTuple):
    """Some of a user's tasks, and where the next ones begin (None: there are none)."""

    tasks: tuple[Task, ...]
    next_token: str | None


class TaskQuery(NamedTuple):
    """Which of a user's tasks, in order of creation.

    Attributes:
        newest_first: the order.
        size: most tasks in a page.
        token: of an earlier page.
    """

    owner: str
    newest_first: bool = True
    size: int = 20
    state: State | None = None
    token: str | None = None


class TaskStore(Protocol):
    """Tasks, each with a revision that changes at every write."""

    def get(self, task_id: str) -> Task | None:
        """The task, or None."""
        ...

    def create(self, task: Task) -> Task:
        """Store a new task. Raises AlreadyExists."""
        ...

    def replace(self, task: Task) -> Task:
        """Store what the task has become. Raises RevisionChanged if it is not as it was read any more."""
        ...

    def delete(self, task_id: str) -> None:
        """Remove the task if it is there."""
        ...

    def page(self, query: TaskQuery) -> Page:
        """Some tasks of one owner. Raises InvalidField for a token that is not ours."""
        ...


class ObjectInfo(NamedTuple):
    """An object as the bucket has it; `crc32c` is base64 of the big-endian sum."""

    name: str
    generation: int
    size_bytes: int
    crc32c: str
    content_type: str


class ObjectStore(Protocol):
    """The objects of one bucket."""

    def stat(self, name: str) -> ObjectInfo | None:
        """The live generation, or None."""
        ...

    def download(self, name: str, generation: int, target: Path) -> None:
        """Write that generation into a file. Raises Stale if it is gone."""
        ...

    def pour(self, name: str, generation: int, into: BinaryIO, span: range | None = None) -> None:
        """Write that generation, or a span of its bytes, into something open. Raises Stale if it is gone."""
        ...

    def upload(self, source: Path, name: str, content_type: str, replacing: int = 0) -> ObjectInfo:
        """Create the object from a file, or replace that generation of it. Raises AlreadyExists."""
        ...

    def absorb(self, source: BinaryIO, name: str) -> ObjectInfo:
        """Create the object from all that can be read, a few megabytes at a time; what `read` raises passes.

        The source has to wait for what is to come. What was read is not asked for again after the next read.
        """
        ...

    def compose(
        self, parts: Sequence[ObjectInfo], name: str, content_type: str, replacing: int = 0
    ) -> ObjectInfo:
        """Create the object from others, or replace that generation of it. Raises AlreadyExists."""
        ...

    def delete(self, name: str) -> None:
        """Remove the object if it is there."""
        ...

    def clear(self, folder: str) -> int:
        """Remove every object of that folder; how many there were."""
        ...


class TaskFolder(Protocol):
    """The objects of tasks, as their owner's requests change them."""

    def stat(self, name: str) -> ObjectInfo | None:
        """The live generation, or None."""
        ...

    def rewrite(self, info: ObjectInfo) -> None:
        """Write the object onto itself: the same bytes, a newer generation, and so an event of its own.

        Raises:
            RevisionChanged: the live generation is another one, or there is none.
        """
        ...

    def remove(self, names: Iterable[str]) -> int:
        """Remove these objects, if they are there; how many were named."""
        ...

    def clear(self, folder: str) -> int:
        """Remove every object of that folder; how many there were."""
        ...


class SignedRequest(NamedTuple):
    """A request that needs no further permission until it expires.

    Attributes:
        headers: must be sent exactly as they are.
    """

    url: str
    method: str
    headers: Mapping[str, str]
    expires_at: datetime


class UrlSigner(Protocol):
    """Signed URLs to the objects of one bucket."""

    def upload(self, name: str, content_type: str, max_bytes: int) -> SignedRequest:
        """A single PUT that creates the object, never overwrites one, and takes at most so many bytes."""
        ...

    def open_session(self, name: str, content_type: str, max_bytes: int, origin: str | None) -> str:
        """Open a resumable session with the same bounds; the address that takes the bytes, in pieces.

        Raises:
            AlreadyExists: there is such an object.
        """
        ...

    def download(self, name: str, filename: str, content_type: str) -> SignedRequest:
        """A GET that a browser saves under `filename`."""
        ...


class Pace(NamedTuple):
    """How fast one user may go, as a leaky bucket that a database can keep with two blind writes.

    Each step moves the user's mark to max(mark, now) + interval; a mark further ahead of now than a minute
    says that more was asked for than the bucket holds. Units: microseconds since 1970.
    """

    now_us: int
    interval_us: int


class Tally(NamedTuple):
    """A user's counters, right after a step.

    Attributes:
        mark_us: see `Pace`.
        begun: tasks that the user has ever begun, those among them that were refused; it only grows.
        ended: of those, how many were refused, or had ended when somebody last counted; never too many.
    """

    mark_us: int
    begun: int
    ended: int


class KeptAnswer(NamedTuple):
    """What a request with an Idempotency-Key was answered, for whoever sends it again.

    Attributes:
        fingerprint: of what was asked.
        body: of the answer, JSON.
        expire_at: from when on the key is as good as new.
        kept_at: when; the store's own time. None before it is stored.
        revision: of the task as it was stored together with this; None before.
    """

    owner: str
    key: str
    fingerprint: str
    task_id: str
    body: str
    expire_at: datetime
    kept_at: datetime | None = None
    revision: str | None = None


class Intake(Protocol):
    """Takes in what users ask for, and counts it; each method is one call."""

    def admit(self, task: Task, pace: Pace, answer: KeptAnswer | None) -> tuple[Task, Tally]:
        """Store the task and the answer and take a step, all or nothing. Raises AlreadyExists."""
        ...

    def withdraw(self, task: Task, pace: Pace, answer: KeptAnswer | None) -> None:
        """Undo `admit`: the task has ended."""
        ...

    def step(self, owner: str, pace: Pace, *, begun: int = 0) -> Tally:
        """Take a step without a new task; `begun` says how many are begun anew."""
        ...

    def unstep(self, owner: str, pace: Pace, *, begun: int = 0) -> None:
        """Undo `step`: what was begun has ended."""
        ...

    def count_open(self, owner: str, most: int) -> int:
        """How many tasks have not ended, counted up to `most`."""
        ...

    def note_ended(self, owner: str, ended: int) -> None:
        """Keep what was counted."""
        ...

    def kept(self, owner: str, key: str) -> KeptAnswer | None:
        """What was answered under that key."""
        ...

    def forget(self, answer: KeptAnswer) -> None:
        """Remove it. Raises RevisionChanged if it is there no more, or another one is."""
        ...


class Meter(Protocol):
    """Counts conversions, day by day."""

    def admits(self, owner: str, day: date, most: int) -> bool:
        """Count one more of this user; whether it is still within `most`."""
        ...

    def admits_all(self, day: date, most: int) -> bool:
        """Count one more of everybody's; whether it is still within `most`."""
        ...


class DropFolder(Protocol):
    """Objects that were dropped into the bucket without a task."""

    def is_live(self, name: str, generation: int) -> bool:
        """Whether that generation is what lies there now."""
        ...

    def read(self, name: str, max_bytes: int) -> bytes | None:
        """The live generation, cut off one byte beyond `max_bytes`; None if there is none."""
        ...

    def move(self, name: str, generation: int, target: str) -> bool:
        """Take that generation to a place of its own, once; whether it is there now, by whomever it came."""
        ...


class Stored(NamedTuple):
    """An object as a sweep sees it."""

    name: str
    generation: int
    created_at: datetime
    size_bytes: int = 0
    content_type: str = ""


class Shelf(Protocol):
    """Every object of one bucket, for whoever tidies up."""

    def look(self, name: str) -> Stored | None:
        """The live generation, or None."""
        ...

    def page(self, start: str, size: int) -> tuple[tuple[Stored, ...], str | None]:
        """Objects by name, from `start` on, and where the next ones begin (None: there are none)."""
        ...

    def rewrite(self, stored: Stored) -> None:
        """Write it onto itself: it has an event again. Raises RevisionChanged if it is another by now."""
        ...

    def remove(self, stored: Stored) -> None:
        """Remove that generation, if it is there."""
        ...


class TaskSearch(Protocol):
    """Finds tasks in which nothing happens, and remembers how far a sweep got."""

    def untouched(self, state: State, before: datetime, size: int, token: str | None) -> Page:
        """Tasks in this state that were last changed before that time, in that order."""
        ...

    def mark(self, name: str) -> str | None:
        """How far the last sweep of that name got; None if it got to the end."""
        ...

    def set_mark(self, name: str, place: str | None) -> None:
        """Remember it."""
        ...


class Notifier(Protocol):
    """Tells notify, once or more often, that an attempt has finished."""

    def attempt_finished(self, task: Task) -> None:
        """Enqueue the call; enqueuing it twice is the same as once."""
        ...


class EndpointStore(Protocol):
    """Each user's webhook endpoint, with a revision that changes at every write."""

    def get(self, owner: str) -> Endpoint | None:
        """The user's endpoint, or None."""
        ...

    def put(self, endpoint: Endpoint) -> None:
        """Store what it has become. Raises RevisionChanged if it is not as it was read any more."""
        ...


class DeliveryQueue(Protocol):
    """Has notify make the next attempt to tell a task's outcome."""

    def next_attempt(self, task: Task, not_before: datetime | None = None) -> None:
        """Enqueue it; enqueuing the same attempt twice is the same as once."""
        ...


class Sender(Protocol):
    """Calls addresses that strangers chose."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """One POST; a failure is an answer too."""
        ...


class Caller(NamedTuple):
    """Who a verified ID token belongs to."""

    uid: str
    email: str | None


class TokenVerifier(Protocol):
    """Verifies ID tokens."""

    def verify(self, token: str, *, check_revoked: bool = False) -> Caller:
        """The caller. Raises Unauthenticated, or AccountDisabled."""
        ...


class Session(NamedTuple):
    """What a sign-in gives."""

    uid: str
    id_token: str
    refresh_token: str
    expires_in_s: int


class Accounts(Protocol):
    """Sign-up and sign-in; passwords go through and are kept nowhere."""

    def sign_up(self, email: str, password: str) -> Session:
        """A new account. Raises EmailTaken, InvalidField, TooManyAttempts."""
        ...

    def sign_in(self, email: str, password: str) -> Session:
        """A session. Raises InvalidCredentials, AccountDisabled, TooManyAttempts."""
        ...

    def refresh(self, refresh_token: str) -> Session:
        """A fresh session. Raises Unauthenticated."""
        ...
