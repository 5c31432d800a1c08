"""A conversion in flight stops, and ffmpeg with it, once its task has ended or has another lease."""

from __future__ import annotations

import io
import json
import os
import subprocess
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from shared.domain.errors import Unavailable
from shared.domain.files import Output
from shared.runtime.log import Log
from shared.service.update import change_task
from tests.builders import a_task, an_upload
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import FakeNotifier
from tests.fakes.objects import FakeObjects
from tests.fakes.tasks import FakeTasks
from tests.real_pipeline import real_pipeline
from tests.waiting import HANG_S, wait_until
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.convert.ffmpeg.binaries import Tools
    from shared.domain.task import Task

ID = "T" * 22
# Slow, so that the tests have time to act.
SLOW = tuple(Output(form, f"{ID}/out.{form}") for form in ("m4a", "ogg", "opus", "mp3"))


@pytest.fixture(scope="module")
def long_song(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """15 minutes of noise in a small file."""
    target = tmp_path_factory.mktemp("long") / "long.wav"
    noise = ["-f", "lavfi", "-i", "anoisesrc=d=900:r=24000:a=0.3", "-c:a", "pcm_u8"]
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", *noise, str(target)]
    subprocess.run(argv, check=True, timeout=HANG_S)
    return target.read_bytes()


class Conversion:
    """One pipeline at work in a thread."""

    def __init__(self, tools: Tools, song: bytes, tasks: FakeTasks) -> None:
        objects = FakeObjects()
        self.tasks, self.objects, self.notifier = tasks, objects, FakeNotifier()
        self.tasks.create(a_task(outputs=SLOW))
        generation = objects.put(f"{ID}/song.wav", song).generation
        pipeline = real_pipeline(tools, tasks, objects, notifier=self.notifier)
        self._lines = io.StringIO()
        upload = an_upload(generation=generation, size_bytes=len(song))
        self.thread = threading.Thread(
            target=pipeline.run, args=(ID, upload, Log(stream=self._lines)), daemon=True
        )
        self.thread.start()

    @property
    def steps(self) -> list[str]:
        return [json.loads(line)["step"] for line in self._lines.getvalue().splitlines()]


def ffmpegs() -> set[int]:
    """Return the pids of our children that are running ffmpeg."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().rpartition(") ")
        except OSError:
            continue
        state, parent, *_ = rest.split()
        if parent == str(os.getpid()) and state != "Z" and name.partition("(")[2].startswith("ffmpeg"):
            found.add(int(stat.parent.name))
    return found


def claimed_by_another(task: Task) -> Task:
    assert task.claim
    return replace(task, claim=replace(task.claim, lease_id="another", attempt=2))


CHANGES: dict[str, Callable[[FakeTasks, FakeClock], object]] = {
    "deleted": lambda tasks, _: tasks.delete(ID),
    "cancelled": lambda tasks, clock: change_task(tasks, ID, lambda task: task.cancelled(clock())),
    "outputs changed": lambda tasks, clock: change_task(
        tasks, ID, lambda task: task.with_outputs((Output("flac", f"{ID}/out.flac"),), 1002, clock())
    ),
    "taken over": lambda tasks, _: change_task(tasks, ID, claimed_by_another),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_conversion_in_flight_stops_when_its_task_changes(
    change: str, tools: Tools, long_song: bytes
) -> None:
    conversion = Conversion(tools, long_song, FakeTasks())
    wait_until(ffmpegs)
    CHANGES[change](conversion.tasks, FakeClock())
    conversion.thread.join(HANG_S)

    assert not conversion.thread.is_alive()
    assert (conversion.steps[-1], ffmpegs()) == ("stopped", set())
    assert (conversion.notifier.notified, list(conversion.objects.contents)) == ([], [f"{ID}/song.wav"])


def test_both_ffmpegs_of_a_normalised_conversion_stop(tools: Tools, long_song: bytes, tmp_path: Path) -> None:
    (tmp_path / "long.wav").write_bytes(long_song)
    parts = []
    for change in (("-t", "1", "-ac", "2"), ()):
        argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-i", str(tmp_path / "long.wav"), *change]
        done = subprocess.run([*argv, "-f", "mp2", "pipe:1"], check=True, timeout=HANG_S, capture_output=True)
        parts.append(done.stdout)
    conversion = Conversion(tools, b"".join(parts), FakeTasks())
    wait_until(lambda: len(ffmpegs()) > 1)
    conversion.tasks.delete(ID)
    conversion.thread.join(HANG_S)

    assert not conversion.thread.is_alive()
    assert (conversion.steps[-1], ffmpegs()) == ("stopped", set())


def test_a_short_outage_of_the_database_does_not_end_a_conversion(tools: Tools, long_song: bytes) -> None:
    class Away(FakeTasks):
        refused = 0

        def replace(self, task: Task) -> Task:
            if task.progress and not self.refused:
                self.refused += 1
                raise Unavailable
            return super().replace(task)

    tasks = Away()
    conversion = Conversion(tools, long_song, tasks)
    wait_until(lambda: tasks.refused)
    wait_until(lambda: tasks.stored[ID].progress)
    ffmpegs_after = ffmpegs()
    tasks.delete(ID)
    conversion.thread.join(HANG_S)

    assert ffmpegs_after
