"""A child runs under the sandbox that is beside its program; without one, util-linux limits it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from functions.convert.process.limits import MIB, Limits
from functions.convert.process.runner import run
from shared.domain.errors import Unavailable
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[4]
LIMITS = Limits(wall_s=HANG_S, cpu_s=HANG_S, file_bytes=MIB)


@pytest.fixture
def install(tmp_path: Path) -> Callable[[str, str], str]:
    """Makes a shell script in the tests' folder and returns its path."""

    def write(name: str, script: str) -> str:
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
        return str(tmp_path / name)

    return write


def test_the_sandbox_beside_a_program_starts_it(install: Callable[[str, str], str], tmp_path: Path) -> None:
    program = install("program", 'echo "program $@"')
    install("sonube-sandbox", 'echo "sandbox $1"; while [ "$1" != -- ]; do shift; done; shift; exec "$@"')
    finished = run([program, "x"], tmp_path, replace(LIMITS, file_bytes=77))

    assert finished.output == b"sandbox --fsize=77:77\nprogram x\n"


def test_a_sandbox_that_cannot_be_set_up_is_not_the_files_fault(
    install: Callable[[str, str], str], tmp_path: Path
) -> None:
    program = install("program", "exit 0")
    install(
        "sonube-sandbox", "echo 'sandbox: filter of system calls: Function not implemented' >&2; exit 125"
    )

    with pytest.raises(Unavailable, match="filter of system calls"):
        run([program], tmp_path, LIMITS)


def test_a_program_may_end_with_the_same_status(install: Callable[[str, str], str], tmp_path: Path) -> None:
    program = install("program", "echo 'sandbox: no' >&2; exit 125")

    assert run([program], tmp_path, LIMITS).code == 125


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has it")
def test_a_program_without_a_sandbox_gains_no_privileges(tmp_path: Path) -> None:
    status = run(["/bin/cat", "/proc/self/status"], tmp_path, LIMITS).output

    assert b"NoNewPrivs:\t1\n" in status


VICTIM = """
import ctypes, os, subprocess, time
from functions.convert.process.undumpable import make_undumpable
if os.geteuid() == 0:  # root's children may read everything, so this is not root any more
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
read = ["/bin/cat", f"/proc/{os.getpid()}/environ"]
before = subprocess.run(read, capture_output=True).returncode
hidden = make_undumpable()
after = subprocess.run(read, capture_output=True).returncode
print(before, hidden, after, len(os.listdir("/proc/self/fd")) > 2)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has it")
def test_a_child_cannot_read_the_environment_of_an_undumpable_parent() -> None:
    argv = [sys.executable, "-c", VICTIM]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=HANG_S, check=True)

    assert done.stdout == "0 True 1 True\n"
