"""Where build.sh cannot build the layer, it ends with one line that says what to do."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
# Programs that the scripts need from the machine.
REAL = ("bash", "dirname", "basename", "sed", "mkdir", "rm", "cat", "cut", "sha256sum", "awk", "flock")
SAYS = {
    "uname": "echo Linux x86_64",
    "id": "echo 1000",
    "gcc": "echo 12.2.0",
    "df": "echo x 99999 1 99998 1% /",
    "python3": f'exec {sys.executable} "$@"',
    "apt-cache": "echo Package: $3",
}
QUIET = ("apt-get", "make", "nasm", "pkg-config", "dpkg-source", "xz", "patch")

pytestmark = pytest.mark.skipif(
    not Path("/usr/include/stdio.h").exists(), reason="needs the headers of the C library, as a build does"
)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """The only folder on PATH; tests replace its programs with scripts."""
    path = tmp_path / "path"
    path.mkdir()
    for name in REAL:
        (path / name).symlink_to(shutil.which(name) or name)
    for name, line in {**SAYS, **dict.fromkeys(QUIET, "exit 0")}.items():
        stand_in(path, name, line)
    for name in ("shared", "functions"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "ffmpeg-layer").mkdir()
    for script in (ROOT / "ffmpeg-layer").glob("*.*"):
        shutil.copy(script, tmp_path / "ffmpeg-layer")
    for folder in ("patches", "sandbox"):
        shutil.copytree(ROOT / "ffmpeg-layer" / folder, tmp_path / "ffmpeg-layer" / folder)
    return path


def stand_in(path: Path, name: str, line: str) -> None:
    (path / name).write_text(f"#!/bin/sh\n{line}\n")
    (path / name).chmod(0o755)


@pytest.fixture
def error(machine: Path) -> Callable[[], str]:
    """Runs a build that must fail, and returns its last line."""

    def build() -> str:
        script = machine.parent / "ffmpeg-layer/build.sh"
        path = {"PATH": str(machine)}
        done = subprocess.run([script], env=path, capture_output=True, text=True, timeout=HANG_S, check=False)
        assert done.returncode == 1
        assert not (machine.parent / "ffmpeg-layer/bin").exists()
        return done.stderr.splitlines()[-1]

    return build


@pytest.mark.parametrize("machines", ["Linux aarch64", "Darwin x86_64"])
def test_on_another_architecture_it_recommends_the_systems_ffmpeg(
    machine: Path, error: Callable[[], str], machines: str
) -> None:
    stand_in(machine, "uname", f"echo {machines}")

    assert error().startswith("layer: it is built on Linux x86-64 only")


def test_on_another_distribution_it_says_why(machine: Path, error: Callable[[], str]) -> None:
    (machine / "apt-get").unlink()

    assert "needs apt-get" in error()


def test_without_root_it_names_the_packages_to_install(machine: Path, error: Callable[[], str]) -> None:
    for name in ("nasm", "dpkg-source"):
        (machine / name).unlink()

    assert "apt-get install nasm dpkg-dev" in error()


def test_as_root_it_says_that_installing_failed(machine: Path, error: Callable[[], str]) -> None:
    (machine / "nasm").unlink()
    stand_in(machine, "id", "echo 0")
    stand_in(machine, "apt-get", "exit 100")

    assert error().startswith("layer: could not install nasm")


def test_an_old_python_is_named(machine: Path, error: Callable[[], str]) -> None:
    stand_in(machine, "python3", '[ "$1" = -V ] && echo Python 3.10.12 || exit 1')

    assert "needs Python 3.11 or newer, and python3 is Python 3.10.12" in error()


def test_another_python_that_is_new_enough_is_used(machine: Path, error: Callable[[], str]) -> None:
    stand_in(machine, "python3", "exit 1")
    stand_in(machine, "python3.12", f'exec {sys.executable} "$@"')
    stand_in(machine, "df", "echo x 9 9 0 1% /")

    assert "MiB free" in error()


def test_a_full_disk_is_reported_beforehand(machine: Path, error: Callable[[], str]) -> None:
    stand_in(machine, "df", "echo x 99999 99989 10 99% /")

    assert "has 10 MiB free" in error()
    assert "LAYER_WORK" in error()


def test_a_second_build_in_the_same_folder_is_refused(machine: Path, error: Callable[[], str]) -> None:
    work = machine.parent / "ffmpeg-layer/work"
    work.mkdir()
    with (work / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        assert "another build is running" in error()


def test_a_missing_archive_leaves_no_partial_build(machine: Path, error: Callable[[], str]) -> None:
    stand_in(machine, "apt-cache", "exit 100")
    stand_in(machine, "apt-get", "exit 100")

    assert error().startswith("layer: no source package zlib")


def test_an_incomplete_archive_is_reported_as_such(machine: Path, error: Callable[[], str]) -> None:
    stand_in(machine, "apt-get", '[ "$1" != source ]')

    assert error().startswith("layer: some sources could not be downloaded")


def test_a_disk_that_fills_up_ends_the_build(machine: Path, error: Callable[[], str]) -> None:
    (machine / "cat").unlink()
    stand_in(machine, "cat", f'[ $# -gt 0 ] && exec {shutil.which("cat")} "$@"; exit 1')

    assert error() == "layer: fetching was stopped by the error above"
