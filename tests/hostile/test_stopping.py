"""An ffmpeg that hangs is killed at the deadline, or when its task is deleted or taken over."""

from __future__ import annotations

import io
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, BinaryIO

import pytest

from functions.convert.ffmpeg.binaries import Tools
from shared.domain.errors import Unavailable
from shared.domain.files import Source
from shared.domain.states import State
from shared.runtime.log import Log
from tests.builders import a_task, an_upload
from tests.fakes.objects import FakeObjects
from tests.fakes.tasks import FakeTasks
from tests.hostile import bombs
from tests.hostile.victim import ID
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.task import Task
    from shared.ports.ledger import Totals
    from shared.ports.objects import ObjectInfo
    from tests.hostile.victim import Victim

BUSY = "while :; do echo out_time_us=1000; sleep 0.1; done"
SILENT = "sleep 1000"
AUDIO = bombs.wav(8000, 1, bytes(16_000))


class Lost(FakeTasks):
    """A store in which another takes the task away once its attempt has reserved what it may cost."""

    def book(self, task: Task) -> tuple[Task, Totals]:
        booked, totals = super().book(task)
        if task.charges:
            self.take_away(booked)
        return booked, totals

    def take_away(self, task: Task) -> None:
        raise NotImplementedError


class Deleted(Lost):
    """A store in which it is deleted."""

    def take_away(self, task: Task) -> None:
        self.delete(task.id)


class Cancelled(Lost):
    """A store in which it is cancelled."""

    def take_away(self, task: Task) -> None:
        FakeTasks.book(self, replace(task, state=State.CANCELLED))


class TakenOver(Lost):
    """A store in which another instance takes it over."""

    def take_away(self, task: Task) -> None:
        assert task.claim
        FakeTasks.book(self, replace(task, claim=replace(task.claim, lease_id="another's")))


@pytest.fixture
def hanging(layer_victim: Victim, tmp_path: Path) -> Callable[[str], Victim]:
    """Makes a victim whose ffmpeg records its pid and then runs the script."""

    def make(script: str) -> Victim:
        ffmpeg = tmp_path / "ffmpeg"
        says_version = 'case "$*" in *-version*) echo ffmpeg version 7; exit;; esac'
        ffmpeg.write_text(f"#!/bin/sh\n{says_version}\necho $$ >> {tmp_path}/pids\n{script}\n")
        ffmpeg.chmod(0o755)
        layer_victim.tools = Tools(str(ffmpeg), layer_victim.tools.ffprobe)
        return layer_victim

    return make


def all_gone(folder: Path) -> bool:
    """Return whether no recorded process exists any more."""
    pids = [path.name.removeprefix("pid-") for path in folder.glob("pid-*")]
    pids += (folder / "pids").read_text().split() if (folder / "pids").exists() else []
    assert pids
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


@pytest.mark.parametrize("script", [BUSY, SILENT], ids=["busy", "silent"])
def test_it_is_killed_at_the_deadline(hanging: Callable[[str], Victim], tmp_path: Path, script: str) -> None:
    victim, codes = hanging(script), []
    for timeout_s in (2, 20, 200):  # on a busy machine the probe alone may take two seconds
        if not (tmp_path / "pids").exists():
            victim.bounds = replace(victim.bounds, timeout_s=timeout_s)
            codes.append(victim.convert(AUDIO).code)

    assert set(codes) == {"timed_out"}
    wait_until(lambda: all_gone(tmp_path))


@pytest.mark.parametrize(("store", "script"), [(Deleted, SILENT), (Cancelled, BUSY), (TakenOver, SILENT)])
def test_it_is_killed_when_the_task_is_no_longer_ours(
    hanging: Callable[[str], Victim], tmp_path: Path, store: type[FakeTasks], script: str
) -> None:
    victim, tasks = hanging(script), store()
    tasks.create(a_task(source=Source(f"{ID}/song.wav")))
    info = victim.objects.put(f"{ID}/song.wav", AUDIO)
    lines = io.StringIO()
    upload = an_upload(object=info.name, generation=info.generation, size_bytes=info.size_bytes)
    victim.pipeline(tasks).run(ID, upload, Log(stream=lines))

    assert '"stopped"' in lines.getvalue()
    assert [f"{ID}/song.wav"] == list(victim.objects.contents)
    wait_until(lambda: all_gone(tmp_path))


class Silent(FakeObjects):
    """A bucket that sends nothing until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.may_send = Event()

    def read_into(self, name: str, generation: int, into: BinaryIO, span: range | None = None) -> None:
        self.may_send.wait(HANG_S)
        super().read_into(name, generation, into, span)


def attempted(victim: Victim, tasks: FakeTasks, data: bytes = AUDIO) -> str:
    """Make one attempt; return its log."""
    tasks.create(a_task(source=Source(f"{ID}/song.wav")))
    info = victim.objects.put(f"{ID}/song.wav", data)
    upload = an_upload(object=info.name, generation=info.generation, size_bytes=info.size_bytes)
    lines = io.StringIO()
    victim.pipeline(tasks).run(ID, upload, Log(stream=lines))
    return lines.getvalue()


@pytest.fixture
def hanging_probe(layer_victim: Victim, tmp_path: Path) -> Victim:
    """A victim whose ffprobe records its pid, as a folder because it may write no file, and hangs logging."""
    ffprobe = tmp_path / "ffprobe"
    ffprobe.write_text(f"#!/bin/sh\nmkdir {tmp_path}/pid-$$\nwhile :; do echo log >&2; sleep 0.1; done\n")
    ffprobe.chmod(0o755)
    layer_victim.tools = Tools(layer_victim.tools.ffmpeg, str(ffprobe))
    return layer_victim


def test_a_probe_that_hangs_ends_at_the_attempts_deadline(hanging_probe: Victim, tmp_path: Path) -> None:
    codes = []
    for timeout_s in (2, 20, 200):  # on a busy machine the probe may start later
        if not list(tmp_path.glob("pid-*")):
            hanging_probe.bounds = replace(hanging_probe.bounds, timeout_s=timeout_s)
            codes.append(hanging_probe.convert(AUDIO).code)

    assert set(codes) == {"timed_out"}
    wait_until(lambda: all_gone(tmp_path))


@pytest.mark.parametrize("store", [Deleted, Cancelled, TakenOver])
def test_a_probe_ends_when_the_task_is_no_longer_ours(
    hanging_probe: Victim, tmp_path: Path, store: type[FakeTasks]
) -> None:
    assert '"stopped"' in attempted(hanging_probe, store())
    wait_until(lambda: all_gone(tmp_path))


@pytest.mark.parametrize("store", [Deleted, Cancelled, TakenOver])
def test_fetching_ends_when_the_task_is_no_longer_ours(layer_victim: Victim, store: type[FakeTasks]) -> None:
    layer_victim.objects = bucket = Silent()
    log = attempted(layer_victim, store())
    bucket.may_send.set()

    assert '"stopped"' in log


def test_a_bucket_that_sends_nothing_ends_the_attempt_and_not_the_task(layer_victim: Victim) -> None:
    layer_victim.objects, tasks = Silent(), FakeTasks()
    layer_victim.bounds = replace(layer_victim.bounds, timeout_s=1)
    with pytest.raises(Unavailable, match="could not be fetched"):
        attempted(layer_victim, tasks)
    layer_victim.objects.may_send.set()

    assert tasks.stored[ID].state is not State.FAILED


class Full(FakeObjects):
    """A bucket that takes no result until it is told to."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.meanwhile, self.may_take = meanwhile, Event()

    def upload(self, source: Path, name: str, content_type: str, replacing: int = 0) -> ObjectInfo:
        self.meanwhile()
        self.may_take.wait(HANG_S)
        return super().upload(source, name, content_type, replacing)


def test_a_bucket_that_takes_no_result_ends_the_attempt_and_not_the_task(layer_victim: Victim) -> None:
    asked = Event()
    layer_victim.objects = bucket = Full(asked.set)
    for timeout_s in (5, 50):  # on a busy machine the conversion alone may take five seconds
        if not asked.is_set():
            tasks = FakeTasks()
            layer_victim.bounds = replace(layer_victim.bounds, timeout_s=timeout_s)
            with suppress(Unavailable):
                attempted(layer_victim, tasks)
    bucket.may_take.set()

    assert tasks.stored[ID].state is State.UPLOADED


def test_storing_ends_when_the_task_is_deleted(layer_victim: Victim) -> None:
    tasks = FakeTasks()
    layer_victim.objects = bucket = Full(lambda: tasks.delete(ID))
    log = attempted(layer_victim, tasks)
    bucket.may_take.set()

    assert '"stopped"' in log
