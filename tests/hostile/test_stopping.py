"""An engine that does not end is ended: by the deadline, a deleted task, a lost lease; nothing is left."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from functions.convert.ffmpeg.binaries import Tools
from shared.domain.states import State
from shared.domain.task import Source
from shared.runtime.log import Log
from tests.fakes import FakeTasks, a_task, an_upload
from tests.hostile import bombs
from tests.hostile.victim import ID
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.task import Task
    from tests.hostile.victim import Victim

BUSY = "while :; do echo out_time_us=1000; sleep 0.1; done"
SILENT = "sleep 1000"
SOUND = bombs.wav(8000, 1, bytes(16_000))


class Deleted(FakeTasks):
    """Somebody deletes the task once it is claimed."""

    def replace(self, task: Task) -> Task:
        claimed = super().replace(task)
        self.delete(task.id)
        return claimed


class Cancelled(FakeTasks):
    """Somebody cancels the task once it is claimed."""

    def replace(self, task: Task) -> Task:
        claimed = super().replace(task)
        super().replace(replace(claimed, state=State.CANCELLED))
        return claimed


class TakenOver(FakeTasks):
    """Another instance claims the task once it is claimed."""

    def replace(self, task: Task) -> Task:
        claimed = super().replace(task)
        assert claimed.claim
        super().replace(replace(claimed, claim=replace(claimed.claim, lease_id="another's")))
        return claimed


@pytest.fixture
def stuck(layer_victim: Victim, tmp_path: Path) -> Callable[[str], Victim]:
    """A victim whose ffmpeg writes down its process and then does as the script says."""

    def make(script: str) -> Victim:
        ffmpeg = tmp_path / "ffmpeg"
        ffmpeg.write_text(f"#!/bin/sh\necho $$ >> {tmp_path}/pids\n{script}\n")
        ffmpeg.chmod(0o755)
        layer_victim.tools = Tools(str(ffmpeg), layer_victim.tools.ffprobe)
        return layer_victim

    return make


def all_gone(folder: Path) -> bool:
    """Whether no process that was written down is there any more."""
    pids = (folder / "pids").read_text().split()
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


@pytest.mark.parametrize("script", [BUSY, SILENT], ids=["busy", "silent"])
def test_the_deadline_ends_it_with_a_reason(
    stuck: Callable[[str], Victim], tmp_path: Path, script: str
) -> None:
    victim, codes = stuck(script), []
    for timeout_s in (2, 20, 200):  # on a busy machine the probe alone may take two seconds
        if not (tmp_path / "pids").exists():
            victim.bounds = replace(victim.bounds, timeout_s=timeout_s)
            codes.append(victim.convert(SOUND).code)

    assert set(codes) == {"timed_out"}
    wait_until(lambda: all_gone(tmp_path))


@pytest.mark.parametrize(("store", "script"), [(Deleted, SILENT), (Cancelled, BUSY), (TakenOver, SILENT)])
def test_nobody_works_on_for_a_task_that_is_not_ours_any_more(
    stuck: Callable[[str], Victim], tmp_path: Path, store: type[FakeTasks], script: str
) -> None:
    victim, tasks = stuck(script), store()
    tasks.create(a_task(source=Source(f"{ID}/song.wav")))
    info = victim.objects.put(f"{ID}/song.wav", SOUND)
    lines = io.StringIO()
    upload = an_upload(object=info.name, generation=info.generation, size_bytes=info.size_bytes)
    victim.pipeline(tasks).run(ID, upload, Log(stream=lines))

    assert '"stopped"' in lines.getvalue()
    assert [f"{ID}/song.wav"] == list(victim.objects.contents)
    wait_until(lambda: all_gone(tmp_path))
