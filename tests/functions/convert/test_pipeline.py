"""The path of an upload, with real ffmpeg and fakes of our own ports."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from shared.domain.errors import LeaseHeld, Unavailable
from shared.domain.files import Output
from shared.domain.names import waveform_object
from shared.domain.options import Options
from shared.domain.states import State
from tests.builders import an_upload
from tests.fakes.clock import NOON
from tests.fakes.objects import FakeObjects
from tests.functions.convert.world import World
from tests.real_pipeline import BOUNDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.attempt import Bounds
    from functions.convert.ffmpeg.binaries import Tools
    from shared.ports.objects import ObjectInfo


@pytest.fixture
def world(tools: Tools) -> World:
    return World(tools)


def test_an_upload_is_converted_and_notify_is_called(world: World, audio: Callable[..., Path]) -> None:
    task = world.run(world.uploaded(world.waiting(), audio("wav").read_bytes()))

    assert world.steps[:4] == ["claimed", "downloaded", "probed", "transcoded"]
    assert world.steps[4:] == ["verified", "stored", "stored", "finished", "enqueued"]
    assert [task.id] == [notified.id for notified in world.notifier.notified]
    assert task.outputs[0].size_bytes == len(world.objects.contents[task.outputs[0].object])
    assert task.claim is not None
    assert task.claim.finished
    assert task.source.probe is not None
    assert (task.source.probe.sample_rate_hz, task.source.probe.channels) == (44100, 2)


def test_notes_are_stored_with_the_outcome_and_logged(world: World, audio: Callable[..., Path]) -> None:
    task = world.run(world.uploaded(world.waiting("song.aac", "mp3", "wav"), audio("aac").read_bytes()))
    finished = json.loads(world.lines.getvalue().splitlines()[-2])

    assert [(note.code, note.output) for note in task.notes] == [("completeness_unknown", None)]
    assert (finished["step"], finished["notes"]) == ("finished", ["completeness_unknown"])


def test_the_sources_waveform_is_stored_beside_the_outputs(world: World, audio: Callable[..., Path]) -> None:
    task = world.run(world.uploaded(world.waiting(), audio("wav").read_bytes()))
    found = task.source.probe
    assert found is not None
    assert found.duration_s is not None
    drawn = json.loads(world.objects.contents[found.waveform or ""])

    assert found.waveform == f"{task.id}/song.waveform.json"
    assert drawn["length"] * drawn["samples_per_pixel"] >= 44_100 * found.duration_s
    assert (drawn["length"] - 1) * drawn["samples_per_pixel"] < 44_100 * found.duration_s


@pytest.mark.parametrize(("ending", "options"), [("mp3", Options()), ("wav", Options(start_s=0.5))])
def test_a_source_that_is_not_decoded_whole_has_no_waveform(
    world: World, audio: Callable[..., Path], ending: str, options: Options
) -> None:
    waiting = world.waiting(f"song.{ending}")
    waiting = world.tasks.replace(replace(waiting, outputs=(replace(waiting.outputs[0], options=options),)))
    task = world.run(world.uploaded(waiting, audio(ending).read_bytes()))

    assert task.source.probe is not None
    assert (task.source.probe.waveform, task.source.probe.levels) == (None, None)
    assert not any(name.endswith(".json") for name in world.objects.contents)


def test_a_source_without_a_duration_gets_the_measured_one(world: World, audio: Callable[..., Path]) -> None:
    task = world.run(world.uploaded(world.waiting("song.aac"), audio("aac").read_bytes()))

    assert task.source.probe is not None
    assert task.source.probe.duration_s == pytest.approx(2, abs=0.1)


def test_a_waveform_is_kept_when_new_outputs_only_copy(world: World, audio: Callable[..., Path]) -> None:
    first = world.run(world.uploaded(world.waiting("song.mp3", "ogg"), audio("mp3").read_bytes()))
    copied = (Output("mp3", f"{first.id}/song-converted.mp3"),)
    changed = world.tasks.replace(first.with_outputs(copied, first.source.generation, NOON))
    second = world.run(world.uploaded(changed, audio("mp3").read_bytes()))

    assert second.outputs[0].copied
    assert first.waveform == second.waveform in world.objects.contents


def test_a_waveform_left_by_a_dead_attempt_is_replaced(world: World, audio: Callable[..., Path]) -> None:
    waiting = world.waiting()
    name = waveform_object(waiting.source.object)
    world.objects.put(name, b"not quite")
    world.run(world.uploaded(waiting, audio("wav").read_bytes()))

    assert json.loads(world.objects.contents[name])["version"] == 2


def test_several_outputs_are_encoded_in_one_pass(world: World, audio: Callable[..., Path]) -> None:
    forms = ("mp3", "ogg", "flac", "opus")
    task = world.run(world.uploaded(world.waiting("song.wav", *forms), audio("wav").read_bytes()))

    assert list(forms) == [output.format for output in task.outputs if output.generation]
    assert world.steps.count("transcoded") == 1


ID = "T" * 22
FOREIGN = [f"{'U' * 22}/song.wav", f"{ID}/out-0.mp3"]


@pytest.mark.parametrize("name", FOREIGN)
def test_an_object_that_is_not_its_tasks_source_is_ignored_without_a_write(world: World, name: str) -> None:
    world.waiting()
    world.run(an_upload(object=name))

    assert world.steps == ["ignored"]
    assert world.tasks.writes == 1


def test_a_second_event_for_a_finished_upload_only_calls_notify_again(
    world: World, audio: Callable[..., Path]
) -> None:
    upload = world.uploaded(world.waiting(), audio("wav").read_bytes())
    world.run(upload)
    writes = world.tasks.writes
    world.run(upload)

    assert len(world.notifier.notified) == 2
    assert writes == world.tasks.writes


def test_a_second_event_for_a_settled_upload_does_nothing(world: World, audio: Callable[..., Path]) -> None:
    upload = world.uploaded(world.waiting(), audio("wav").read_bytes())
    task = world.run(upload)
    world.tasks.replace(task.settled(upload.generation, 1, NOON))
    world.run(upload)

    assert len(world.notifier.notified) == 1
    assert world.steps[-1] == "ignored"


def test_a_held_lease_requests_the_event_again(world: World) -> None:
    upload = world.uploaded(world.waiting(), b"x")
    world.tasks.replace(world.task.claimed(upload, "other", NOON + timedelta(minutes=5), NOON))

    with pytest.raises(LeaseHeld):
        world.run(upload)


def test_an_attempt_that_the_platform_fails_is_released_and_repeated(
    world: World, audio: Callable[..., Path]
) -> None:
    class Broken(FakeObjects):
        def upload(self, source: Path, name: str, content_type: str, replacing: int = 0) -> ObjectInfo:
            raise Unavailable(f"{source}, {name}, {content_type}, {replacing}")

    upload = world.uploaded(world.waiting(), audio("wav").read_bytes())
    good = world.objects
    world.objects = Broken(good.contents, good.generations)
    with pytest.raises(Unavailable):
        world.run(upload)
    released = world.task.state
    world.objects = good
    task = world.run(upload)

    assert released == State.UPLOADED
    assert task.attempts == 2
    assert task.claim is not None
    assert task.claim.finished


def test_attempts_are_limited(world: World, audio: Callable[..., Path]) -> None:
    upload = world.uploaded(world.waiting(), audio("wav").read_bytes())
    for _ in range(BOUNDS.attempts):
        now = world.clock()
        world.tasks.replace(world.task.claimed(upload, "dead", now, now))
        world.clock.advance(1)
    task = world.run(upload)

    assert (task.error and task.error.code) == "attempts_exhausted"


def test_a_late_event_fails_the_task(world: World) -> None:
    upload = world.uploaded(world.waiting(), b"x")
    world.clock.advance(BOUNDS.event_age_s + 1)

    error = world.run(upload).error
    assert (error and error.code) == "event_too_old"


def test_a_task_deleted_during_its_conversion_stops_it(world: World, audio: Callable[..., Path]) -> None:
    class Deleting(FakeObjects):
        def upload(self, source: Path, name: str, content_type: str, replacing: int = 0) -> ObjectInfo:
            world.tasks.delete("T" * 22)
            return super().upload(source, name, content_type, replacing)

    upload = world.uploaded(world.waiting(), audio("wav").read_bytes())
    world.objects = Deleting(world.objects.contents, world.objects.generations)
    with pytest.raises(KeyError):
        world.run(upload)

    assert world.steps[-1] == "stopped"
    assert world.notifier.notified == []


def test_an_output_left_by_a_dead_attempt_is_replaced(world: World, audio: Callable[..., Path]) -> None:
    task = world.waiting()
    world.objects.put(task.outputs[0].object, b"half")
    done = world.run(world.uploaded(task, audio("wav").read_bytes()))

    assert world.objects.contents[done.outputs[0].object] != b"half"


def truncated(path: Path) -> bytes:
    data = path.read_bytes()
    return data[: len(data) * 6 // 10]


SILENT_VIDEO = ("mp4", "-f", "lavfi", "-i", "color=s=32x32:d=1", "-map", "1:v")
BAD: dict[str, Callable[[Callable[..., Path]], bytes]] = {
    "empty_file": lambda _: b"",
    "not_audio": lambda _: b"just text\n" * 100,
    "no_audio_stream": lambda audio: audio(*SILENT_VIDEO).read_bytes(),
    "truncated": lambda audio: truncated(audio("wav")),
}


@pytest.mark.parametrize("code", BAD)
def test_a_bad_file_has_its_own_code(world: World, audio: Callable[..., Path], code: str) -> None:
    task = world.run(world.uploaded(world.waiting("x.mp3"), BAD[code](audio)))

    assert code == (task.error and task.error.code)
    assert [task.id] == [notified.id for notified in world.notifier.notified]


@pytest.mark.parametrize("ending", ["mp3", "flac", "m4a", "ogg", "opus"])
def test_a_truncated_file_of_any_kind_is_refused(
    world: World, audio: Callable[..., Path], ending: str
) -> None:
    task = world.run(world.uploaded(world.waiting(f"x.{ending}"), truncated(audio(ending))))

    assert (task.error and task.error.code) == "truncated"


@pytest.mark.parametrize(
    ("bounds", "code"),
    [(replace(BOUNDS, size_bytes=1000), "too_large"), (replace(BOUNDS, duration_s=1), "too_long")],
)
def test_bounds_are_enforced(world: World, audio: Callable[..., Path], bounds: Bounds, code: str) -> None:
    world.bounds = bounds
    error = world.run(world.uploaded(world.waiting(), audio("wav").read_bytes())).error

    assert code == (error and error.code)
