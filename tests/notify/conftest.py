"""A localcloud with short waits between deliveries, and a receiver."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.notify.receiver import Receiver, receiving
from tests.users import User
from tools.throwaway import ThrowawayCloud

if TYPE_CHECKING:
    from collections.abc import Iterator

WAITS_S = (0.2, 0.4)


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThrowawayCloud]:
    """Replaces the common one; the schedule of days takes a second here."""
    settings = {"WEBHOOK_RETRY_DELAYS_S": " ".join(map(str, WAITS_S))}
    with ThrowawayCloud(tmp_path_factory.mktemp("cloud"), **settings) as running:
        yield running


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture(scope="module")
def user(cloud: ThrowawayCloud) -> User:
    return User(cloud.url).sign_up()
