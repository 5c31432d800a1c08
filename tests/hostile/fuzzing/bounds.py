"""Runs a parser within limits: 64 MiB of memory, and a second of CPU for each MiB of input."""

from __future__ import annotations

import contextlib
import resource
import signal
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.hostile.fuzzing.grammar import built
from tests.hostile.fuzzing.mutation import mutated
from tests.hostile.fuzzing.parsers import BINARY, OTHER, run_parser

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMORY_BYTES, CPU_S_PER_MIB = 64 << 20, 1.0
_STATM, _PAGE_BYTES = Path("/proc/self/statm"), resource.getpagesize()


class _OutOfTime(BaseException):
    """CPU time is up. No parser catches it."""


class Breach(NamedTuple):
    """What a parser must never do.

    Attributes:
        seed: of the file, which is built by grammar if `is_built`, or else a mutant.
        reason: the limit, or the traceback.
    """

    parser: str
    seed: int
    is_built: bool
    reason: str


class Figures(NamedTuple):
    """The most CPU that a parser took on any file, per MiB of a file that has at least one."""

    parser: str
    cpu_s_per_mib: float


def breaches(files: list[bytes], seeds: range) -> tuple[list[Breach], list[Figures]]:
    """Run all parsers on a mutant and on a built file of each seed."""
    found, slowest = [], dict.fromkeys((*BINARY, *OTHER), 0.0)
    for seed in seeds:
        for is_built in (False, True):
            data = built(seed) if is_built else mutated(files, seed)
            size_mib = max(1.0, len(data) / (1 << 20))
            for name in slowest:
                cpu_s, reason = _run(name, data, CPU_S_PER_MIB * size_mib)
                slowest[name] = max(slowest[name], cpu_s / size_mib)
                if reason:
                    found.append(Breach(name, seed, is_built, reason))
    return found, [Figures(*item) for item in sorted(slowest.items(), key=lambda item: -item[1])]


def _run(name: str, data: bytes, limit_s: float) -> tuple[float, str]:
    """Run one parser; return its seconds of CPU, and what it must not do."""
    begin, reason = time.process_time(), ""
    try:
        with _limited(limit_s):
            run_parser(name, data)
    except _OutOfTime:
        reason = f"took more than {limit_s:.1f} s of CPU"
    except MemoryError:
        reason = f"took more than {MEMORY_BYTES >> 20} MiB"
    except Exception:  # noqa: BLE001  # what this module looks for
        reason = traceback.format_exc()
    return time.process_time() - begin, reason


@contextlib.contextmanager
def _limited(limit_s: float) -> Iterator[None]:
    address_space = int(_STATM.read_text().split()[0]) * _PAGE_BYTES
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    before = signal.signal(signal.SIGPROF, _stop)
    resource.setrlimit(resource.RLIMIT_AS, (address_space + MEMORY_BYTES, hard))
    signal.setitimer(signal.ITIMER_PROF, limit_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, hard))
        signal.signal(signal.SIGPROF, before)


def _stop(*_: object) -> None:
    raise _OutOfTime
