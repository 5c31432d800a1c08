"""A user of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.users import User

if TYPE_CHECKING:
    from tools.throwaway import ThrowawayCloud


@pytest.fixture
def user(cloud: ThrowawayCloud) -> User:
    return User(cloud.url).sign_up()
