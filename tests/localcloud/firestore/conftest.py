"""Each contract test runs on our Firestore and, where the SDK and Java are, on Google's emulator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.localcloud.firestore.running import Client, Local

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def local_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    local = Local(tmp_path_factory.mktemp("local"))
    yield local.port
    local.close()


@pytest.fixture(params=["localcloud", "google"])
def port(request: pytest.FixtureRequest) -> int:
    name = "local_port" if request.param == "localcloud" else "google_port"
    found: int = request.getfixturevalue(name)
    return found


@pytest.fixture
def local_client(local_port: int) -> Iterator[Client]:
    """A client of ours alone, for what the emulator does not promise."""
    client = Client(local_port)
    yield client
    client.close()


@pytest.fixture
def client(port: int) -> Iterator[Client]:
    """A client with a project, and so a database, of its own."""
    client = Client(port)
    yield client
    client.close()
