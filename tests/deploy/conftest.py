"""A project in which there is nothing yet, for a module or for one test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.deploy.running import Deployer, new_deployer

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Deployer:
    """Of a project in which there is nothing; shared by a module's tests, in their order."""
    return new_deployer(tmp_path_factory.mktemp("deploy"))


@pytest.fixture
def deploy(tmp_path: Path) -> Deployer:
    """Of a project of the test's own, in which there is nothing."""
    return new_deployer(tmp_path)
