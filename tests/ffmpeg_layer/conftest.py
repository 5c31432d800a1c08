"""The layer as `make layer` built it. Tests that need it are marked so; `make test-layer` runs them."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from functions.convert.ffmpeg.binaries import X86_64_V3
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from types import ModuleType

LAYER = Path(__file__).resolve().parents[2] / "ffmpeg-layer"
BIN = LAYER / "bin"


@dataclass(frozen=True, slots=True)
class Variant:
    """One pair of programs."""

    folder: Path

    @property
    def ffmpeg(self) -> Path:
        return self.folder / "ffmpeg"

    @property
    def ffprobe(self) -> Path:
        return self.folder / "ffprobe"

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
        """Run ffmpeg in an empty environment; it may fail."""
        argv = [str(self.ffmpeg), "-nostdin", "-hide_banner", "-v", "error", "-y", *map(str, arguments)]
        return subprocess.run(argv, capture_output=True, timeout=HANG_S, env={}, check=False)

    def output(self, *arguments: str | Path) -> bytes:
        """Run ffmpeg, which must succeed, and return its standard output."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def samples(self, path: Path, rate_hz: int = 44_100, channels: int = 2) -> bytes:
        """Return the first audio stream as 16-bit PCM."""
        shape = ("-ar", str(rate_hz), "-ac", str(channels))
        return self.output("-i", path, "-map", "0:a:0", *shape, "-f", "s16le", "pipe:1")

    def streams(self, path: Path) -> list[dict[str, object]]:
        """Return ffprobe's report of the streams."""
        argv = [str(self.ffprobe), "-v", "error", "-show_streams", "-of", "json", str(path)]
        done = subprocess.run(argv, capture_output=True, timeout=HANG_S, env={}, check=True)
        streams: list[dict[str, object]] = json.loads(done.stdout)["streams"]
        return streams

    def listed(self, kind: str) -> set[str]:
        """Return the names that `ffmpeg -<kind>` lists; a demuxer's aliases count separately."""
        columns = [line.split() for line in self.output(f"-{kind}").decode().splitlines()]
        place = 0 if kind == "bsfs" else 1
        return {name for words in columns if len(words) > place for name in words[place].split(",")}


NEEDS_LAYER = frozenset({"manifest", "variant", "both"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use the built layer."""
    for item in items:
        if (
            NEEDS_LAYER & set(getattr(item, "fixturenames", ()))
            and Path(__file__).parent in item.path.parents
        ):
            item.add_marker(pytest.mark.layer)


@pytest.fixture(scope="session")
def manifest() -> dict[str, dict[str, str]]:
    """The manifest of the built layer."""
    if not (BIN / "manifest.json").exists():
        pytest.fail("The layer is not built: run make layer first.")
    described: dict[str, dict[str, str]] = json.loads((BIN / "manifest.json").read_text())
    return described


def runnable() -> list[str]:
    """The variants that this machine's CPU can run."""
    flags = set(Path("/proc/cpuinfo").read_text().split())
    return ["baseline", "x86-64-v3"] if flags >= X86_64_V3 else ["baseline"]


@pytest.fixture(params=["baseline", "x86-64-v3"])
def variant(request: pytest.FixtureRequest, manifest: dict[str, object]) -> Variant:
    """Each variant."""
    assert manifest
    if request.param not in runnable():
        pytest.skip("this CPU lacks what x86-64-v3 needs: only the baseline can run here")
    return Variant(BIN / request.param)


@pytest.fixture
def both(manifest: dict[str, object]) -> list[Variant]:
    """All variants at once."""
    assert manifest
    return [Variant(BIN / name) for name in runnable()]


@pytest.fixture(scope="session")
def components() -> ModuleType:
    """ffmpeg-layer/components.py, whose folder's name cannot be imported."""
    spec = importlib.util.spec_from_file_location("components", LAYER / "components.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
