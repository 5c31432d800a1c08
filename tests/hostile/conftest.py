"""The ffmpegs of this machine, each in a temporary folder that must be empty afterwards."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

import pytest

from functions.convert.ffmpeg.binaries import Tools, find_tools
from tests.hostile.canaries import CanaryFile, CanaryServer
from tests.hostile.victim import Victim
from tools.ffmpeg import ROOT, chosen_dir, program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LAYER = ROOT / "ffmpeg-layer" / "bin" / "baseline"
CHOSEN = chosen_dir()
TOOLS = {"system": find_tools(CHOSEN) if CHOSEN else Tools(program("ffmpeg"), program("ffprobe"))}
if (LAYER / "ffmpeg").exists() and not CHOSEN:
    TOOLS["layer"] = find_tools(str(LAYER))


@pytest.fixture(params=TOOLS)
def victim(request: pytest.FixtureRequest, temporary: Path) -> Iterator[Victim]:
    """One for each ffmpeg; it must leave no files behind."""
    yield Victim(TOOLS[request.param])
    assert list(temporary.iterdir()) == []


@pytest.fixture
def any_victim(temporary: Path) -> Iterator[Victim]:
    """With the system's ffmpeg, where both behave alike: it has more demuxers to attack."""
    yield Victim(TOOLS["system"])
    assert list(temporary.iterdir()) == []


@pytest.fixture
def layer_victim(temporary: Path) -> Iterator[Victim]:
    """With the layer's ffmpeg, where it is built."""
    yield Victim(TOOLS.get("layer", TOOLS["system"]))
    assert list(temporary.iterdir()) == []


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder as the system's temporary folder."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def canary_file(tmp_path: Path, audio: Callable[..., Path]) -> Iterator[CanaryFile]:
    """A WAV that must not be opened."""
    canary = CanaryFile(tmp_path / "secret.wav", audio("wav").read_bytes())
    yield canary
    canary.close()


@pytest.fixture
def canary_server() -> Iterator[CanaryServer]:
    """A server that must not be called."""
    with CanaryServer() as canary:
        yield canary
