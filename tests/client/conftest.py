"""A logged-in user with a folder of audio files."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from sonube import Sonube
from sonube.sessions import fresh_token, log_in, save
from tests.client.terminal import ROOT, Terminal
from tests.forked import ForkServer
from tests.machine import machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tools.throwaway import ThrowawayCloud


@pytest.fixture(scope="session")
def commands() -> Iterator[ForkServer]:
    """Runs commands without importing everything for each."""
    environment = {**machine(), "PYTHONPATH": str(ROOT / "client")}
    with ForkServer("sonube", "sonube.cli.main", environment) as server:
        yield server


@pytest.fixture
def terminal(cloud: ThrowawayCloud, tmp_path: Path, commands: ForkServer) -> Terminal:
    """A shell in an empty folder, for a user who has signed up."""
    session = tmp_path / "home" / "session.json"
    save(log_in(cloud.url, f"cli-{time.time_ns()}@example.com", "correct horse", sign_up=True), session)
    folder = tmp_path / "music"
    folder.mkdir()
    return Terminal(folder, session, commands)


@pytest.fixture
def service(cloud: ThrowawayCloud, terminal: Terminal) -> Sonube:
    """The Python client of the same user."""
    return Sonube(cloud.url, lambda: fresh_token(terminal.session))


@pytest.fixture
def songs(terminal: Terminal, audio: Callable[..., Path]) -> list[str]:
    """Names of the files in the folder."""
    names = ["a.wav", "b c.wav", "Ñandú 🎶.wav"]
    for name in names:
        (terminal.folder / name).write_bytes(audio("wav").read_bytes())
    return names
