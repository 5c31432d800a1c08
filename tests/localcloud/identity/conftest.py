"""One signing key for all tests, one running service for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localcloud.credentials.keys import SigningKey
from tests.localcloud.identity.firebase import FirebaseAdmin
from tests.localcloud.identity.service import Identity, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def key() -> SigningKey:
    return SigningKey.create()


@pytest.fixture
def identity(tmp_path: Path, key: SigningKey) -> Iterator[Identity]:
    with running(tmp_path, key) as service:
        yield service


@pytest.fixture(scope="session")
def admin() -> Iterator[FirebaseAdmin]:
    admin = FirebaseAdmin()
    yield admin
    admin.close()
