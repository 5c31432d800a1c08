"""Empty projects, shared by a module or for one test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.deploy.running import Deployer, new_deployer, staged_bundles

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Deployer:
    """For an empty project, which the tests of a module share in their order."""
    return new_deployer(tmp_path_factory.mktemp("deploy"))


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Staged once, for all tests that are not about staging."""
    return staged_bundles(tmp_path_factory.mktemp("bundles"))


@pytest.fixture
def deploy(tmp_path: Path, bundles: Path) -> Deployer:
    """For an empty project of this test."""
    return new_deployer(tmp_path, bundles=bundles)
