"""Every engine that this machine has, in a temporary folder of which each leftover is seen."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

import pytest

from functions.convert.ffmpeg.binaries import Tools, find_tools
from tests.hostile.canaries import CanaryFile, CanaryServer
from tests.hostile.victim import Victim
from tools.ffmpeg import ROOT, program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LAYER = ROOT / "ffmpeg-layer" / "bin" / "baseline"
ENGINES = {"system": Tools(program("ffmpeg"), program("ffprobe"))}
if (LAYER / "ffmpeg").exists():
    ENGINES["layer"] = find_tools(str(LAYER))


@pytest.fixture(params=ENGINES)
def victim(request: pytest.FixtureRequest, temporary: Path) -> Iterator[Victim]:
    """One for each engine; it must leave nothing behind."""
    yield Victim(ENGINES[request.param])
    assert list(temporary.iterdir()) == []


@pytest.fixture
def any_victim(temporary: Path) -> Iterator[Victim]:
    """With the system's engine, where both are alike: it can do more, so it has more to lose."""
    yield Victim(ENGINES["system"])
    assert list(temporary.iterdir()) == []


@pytest.fixture
def layer_victim(temporary: Path) -> Iterator[Victim]:
    """With the layer's engine, where it is built."""
    yield Victim(ENGINES.get("layer", ENGINES["system"]))
    assert list(temporary.iterdir()) == []


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's temporary folder, for this test alone."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def canary_file(tmp_path: Path, audio: Callable[..., Path]) -> Iterator[CanaryFile]:
    """A WAV that nobody may open."""
    canary = CanaryFile(tmp_path / "secret.wav", audio("wav").read_bytes())
    yield canary
    canary.close()


@pytest.fixture
def canary_server() -> Iterator[CanaryServer]:
    """A server that nobody may call."""
    with CanaryServer() as canary:
        yield canary
