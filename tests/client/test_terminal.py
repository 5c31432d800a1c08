"""The `sonube` command on a terminal: bars, Ctrl-C, and how it is installed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.client.terminal import write_noise

if TYPE_CHECKING:
    from collections.abc import Callable

    from sonube import Sonube
    from tests.client.terminal import Terminal

ROOT = Path(__file__).resolve().parent.parent.parent


def test_there_is_a_bar_for_each_file_and_one_for_all(terminal: Terminal, audio: Callable[..., Path]) -> None:
    for name in ("one.wav", "two.wav"):
        (terminal.folder / name).write_bytes(audio("wav").read_bytes())

    status, shown = terminal.watch("convert", "one.wav", "two.wav", "--to", "mp3")

    assert status == 0, shown
    assert [bool(re.search(rf"{name} +\S*━.*100%.*done", shown)) for name in ("one.wav", "two.wav")] == [
        True
    ] * 2
    assert re.search(r"all +.*100%.*2 of 2", shown)
    assert re.search(r"2 of 2 converted in [\d.]+ s\.\r\n", shown)


def test_ctrl_c_leaves_nothing_half_written_and_cancels_what_is_under_way(
    terminal: Terminal, service: Sonube
) -> None:
    for name in ("one.wav", "two.wav"):
        write_noise(terminal.folder / name, 400)

    status, shown = terminal.watch(
        "convert",
        "one.wav",
        "two.wav",
        "--to",
        "opus",
        "--out",
        "out",
        "--parallel",
        "1",
        interrupt_at="convert",
    )

    assert (status, "Stopped." in shown, "Traceback" in shown) == (130, True, False), shown
    assert [task.state for task in service.tasks()] == ["CANCELLED"]
    assert sorted(path.name for path in terminal.folder.rglob("*.*")) == ["one.wav", "two.wav"]


def test_pip_installs_the_command(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(tmp_path), str(ROOT)]
    subprocess.run(pip, check=True, capture_output=True, timeout=100)

    said = subprocess.run(
        [sys.executable, str(tmp_path / "bin" / "sonube"), "--version"],
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )

    assert re.fullmatch(r"sonube, version \d+\.\d+\.\d+\n", said.stdout)
    assert (tmp_path / "sonube" / "py.typed").is_file()
