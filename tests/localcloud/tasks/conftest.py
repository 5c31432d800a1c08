"""A fresh Cloud Tasks and a fresh target for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.localcloud.tasks.service import Cloud
from tests.localcloud.tasks.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def target() -> Iterator[Target]:
    target = Target()
    yield target
    target.close()


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    cloud = Cloud(tmp_path)
    yield cloud
    cloud.close()
