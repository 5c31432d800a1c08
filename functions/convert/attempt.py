"""What the steps of one attempt to convert an upload share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .upload.monitor import UploadMonitor

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.runtime.log import Log

    from .ffmpeg.binaries import Tools
    from .process.limits import Limits


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt.

    Attributes:
        limits: of each process.
        report: receives the progress, 0 to 1; an exception from it ends the attempt.
        uploads: the outputs that are uploaded while they are written.
    """

    tools: Tools
    limits: Limits
    report: Callable[[float], None]
    log: Log
    uploads: UploadMonitor = field(default_factory=UploadMonitor)
