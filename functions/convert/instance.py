"""What an instance of convert runs on: ffmpeg, its sandbox, and whether temporary files can have holes."""

from __future__ import annotations

import platform
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from .ffmpeg.binaries import sandbox_kinds
from .upload.sparse_file import can_punch_holes

if TYPE_CHECKING:
    from .ffmpeg.binaries import Tools


def describe_instance(tools: Tools) -> dict[str, object]:
    """Return the fields of the line that each instance logs once.

    Without `sparseFiles`, as under gVisor (kernel 4.4.0), outputs stay in memory until they are complete.

    Raises:
        Misconfigured: the sandbox cannot be set up here.
    """
    with tempfile.TemporaryDirectory(prefix="sonube-instance-") as folder:
        sparse = can_punch_holes(Path(folder))
    return {
        "ffmpeg": tools.version,
        "build": Path(tools.ffmpeg).parent.name,
        "sparseFiles": sparse,
        "kernel": platform.release(),
        **sandbox_kinds(tools),
    }
