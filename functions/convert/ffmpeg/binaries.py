"""Finds ffmpeg and ffprobe: in a folder that is set, in the bundle's layer, or on the system."""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from shared.runtime.config import Misconfigured

from ..process.launcher import sandbox_of

# The layer is in the root of the bundle.
LAYER = Path(__file__).resolve().parent.parent / "ffmpeg-layer" / "bin"
_TIMEOUT_S = 60
_MOVIE_TIMESCALE_SINCE = 5
# What the x86-64-v3 build may use (psABI level 3), by its names in /proc/cpuinfo.
X86_64_V3 = frozenset({"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"})


@dataclass(frozen=True, slots=True)
class Tools:
    """Paths of the two programs."""

    ffmpeg: str
    ffprobe: str

    @property
    def version(self) -> str:
        """The version of ffmpeg, such as 7.1.3-0+deb13u1."""
        return "".join(_version(self.ffmpeg)[2:3])

    @property
    def has_soxr(self) -> bool:
        """Whether ffmpeg was built with the SoX resampler; it is asked once."""
        return "--enable-libsoxr" in _version(self.ffmpeg)

    @property
    def has_loudness_filters(self) -> bool:
        """Whether it has our own meter and limiter of true peaks (ffmpeg-layer/filters)."""
        return "--enable-filter=truepeaklimit" in _version(self.ffmpeg)

    @property
    def has_levels_muxer(self) -> bool:
        """Whether it has our own meter of levels (ffmpeg-layer/muxers)."""
        return "--enable-muxer=levels" in _version(self.ffmpeg)

    @property
    def has_movie_timescale(self) -> bool:
        """Whether its MP4 muxer counts in other units than milliseconds, too, as since 5.0."""
        major = self.version.lstrip("n").partition(".")[0]
        # Others are builds of a day, without a number.
        return not major.isdecimal() or int(major) >= _MOVIE_TIMESCALE_SINCE


def sandbox_kinds(tools: Tools) -> dict[str, object]:
    """Return what the sandbox of ffmpeg consists of on this machine: `landlock` is its version, 0 for none.

    It is empty without a sandbox, as for the system's ffmpeg.

    Raises:
        Misconfigured: the kernel refuses it.
    """
    sandbox = sandbox_of(tools.ffmpeg)
    if not sandbox:
        return {}
    try:
        done = subprocess.run(
            [sandbox, "--check"], check=True, capture_output=True, text=True, timeout=_TIMEOUT_S
        )
        return dict(json.loads(done.stdout))
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        reason = getattr(error, "stderr", None) or error
        raise Misconfigured(f"The sandbox of ffmpeg cannot be set up here: {reason}") from error


@functools.cache
def _version(ffmpeg: str) -> list[str]:
    """Return the words of what ffmpeg prints of its version and its build."""
    argv = [ffmpeg, "-nostdin", "-version"]
    return subprocess.run(argv, check=True, capture_output=True, text=True, timeout=_TIMEOUT_S).stdout.split()


def find_tools(folder: str, cpuinfo: Path = Path("/proc/cpuinfo")) -> Tools:
    """Return the programs in `folder`; if that is empty, the layer's build for this CPU, or PATH's.

    Raises:
        Misconfigured: there are none, or they are a layer's without its sandbox.
    """
    candidates = [folder] if folder else [str(LAYER / build) for build in _builds(cpuinfo)] + [None]
    for candidate in candidates:
        ffmpeg, ffprobe = (shutil.which(name, path=candidate) for name in ("ffmpeg", "ffprobe"))
        if ffmpeg and ffprobe:
            # Absolute, because they run in another working directory.
            tools = Tools(str(Path(ffmpeg).absolute()), str(Path(ffprobe).absolute()))
            _require_sandbox(Path(tools.ffmpeg).parent)
            return tools
    where = folder or "the bundle or on PATH"
    raise Misconfigured(f"There is no ffmpeg and ffprobe in {where}: install ffmpeg or set FFMPEG_DIR.")


def _require_sandbox(folder: Path) -> None:
    """Refuse a layer that is older than its sandbox, or has lost it: its absence must not go unnoticed."""
    if (folder.parent / "manifest.json").exists() and not sandbox_of(str(folder / "ffmpeg")):
        raise Misconfigured(
            f"The ffmpeg layer in {folder} has no sandbox: run `make layer`, and deploy again."
        )


def _builds(cpuinfo: Path) -> list[str]:
    try:
        flags = next(line for line in cpuinfo.read_text().splitlines() if line.startswith("flags")).split()
    except (OSError, StopIteration):
        flags = []
    return ["x86-64-v3", "baseline"] if set(flags) >= X86_64_V3 else ["baseline"]
