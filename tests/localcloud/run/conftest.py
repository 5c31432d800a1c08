"""Services that end with their test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.localcloud.run.service import Running, spec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def serve() -> Iterator[Callable[..., Running]]:
    """Starts a service of `app.py` with these arguments and fields."""
    all_of_them = []

    def start(*arguments: str, **fields: Any) -> Running:
        running = Running(spec(*arguments, **fields))
        all_of_them.append(running)
        running.start()
        return running

    yield start
    for running in all_of_them:
        running.close()
