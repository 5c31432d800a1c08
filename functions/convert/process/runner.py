"""A tamed child process: own process group, deadline, resource limits, empty environment, bounded output.

Nothing outlives us: the whole group is killed when the time is up, when the caller's callback raises (the
lease is lost, the task deleted), and, by the kernel, when this process itself is ended.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import shutil
import subprocess
import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, BinaryIO

from .stdin import fed, kill_group

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from .throttle import Throttle

TAIL_BYTES = 16_384
# glibc would set 64 MiB of address space aside for each thread that allocates.
ENVIRONMENT = {"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}
MIB = 1024**2
# Of each thread too, which by default takes 8: since 7.0 ffmpeg has one for every decoder, encoder and muxer.
STACK_BYTES = 2 * MIB
LOOK_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use.

    Attributes:
        wall_s: after that its whole group is killed.
        cpu_s: CPU seconds, enforced by the kernel.
        file_bytes: largest file it may write.
        memory_bytes: address space. ffmpeg 5.1 of Debian maps 560 MiB and uses 60; the layer 250 and 12.
        audio_s: longest audio; what claims less and gives more is stopped there.
        until: when the attempt itself ends, by the monotonic clock; no process goes on for longer.
    """

    wall_s: float
    cpu_s: int
    file_bytes: int
    memory_bytes: int = 1024 * MIB
    open_files: int = 64
    audio_s: float = float("inf")
    until: float = float("inf")

    def as_rlimits(self) -> Mapping[str, tuple[int, int]]:
        """Soft and hard, by the kernel's names for them."""
        both = {
            "FSIZE": self.file_bytes,
            "AS": self.memory_bytes,
            "STACK": STACK_BYTES,
            "NOFILE": self.open_files,
            "CORE": 0,
        }
        # Were both the same, the kernel would kill without saying why.
        return {**{name: (n, n) for name, n in both.items()}, "CPU": (self.cpu_s, self.cpu_s + 1)}


@dataclass(frozen=True, slots=True)
class CompletedProcess:
    """How a child ended: `code` is negative for a signal; `errors` is the end of its standard error."""

    code: int
    output: bytes
    errors: str
    timed_out: bool
    wall_s: float
    cpu_s: float


def run(
    argv: Sequence[str],
    folder: Path,
    limits: Limits,
    on_output: Callable[[bytes], None] | None = None,
    max_output: int = 4 * MIB,
    *,
    feed: Callable[[BinaryIO], None] | None = None,
    brake: Throttle | None = None,
) -> CompletedProcess:
    """Run a program to its end, or to its deadline.

    Args:
        argv: program, by its path, and arguments; never a shell.
        folder: working directory.
        limits: enforced from outside, by the kernel and by a deadline.
        on_output: sees standard output as it comes, and nothing (`b""`) about once a second while none comes;
            what it raises kills the child and passes on.
        max_output: bytes of standard output kept; the rest is read and dropped.
        feed: writes the child's standard input, in a thread; what it raises kills the child and passes on,
            but for `StdinClosed`, which a write raises when the child wants no more.
        brake: that somebody else may press meanwhile.

    Raises:
        FileNotFoundError: there is no such program.
    """
    if not os.access(argv[0], os.X_OK):  # else the leash would say so, in a way that looks like the program's
        raise FileNotFoundError(argv[0])
    begin, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    deadline = min(begin + limits.wall_s, limits.until)
    with (
        _spawned(argv, folder, limits, fed=feed is not None) as child,
        fed(child, feed),
        brake.on(child) if brake else contextlib.nullcontext(),
    ):
        output, errors, timed_out = _drain(child, deadline, on_output, max_output)
        timed_out = timed_out or not _ends_by(child, deadline)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    text = errors.decode(errors="replace")
    return CompletedProcess(child.returncode, output, text, timed_out, time.monotonic() - begin, cpu_s)


@cache
def _program(name: str) -> str | None:
    return shutil.which(name)


def _leash(limits: Limits) -> list[str]:
    """Puts the child under its limits before its first instruction, and has the kernel kill it when we die.

    `preexec_fn` could do both, but forks with threads and gRPC in the parent, and hangs one day. Without
    util-linux the limits come a moment late, and an orphan ends at its CPU limit.
    """
    leash = []
    if found := _program("prlimit"):
        leash += [found, *(f"--{n.lower()}={soft}:{hard}" for n, (soft, hard) in limits.as_rlimits().items())]
    if found := _program("setpriv"):
        leash += [found, "--pdeathsig", "KILL", "--"]
    return leash


@contextlib.contextmanager
def _spawned(
    argv: Sequence[str], folder: Path, limits: Limits, *, fed: bool
) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(
        [*_leash(limits), *argv],
        cwd=folder,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE if fed else subprocess.DEVNULL,
        bufsize=0,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        for name, value in limits.as_rlimits().items():
            # A child that has ended already needs no limit.
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(child.pid, getattr(resource, f"RLIMIT_{name}"), value)
        yield child
    finally:
        kill_group(child)
        for pipe in (child.stdout, child.stderr):
            if pipe:
                pipe.close()


def _ends_by(child: subprocess.Popen[bytes], deadline: float) -> bool:
    """Whether the child, which has closed its pipes, ends in time; it is not reaped yet."""
    while os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.001)
    return True


def _drain(
    child: subprocess.Popen[bytes],
    deadline: float,
    on_output: Callable[[bytes], None] | None,
    max_output: int,
) -> tuple[bytes, bytes, bool]:
    """Read both pipes until they close; stop when the time is up."""
    assert child.stdout  # noqa: S101  # both are pipes: see Popen above
    assert child.stderr  # noqa: S101  # as above
    output, errors = bytearray(), bytearray()
    waiting = {child.stdout, child.stderr}
    while waiting:
        left = deadline - time.monotonic()
        if left <= 0:
            return bytes(output), bytes(errors), True
        ready = select.select(list(waiting), [], [], min(left, LOOK_EVERY_S))[0]
        if not ready and on_output:
            on_output(b"")
        for pipe in ready:
            chunk = os.read(pipe.fileno(), 65_536)
            if not chunk:
                waiting.discard(pipe)
            elif pipe is child.stderr:
                errors = (errors + chunk)[-TAIL_BYTES:]
            else:
                output += chunk[: max(0, max_output - len(output))]
                if on_output:
                    on_output(chunk)
    return bytes(output), bytes(errors), False
