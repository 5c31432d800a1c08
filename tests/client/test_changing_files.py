"""Files that change while they are uploaded: none of them is converted, and nothing hangs.

Infomaniak/desktop-kDrive#1061 (a file that grows), wandb/wandb#53 (one that is rewritten).
"""

from __future__ import annotations

import errno
import io
import os
from typing import TYPE_CHECKING

import pytest

from sonube import SonubeError, SourceChanged
from tests.client.cutting_proxy import CuttingProxy
from tests.client.terminal import write_noise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sonube import Sonube
    from tests.client.terminal import Terminal

MIB = 1024 * 1024


class ChangingProxy(CuttingProxy):
    """Changes a file once a request has passed a part of it."""

    def __init__(self, change: Callable[[], object]) -> None:
        super().__init__(after=MIB // 4)
        self._change: Callable[[], object] | None = change

    def cuts_now(self) -> bool:
        with self._lock:
            change, self._change = self._change, None
        if change:
            change()
        return False


def _grow(file: Path) -> None:
    with file.open("ab") as end:
        end.write(bytes(MIB))


def _rewrite(file: Path) -> None:
    size = file.stat().st_size
    with file.open("r+b") as same:
        same.write(bytes(size))


CHANGES: dict[str, Callable[[Path], None]] = {
    "shrinks": lambda file: os.truncate(file, MIB),
    "grows": _grow,
    "is rewritten": _rewrite,
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "length_s", [pytest.param(40, marks=pytest.mark.wide, id="one PUT"), pytest.param(120, id="chunks")]
)
def test_a_file_that_changes_ends_with_an_error_and_its_task_is_cancelled(
    terminal: Terminal, service: Sonube, change: str, length_s: int
) -> None:
    file = write_noise(terminal.folder / "take.wav", length_s)
    with ChangingProxy(lambda: CHANGES[change](file)) as proxy:
        done = terminal.run("convert", "take.wav", "--to", "mp3", http_proxy=proxy.url)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("take.wav changed while it was being uploaded."), done.stderr
    assert [task.state for task in service.tasks()] == ["CANCELLED"]


def test_a_file_that_changes_raises_an_error_of_its_own(service: Sonube, tmp_path: Path) -> None:
    file = write_noise(tmp_path / "take.wav", 20)

    with pytest.raises(SourceChanged) as caught:
        service.convert(file, "mp3", on_progress=lambda step, _: _grow(file) if step == "upload" else None)

    assert caught.value.code == "file_changed"
    assert [task.state for task in service.tasks()] == ["CANCELLED"]


def test_a_file_that_is_replaced_is_uploaded_as_it_was(service: Sonube, tmp_path: Path) -> None:
    file = write_noise(tmp_path / "take.wav", 20)
    other = tmp_path / "other.wav"
    other.write_bytes(b"not a song")

    def replace(step: str, _: float) -> None:
        if step == "upload" and other.exists():
            other.replace(file)

    assert service.convert(file, "mp3", on_progress=replace).stat().st_size > 0


@pytest.mark.parametrize("make", ["fifo", "device"])
def test_what_is_not_a_file_is_refused_before_a_task_is_made(
    terminal: Terminal, service: Sonube, make: str, songs: list[str]
) -> None:
    odd = terminal.folder / "odd.wav"
    if make == "fifo":
        os.mkfifo(odd)
    else:
        odd.symlink_to("/dev/zero")

    done = terminal.run("convert", "odd.wav", songs[0], "--to", "mp3")

    assert (done.returncode, done.stdout) == (1, "a.mp3\n")
    assert "odd.wav is not a regular file. Give a file, or pipe" in done.stderr
    assert [task.state for task in service.tasks()] == ["PROCESSED"]


class BadDisk(io.BytesIO):
    """A file whose first bytes can be read, and no more."""

    name = "/media/stick/take.wav"

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return super().read(size)


def test_no_task_waits_for_a_file_that_cannot_be_read(service: Sonube) -> None:
    with pytest.raises(SonubeError, match=r"take\.wav: Input/output error"):
        service.convert(BadDisk(bytes(MIB)), "mp3")

    assert [task.state for task in service.tasks()] == ["CANCELLED"]
