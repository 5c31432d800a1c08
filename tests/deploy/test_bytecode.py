"""Deployed bytecode is used, although the buildpack compiles the sources and the exporter sets all times."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bench.buildpack import BUILD_VARIABLES, compile_sources
from tests.machine import machine
from tests.waiting import HANG_S
from tools.stage import stage

if TYPE_CHECKING:
    from collections.abc import Mapping

TRANSCRIPT = Path(__file__).with_name("transcript.txt")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stage("notify", tmp_path_factory.mktemp("staged") / "notify")


def compiled_at_start(bundle: Path, workspace: Path, variables: Mapping[str, str]) -> list[str]:
    """The modules of the bundle that a process compiles because their bytecode is stale."""
    compile_sources(bundle, workspace, variables)
    program = "import shared.domain.task, shared.runtime.config, shared.domain.errors"
    done = subprocess.run(
        [str(Path(sys.base_prefix) / "bin" / "python3"), "-v", "-c", program],
        cwd=workspace,
        env={**machine(), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=True,
    )
    assert "shared/domain/task" in done.stderr
    return re.findall(rf"code object from '?{workspace}/(.*)\.py'?$", done.stderr, re.MULTILINE)


def test_no_module_is_compiled_at_a_cold_start(bundle: Path, tmp_path: Path) -> None:
    assert compiled_at_start(bundle, tmp_path / "workspace", BUILD_VARIABLES) == []


def test_without_the_build_variable_every_module_would_be(bundle: Path, tmp_path: Path) -> None:
    assert "shared/domain/task" in compiled_at_start(bundle, tmp_path / "workspace", {})


def test_every_function_is_built_with_the_variable() -> None:
    deployed = re.findall(r"functions deploy .*--set-build-env-vars=(\S+)", TRANSCRIPT.read_text())

    assert deployed == 4 * [",".join(f"{name}={value}" for name, value in BUILD_VARIABLES.items())]
