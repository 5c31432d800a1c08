"""One loop for every retry, and the waits between its attempts."""

from __future__ import annotations

import time
from itertools import islice

import pytest

from shared.runtime.retry import backoff, retry, until


class Flaky:
    """Fails a number of times."""

    def __init__(self, failures: int) -> None:
        self.failures, self.calls = failures, 0

    def __call__(self) -> int:
        self.calls += 1
        if self.calls <= self.failures:
            raise TimeoutError(self.calls)
        return self.calls


def is_timeout(error: Exception) -> bool:
    return isinstance(error, TimeoutError)


def test_transient_failure_is_retried_after_each_wait() -> None:
    slept: list[float] = []

    assert retry(Flaky(2), is_timeout, [1.0, 2.0, 3.0], slept.append) == 3
    assert slept == [1.0, 2.0]


def test_last_error_is_raised_when_no_waits_are_left() -> None:
    call = Flaky(9)
    with pytest.raises(TimeoutError, match="3"):
        retry(call, is_timeout, [0.0, 0.0], lambda _: None)

    assert call.calls == 3


def test_permanent_failure_is_not_retried() -> None:
    call = Flaky(1)
    with pytest.raises(TimeoutError):
        retry(call, lambda _: False, backoff(), lambda _: None)

    assert call.calls == 1


def test_waits_double_up_to_the_longest_with_full_jitter() -> None:
    rounds = [list(islice(backoff(0.1, 0.5), 5)) for _ in range(500)]
    longest = [max(waits) for waits in zip(*rounds, strict=True)]
    shortest = [min(waits) for waits in zip(*rounds, strict=True)]

    assert longest == pytest.approx([0.1, 0.2, 0.4, 0.5, 0.5], rel=0.1)
    assert max(shortest) < 0.1


def test_waits_end_at_the_deadline() -> None:
    assert list(until(time.monotonic() - 1, backoff())) == []
    assert len(list(islice(until(time.monotonic() + 60, backoff()), 7))) == 7
