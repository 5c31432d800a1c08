"""Known and suspected races, replayed step by step with the real use cases."""

from __future__ import annotations

import pytest

from shared.domain.states import State
from tests.reliability.world import ANA, GOOD, LEASE_S, PER_TASK, World


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("moment", ["claimed", "converting", "stored", "finished"])
@pytest.mark.parametrize("notified", ["notified", "not notified"])
def test_instance_that_resumes_after_its_lease_does_not_change_anothers_result(
    world: World, moment: str, notified: str
) -> None:
    task = world.create(("mp3", "ogg"))
    world.objects.put(task.source.object, GOOD)
    upload, todo = world.objects.events[-1], [moment]

    def hang(at: str) -> None:
        if at in todo:
            todo.remove(at)
            world.clock.advance(2 * LEASE_S)
            world.deliver(upload)
            if notified == "notified":
                world.settle.run(*world.finished[-1])

    world.deliver(upload, hang)
    world.settle.run(*world.finished[-1])
    done = world.tasks.stored[task.id]

    assert done.state is State.PROCESSED
    for output in done.outputs:
        found = world.objects.stat(output.object)
        assert found
        assert (output.generation, output.crc32c) == (found.generation, found.crc32c)


def test_instance_that_resumes_after_a_change_of_outputs_does_not_touch_the_new_ones(world: World) -> None:
    task = world.create(("mp3",))
    world.objects.put(task.source.object, GOOD)
    upload, todo = world.objects.events[-1], ["converting"]

    def hang(at: str) -> None:
        if at in todo:
            todo.remove(at)
            world.changes.change_outputs(ANA, task.id, world.wanted(("mp3", "flac")), lambda _: None)
            world.deliver(world.objects.events[-1])
            world.settle.run(*world.finished[-1])

    world.deliver(upload, hang)
    done = world.tasks.stored[task.id]

    assert [o.generation for o in done.outputs] == [world.objects.generations[o.object] for o in done.outputs]


def test_events_of_outputs_start_no_conversion(world: World) -> None:
    task = world.create(("mp3", "ogg", "flac"))
    world.objects.put(task.source.object, GOOD)
    for _ in range(3):
        for upload in list(world.objects.events):
            world.deliver(upload)

    assert world.tasks.stored[task.id].conversions == 1
    assert len(world.objects.events) == 4


def test_conversions_of_one_task_end_at_its_limit(world: World) -> None:
    task = world.create(("mp3",))
    world.objects.put(task.source.object, GOOD)
    codes = []
    for _ in range(PER_TASK + 5):
        world.deliver(world.objects.events[-1])
        world.settle.run(*world.finished[-1])
        error = world.tasks.stored[task.id].error
        codes.append(error.code if error else "")
        world.changes.change_outputs(ANA, task.id, world.wanted(("mp3",)), lambda _: None)

    assert codes == [""] * PER_TASK + ["task_limit_reached"] * 5


def test_call_about_a_superseded_attempt_has_no_effect(world: World) -> None:
    task = world.create(("mp3",))
    world.objects.put(task.source.object, GOOD)
    world.deliver(world.objects.events[-1])
    world.changes.change_outputs(ANA, task.id, world.wanted(("ogg",)), lambda _: None)
    world.settle.run(*world.finished[-1])

    assert world.tasks.stored[task.id].state is State.UPLOADED
    assert world.queue.enqueued == []
