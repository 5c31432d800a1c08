"""Runs a child: own process group, deadline, resource limits, sandbox, empty environment, bounded output.

No child outlives us. Its whole group is killed at the deadline, when a callback raises (the lease is lost, or
the task was deleted), and, by the kernel, when this process dies.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import subprocess
import time
from typing import TYPE_CHECKING, BinaryIO

from .launcher import check_started, launched
from .limits import MIB, CompletedProcess, Limits
from .stdin import kill_group, writing_stdin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from .throttle import Throttle

_TAIL_BYTES = 16_384
# By default, glibc reserves 64 MiB of address space for each thread that allocates.
# iconv of a static ffmpeg would load modules of the machine's libc, and crash if that is of another version.
_ENVIRONMENT = {"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1", "GCONV_PATH": "/nonexistent"}
_POLL_S = 1.0


def run(
    argv: Sequence[str],
    folder: Path,
    limits: Limits,
    on_output: Callable[[bytes], None] | None = None,
    max_output: int = 4 * MIB,
    *,
    max_errors: int = _TAIL_BYTES,
    write_stdin: Callable[[BinaryIO], None] | None = None,
    throttle: Throttle | None = None,
) -> CompletedProcess:
    """Run a program until it ends or reaches its deadline.

    Args:
        argv: path of the program, and its arguments; no shell.
        folder: working directory.
        limits: enforced by the kernel, and by a deadline.
        on_output: receives standard output as it arrives, and `b""` at least once a second while none does;
            an exception from it kills the child and is raised.
        max_output: bytes of standard output to keep; the rest is read and dropped.
        max_errors: bytes to keep of the end of standard error.
        write_stdin: writes the child's standard input, in a thread; an exception from it kills the child and
            is raised, except `StdinClosed`, which a write raises when the child reads no more.
        throttle: pauses and resumes the child from another thread.

    Raises:
        FileNotFoundError: there is no such program.
        Unavailable: the kernel refused its sandbox.
    """
    if not os.access(argv[0], os.X_OK):  # otherwise the launcher's error would look like the program's
        raise FileNotFoundError(argv[0])
    begin, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    deadline = min(begin + limits.wall_s, limits.until)
    with (
        _started(argv, folder, limits, has_stdin=write_stdin is not None) as child,
        writing_stdin(child, write_stdin),
        throttle.controlling(child) if throttle else contextlib.nullcontext(),
    ):
        output, errors, timed_out = _read_output(child, deadline, on_output, max_output, max_errors)
        timed_out = timed_out or not _ends_by(child, deadline)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    text = errors.decode(errors="replace")
    wall_s = time.monotonic() - begin
    completed = CompletedProcess(child.returncode, output, text, timed_out, wall_s, cpu_s, errors)
    check_started(argv[0], completed)
    return completed


@contextlib.contextmanager
def _started(
    argv: Sequence[str], folder: Path, limits: Limits, *, has_stdin: bool
) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(
        launched(argv, limits),
        cwd=folder,
        env=_ENVIRONMENT,
        stdin=subprocess.PIPE if has_stdin else subprocess.DEVNULL,
        bufsize=0,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        for name, value in limits.as_rlimits().items():
            with contextlib.suppress(ProcessLookupError):  # it has ended
                resource.prlimit(child.pid, getattr(resource, f"RLIMIT_{name}"), value)
        yield child
    finally:
        kill_group(child)
        for pipe in (child.stdout, child.stderr):
            if pipe:
                pipe.close()


def _ends_by(child: subprocess.Popen[bytes], deadline: float) -> bool:
    """Wait for a child that has closed its pipes, without reaping it; return whether it ends in time."""
    while os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.001)
    return True


def _read_output(
    child: subprocess.Popen[bytes],
    deadline: float,
    on_output: Callable[[bytes], None] | None,
    max_output: int,
    max_errors: int,
) -> tuple[bytes, bytes, bool]:
    """Read both pipes until they close or time is up; return output, errors, and whether time was up."""
    assert child.stdout  # noqa: S101  # both are pipes: see Popen above
    assert child.stderr  # noqa: S101  # as above
    output, errors = bytearray(), bytearray()
    open_pipes = {child.stdout, child.stderr}
    while open_pipes:
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            return bytes(output), bytes(errors), True
        ready = select.select(list(open_pipes), [], [], min(left_s, _POLL_S))[0]
        if child.stdout not in ready and on_output:  # also while it only logs
            on_output(b"")
        for pipe in ready:
            chunk = os.read(pipe.fileno(), 65_536)
            if not chunk:
                open_pipes.discard(pipe)
            elif pipe is child.stderr:
                errors = (errors + chunk)[-max_errors:]
            else:
                output += chunk[: max(0, max_output - len(output))]
                if on_output:
                    on_output(chunk)
    return bytes(output), bytes(errors), False
