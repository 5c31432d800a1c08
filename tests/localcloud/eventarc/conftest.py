"""A fresh trigger and receiver for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.localcloud.eventarc.trigger import Trigger
from tests.localcloud.tasks.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def receiver() -> Iterator[Target]:
    receiver = Target()
    yield receiver
    receiver.close()


@pytest.fixture
def listen(tmp_path: Path, receiver: Target) -> Iterator[Callable[..., Trigger]]:
    """Makes a trigger with these options."""
    all_of_them = []

    def start(**options: Any) -> Trigger:
        trigger = Trigger(tmp_path, receiver.url, **options)
        all_of_them.append(trigger)
        return trigger

    yield start
    for trigger in all_of_them:
        trigger.close()
