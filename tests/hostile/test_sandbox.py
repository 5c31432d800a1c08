"""A decoder that a file has taken over: what the sandbox of the layer's ffmpeg lets it do."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from functions.convert.ffmpeg.binaries import sandbox_kinds
from functions.convert.process.launcher import launched
from functions.convert.process.limits import MIB, Limits
from functions.convert.process.runner import run
from tests.hostile.canaries import CanaryServer
from tests.hostile.conftest import LAYER, TOOLS
from tests.signals import default_signals
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.layer

ROOT = Path(__file__).resolve().parents[2]
LIMITS = Limits(wall_s=HANG_S, cpu_s=HANG_S, file_bytes=MIB)
NOBODY = 65_534
# As root, the same again as the user that a function has in the cloud.
USERS = [None, NOBODY] if os.geteuid() == 0 else [None]
SELF_PAIR = "0x7f0000000000"
# Numbers of x86-64, for which the layer is built. {parent} is a process of the same user.
CALLS = {
    "socket of another kind": "call 41 1 1 0",
    "pair of sockets": f"call 53 1 1 0 {SELF_PAIR}",
    "signal to the parent": "call 62 {parent} 18",
    "signal to a thread of the parent": "call 234 {parent} {parent} 18",
    "signals of a file to the parent": "call 72 1 8 {parent}",
    "limits of the parent": f"call 302 {{parent}} 4 {SELF_PAIR} 0",
    "ptrace": "call 101 16 {parent}",
    "memory of the parent": "call 310 {parent} 0 0 0 0 0",
    "descriptors of the parent": "call 434 {parent} 0",
    "new namespace": "call 272 0x10000000",
    "mount": "call 165 0 0 0 0 0",
    "chroot": "call 161 0",
    "io_uring": f"call 425 1 {SELF_PAIR}",
    "bpf": "call 321 0 0 0",
    "keys": "call 250 0 -3 1",
    "userfaultfd": "call 323 0",
    "performance counters": "call 298 0 0 -1 -1 0",
    "file in memory": "call 319 0 0",
    "mode of a file": "call 90 0 0777",
    "link": "call 86 0 0",
    "symbolic link": "call 88 0 0",
    "other user": "call 105 0",
    "priority of the parent": "call 141 0 {parent} 19",
    "undoing of no-new-privs": "call 157 38 0 0 0 0",
    "pause for ever": "call 34",
}
KILLED = {
    "another program": "exec /bin/true",
    "the 32-bit entry": "i386",
    "a call by its x32 number": "call 0x40000029 1 1 0",
    "a program by descriptor": "exec /proc/self/exe",
}


@dataclass(frozen=True, slots=True)
class Canary:
    """The program beside a sandbox, with a folder to work in, for one user."""

    program: Path
    workspace: Path
    user: int | None

    def run(self, words: str, *, landlock: bool = True, sandboxed: bool = True) -> tuple[str, int]:
        """Return what it printed, and its exit status."""
        argv = [str(self.program), *words.split()]
        if sandboxed:
            argv = launched(argv, LIMITS)
        if not landlock:
            argv = [str(self.program), "without-landlock", *argv]
        done = subprocess.run(
            argv, cwd=self.workspace, env={}, user=self.user, group=self.user, capture_output=True,
            text=True, timeout=HANG_S, check=False,
        )  # fmt: skip
        return (done.stdout + done.stderr).strip(), done.returncode


@pytest.fixture(scope="module")
def program() -> Iterator[Path]:
    """The canary, in a folder that any user can enter, unlike that of the tests."""
    with tempfile.TemporaryDirectory(prefix="canary-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        program = folder / "canary"
        flags = ["-std=gnu11", "-D_GNU_SOURCE", "-static-pie", "-fPIE", "-o", str(program)]
        subprocess.run(["gcc", *flags, str(Path(__file__).with_name("canary.c"))], check=True, timeout=HANG_S)
        shutil.copy(LAYER / "sonube-sandbox", folder)
        yield program


@pytest.fixture(params=USERS, ids=["we", "nobody"][: len(USERS)])
def canary(request: pytest.FixtureRequest, program: Path) -> Iterator[Canary]:
    """One for each user."""
    with tempfile.TemporaryDirectory(prefix="workspace-", dir=program.parent) as name:
        if request.param is not None:
            os.chown(name, request.param, request.param)
        yield Canary(program, Path(name), request.param)


@pytest.fixture
def parent(canary: Canary) -> Iterator[int]:
    """A process of the canary's user that has a secret in its environment, and does not hide it."""
    secret = {"GOOGLE_APPLICATION_CREDENTIALS": "/key.json"}
    with subprocess.Popen(["/bin/sleep", "1000"], env=secret, user=canary.user, group=canary.user) as process:
        yield process.pid
        process.kill()


def has_landlock() -> bool:
    """Return whether this machine's kernel has it."""
    return bool(sandbox_kinds(TOOLS["layer"])["landlock"])


def test_the_canary_can_do_all_of_it_without_a_sandbox(canary: Canary, parent: int) -> None:
    """Otherwise no test here would prove anything."""
    with CanaryServer() as server:
        attempts = [
            f"read /proc/{parent}/environ", f"read {canary.program}", f"connect {server.port}",
            "exec /bin/true", "fork", "thread", "code", f"call 62 {parent} 18", "call 41 1 1 0",
        ]  # fmt: skip
        outcomes = {words: canary.run(words, sandboxed=False)[1] for words in attempts}

        assert outcomes == dict.fromkeys(attempts, 0)
        assert server.touches() == 1


@pytest.mark.parametrize("landlock", [True, False])
def test_it_works_in_its_folder(canary: Canary, *, landlock: bool) -> None:
    attempts = ("write output", "read output", "thread", "read /dev/urandom")

    assert {canary.run(words, landlock=landlock) for words in attempts} == {("done", 0)}


def test_files_elsewhere_are_closed_by_landlock_alone(canary: Canary, parent: int) -> None:
    key = canary.program.with_name("key.json")
    key.write_text("secret")
    key.chmod(0o644)
    attempts = (f"read {key}", f"write {key}", f"read /proc/{parent}/environ", "read /etc/passwd")
    refused = {canary.run(words) for words in attempts}

    assert refused == {("EACCES", 1)} or not has_landlock()
    assert canary.run(f"read {key}", landlock=False) == ("done", 0)


@pytest.mark.parametrize("landlock", [True, False])
def test_no_server_can_be_reached(canary: Canary, *, landlock: bool) -> None:
    with CanaryServer() as server:
        assert canary.run(f"connect {server.port}", landlock=landlock) == ("ENOSYS", 1)
        assert server.touches() == 0


@pytest.mark.parametrize("landlock", [True, False])
def test_the_kernel_and_other_processes_are_out_of_reach(
    canary: Canary, parent: int, *, landlock: bool
) -> None:
    attempts = {**CALLS, "process": "fork", "code in memory": "code"}
    outcomes = {
        name: canary.run(words.format(parent=parent), landlock=landlock) for name, words in attempts.items()
    }

    assert {name: each for name, each in outcomes.items() if each not in {("ENOSYS", 1), ("EPERM", 1)}} == {}


@pytest.mark.parametrize("name", KILLED)
@pytest.mark.parametrize("landlock", [True, False])
def test_it_is_killed_for(canary: Canary, name: str, *, landlock: bool) -> None:
    assert canary.run(KILLED[name], landlock=landlock) == ("", -signal.SIGSYS)


def test_it_has_no_privileges_left(canary: Canary) -> None:
    argv = launched([str(canary.program), "hang"], replace(LIMITS, cpu_s=77))
    with subprocess.Popen(argv, cwd=canary.workspace, env={}, user=canary.user) as process:
        status = Path(f"/proc/{process.pid}/status")
        wait_until(lambda: "Name:\tcanary" in status.read_text(), child=process)
        fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        process.kill()

    assert (fields["NoNewPrivs"], fields["Seccomp"]) == ("1", "2")
    assert {int(fields[f"Cap{kind}"], 16) for kind in ("Inh", "Prm", "Eff", "Amb")} == {0}
    assert "Max cpu time              77                   78" in limits


def test_the_limits_apply(program: Path, tmp_path: Path) -> None:
    finished = run([str(program), "write", "x"], tmp_path, replace(LIMITS, file_bytes=0))

    assert finished.code == -signal.SIGXFSZ


def test_it_dies_with_us(program: Path, tmp_path: Path) -> None:
    script = (
        "import os; from pathlib import Path; from functions.convert.process.runner import Limits, run\n"
        f"run([{str(program)!r}, 'hang'], Path({str(tmp_path)!r}), Limits(wall_s=900, cpu_s=9, file_bytes=9))"
    )
    with default_signals(), subprocess.Popen([sys.executable, "-c", script], cwd=ROOT) as ours:
        children = Path(f"/proc/{ours.pid}/task/{ours.pid}/children")
        wait_until(lambda: children.read_text() != "", child=ours)
        child = Path("/proc") / children.read_text().split()[0]
        wait_until(lambda: (child / "comm").read_text() == "canary\n", child=ours)
        ours.kill()

    wait_until(lambda: not child.exists())


def test_a_wrong_command_is_reported(canary: Canary) -> None:
    sandbox = str(canary.program.with_name("sonube-sandbox"))
    for words in (
        [],
        ["--cpu=1:2"],
        ["--fans=1:2", "--", "/bin/true"],
        ["--cpu=x", "--", "/bin/true"],
        ["--", "/no"],
    ):
        done = subprocess.run([sandbox, *words], capture_output=True, text=True, timeout=HANG_S, check=False)

        assert done.returncode == 125
        assert done.stderr.startswith(("sandbox: ", "usage: "))
