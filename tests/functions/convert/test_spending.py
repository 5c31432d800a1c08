"""What a conversion costs is reserved before it works and settled when it ends."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from functions.convert.queueing import BULK, Queueing
from shared.domain.costs.ledger import MONTH, SERVICE_DAY, Ledger
from shared.domain.costs.prices import load_prices, nano
from shared.domain.errors import Unavailable
from shared.domain.states import State
from tests.fakes.conversion_queue import FakeConversionQueue
from tests.functions.convert.world import World
from tests.real_pipeline import BOUNDS, conversion_limits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from shared.domain.files import Upload

MONTH_OF_ANA = Ledger(MONTH, "2026-11", "ana")
ATTEMPT = load_prices().compute(BOUNDS.timeout_s)


@pytest.fixture
def world(tools: Tools) -> World:
    return World(tools)


@pytest.fixture
def upload(world: World, audio: Callable[..., Path]) -> Upload:
    return world.uploaded(world.waiting(), audio("wav").read_bytes())


def money(world: World, kind: str, name: str = "nanoUsd") -> int:
    return sum(n[name] for ledger, n in world.tasks.ledger.held.items() if ledger.kind == kind)


def test_a_conversion_costs_its_time_its_operations_and_the_storage_of_its_files(
    world: World, upload: Upload
) -> None:
    task = world.run(upload)
    (charge,) = task.charges
    days = (task.expire_at - charge.at).days
    used = world.tasks.ledger.usage("ana", "2026-11")

    assert task.outputs[0].size_bytes == charge.output_bytes > 0
    assert charge.source_storage == load_prices().storage(upload.size_bytes, days)
    assert charge.output_storage == load_prices().storage(charge.output_bytes, days)
    assert task.cost == money(world, MONTH) == money(world, SERVICE_DAY) == used.nano_usd > charge.operations
    assert (used.reserved_nano_usd, used.stored_bytes) == (0, upload.size_bytes + charge.output_bytes)


def test_a_file_that_is_no_audio_costs_its_attempt(world: World) -> None:
    """Refused uploads cost as well."""
    task = world.run(world.uploaded(world.waiting(), b"x"))

    assert (task.error and task.error.code) == "not_audio"
    assert 0 < money(world, MONTH) == money(world, SERVICE_DAY) == task.cost
    assert money(world, MONTH, "reservedNanoUsd") == 0


def test_above_the_cap_nothing_is_converted_and_the_error_says_until_when(
    world: World, upload: Upload
) -> None:
    world.limits = conversion_limits(usd=0.000_001)
    task = world.run(upload)

    assert task.error
    assert (task.error.code, task.error.retryable) == ("monthly_cap_reached", True)
    assert "2026-12-01" in task.error.message
    assert "downloaded" not in world.steps
    assert upload.object in world.objects.contents
    assert money(world, MONTH) == money(world, SERVICE_DAY) == task.cost == 0


def test_what_others_have_reserved_is_waited_for_in_a_queue(world: World, upload: Upload) -> None:
    queue = FakeConversionQueue()
    world.queueing = Queueing(queue, 10**6, world.tasks.ledger, per_owner=9)
    world.limits = conversion_limits(usd=1.5 * ATTEMPT / nano(1))
    held = world.tasks.ledger.held[MONTH_OF_ANA] = Counter({"nanoUsd": ATTEMPT, "reservedNanoUsd": ATTEMPT})

    waiting = world.run(upload)
    assert [(BULK, upload)] == list(queue.calls.values())
    assert (waiting.state, waiting.cost, waiting.error) == (State.UPLOADED, 0, None)
    assert held["reservedNanoUsd"] == ATTEMPT

    world.queueing = None
    with pytest.raises(Unavailable):
        world.run(upload)
    assert (world.task.state, world.task.attempts, world.task.conversions) == (State.UPLOADED, 1, 1)

    held.clear()
    done = world.run(upload)
    assert done.claim
    assert (done.claim.finished, done.error, done.attempts) == (True, None, 1)
    assert held["count"] == 0
    assert money(world, MONTH) == done.cost


def test_a_task_that_may_cost_more_than_its_owner_allows_is_refused_at_the_probe(
    world: World, upload: Upload
) -> None:
    task = world.tasks.stored["T" * 22]
    world.tasks.replace(replace(task, max_cost=nano(0.000_01)))
    refused = world.run(upload)

    assert refused.error
    assert refused.error.code == "max_cost_exceeded"
    assert "probed" in world.steps
    assert "transcoded" not in world.steps
    assert 0 < refused.cost == money(world, MONTH)
