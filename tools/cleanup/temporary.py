"""A temporary folder for everything that a program starts, which is deleted afterwards."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

from localcloud.run.reaper import Reaper

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def temporary_folder(prefix: str) -> Iterator[Reaper]:
    """Make a folder that is TMPDIR inside the block, also for what is started there.

    After the block, or when this process is killed, the folder is removed, and no process is left that was
    started in the block.
    """
    before = os.environ.get("TMPDIR")
    reaper = Reaper(prefix)
    try:
        _set_tmpdir(str(reaper.folder))
        yield reaper
    finally:
        _set_tmpdir(before)
        reaper.close()


def _set_tmpdir(folder: str | None) -> None:
    if folder is None:
        os.environ.pop("TMPDIR", None)
    else:
        os.environ["TMPDIR"] = folder
    tempfile.tempdir = None  # so that this process looks it up, too
