"""Instances come on demand and go when idle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.localcloud.run.service import is_alive
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.localcloud.run.service import Running


def test_nothing_runs_before_the_first_request(serve: Callable[..., Running]) -> None:
    running = serve()

    assert running.instances == []


def test_the_first_request_starts_an_instance_and_waits_for_it(serve: Callable[..., Running]) -> None:
    running = serve()

    answer = running.get("/created")

    assert (answer.status, len(running.instances)) == (201, 1)


def test_requests_at_the_same_time_start_as_many_instances(
    serve: Callable[..., Running], tmp_path: Path
) -> None:
    running = serve(max_instances=3)

    answers = running.get_held(3, tmp_path)

    assert len({answer.headers["X-Pid"] for answer in answers}) == 3


def test_beyond_the_maximum_requests_wait_for_their_turn(serve: Callable[..., Running]) -> None:
    running = serve(max_instances=2)

    answers = running.get_together(*["/sleep/0.1"] * 6)

    assert [answer.status for answer in answers] == [200] * 6
    assert len({answer.headers["X-Pid"] for answer in answers}) <= 2


def test_an_instance_takes_as_many_requests_as_its_concurrency(
    serve: Callable[..., Running], tmp_path: Path
) -> None:
    running = serve(max_instances=2, concurrency=3)

    answers = running.get_held(3, tmp_path)

    assert len({answer.headers["X-Pid"] for answer in answers}) == 1


def test_an_idle_instance_ends(serve: Callable[..., Running]) -> None:
    running = serve(idle_s=0.2)
    pid = running.pid()

    wait_until(lambda: not running.instances)

    assert not is_alive(pid)


def test_the_least_number_is_there_from_the_start_and_stays(
    serve: Callable[..., Running], tmp_path: Path
) -> None:
    running = serve(min_instances=2, max_instances=3, idle_s=0.1)
    running.get_held(3, tmp_path)

    wait_until(lambda: len(running.instances) == 2)

    assert {each.state for each in running.instances} == {"ready"}


def test_an_idle_service_starts_again(serve: Callable[..., Running]) -> None:
    running = serve(idle_s=0.1)
    first = running.pid()
    wait_until(lambda: not running.instances)

    second = running.pid()

    assert first != second
