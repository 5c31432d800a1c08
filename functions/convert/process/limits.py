"""What a child process may use, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MIB = 1 << 20
# Each thread's too, 8 MiB by default: since 7.0, ffmpeg has a thread for every decoder, encoder and muxer.
_STACK_BYTES = 2 * MIB


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use.

    Attributes:
        wall_s: after this, its process group is killed.
        cpu_s: CPU seconds, enforced by the kernel.
        file_bytes: largest file that it may write.
        memory_bytes: address space. Debian's ffmpeg 5.1 maps 560 MiB and uses 60; the layer's, 250 and 12.
        audio_s: longest audio; a source that claims less and yields more is stopped there.
        until: end of the attempt, by the monotonic clock; no process runs past it.
    """

    wall_s: float
    cpu_s: int
    file_bytes: int
    memory_bytes: int = 1024 * MIB
    open_files: int = 64
    audio_s: float = float("inf")
    until: float = float("inf")

    def as_rlimits(self) -> Mapping[str, tuple[int, int]]:
        """Return soft and hard limits by their names in the kernel."""
        values = {
            "FSIZE": self.file_bytes,
            "AS": self.memory_bytes,
            "STACK": _STACK_BYTES,
            "NOFILE": self.open_files,
            "CORE": 0,
        }
        # With equal limits on CPU, the kernel would send SIGKILL, which does not say why.
        return {**{name: (n, n) for name, n in values.items()}, "CPU": (self.cpu_s, self.cpu_s + 1)}


@dataclass(frozen=True, slots=True)
class CompletedProcess:
    """How a child ended.

    Attributes:
        code: exit status; negative for a signal.
        output: beginning of standard output.
        errors: end of standard error.
        error_bytes: the same, not decoded.
    """

    code: int
    output: bytes
    errors: str
    timed_out: bool
    wall_s: float
    cpu_s: float
    error_bytes: bytes = b""
