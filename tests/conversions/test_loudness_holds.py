"""The decoded output keeps the ceiling, and is as loud as requested or says why not, with any material."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from shared.domain.formats import FORMATS
from shared.domain.options import parse_options
from tests.sampling import crossed
from tests.waiting import HANG_S
from tools.docs.conversion_matrix import convert
from tools.ffmpeg import program
from tools.loud_material import MATERIALS, write_material

if TYPE_CHECKING:
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from shared.domain.notes.base import Note

CEILING_DBTP, TOLERANCE_LU = -1.0, 0.5
# By another ffmpeg, or another filter, than measured them first.
METERS_LU = 0.1
OUTPUTS = ("mp3 128", "mp3 320", "m4a 96", "m4a 160", "opus 64", "ogg", "flac", "wav")
METER = "ebur128=peak=true:framelog=verbose"


@pytest.fixture(scope="module")
def materials(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("materials")
    return {name: folder / f"{n}.wav" for n, name in enumerate(MATERIALS)}


def measured(file: Path) -> tuple[float, float]:
    """Integrated loudness and true peak of a file, by the ffmpeg of the system."""
    argv = [program("ffmpeg"), "-nostdin", "-hide_banner", "-i", str(file), "-af", METER, "-f", "null", "-"]
    log = subprocess.run(argv, check=True, capture_output=True, text=True, timeout=HANG_S).stderr
    summary = log[log.rindex("Summary:") :]
    integrated, peak = (re.search(rf"{name}:\s+(\S+) ", summary) for name in ("I", "Peak"))
    assert integrated
    assert peak
    return float(integrated[1]), float(peak[1])


@pytest.mark.parametrize(("material", "output", "target"), crossed(list(MATERIALS), OUTPUTS, (-16, -11)))
def test_the_output_keeps_ceiling_and_loudness(  # noqa: PLR0917  # fixtures and parameters
    tools: Tools, materials: dict[str, Path], tmp_path: Path, material: str, output: str, target: float
) -> None:
    source = materials[material]
    if not source.exists():
        write_material(source, material)
    form, _, kbps = output.partition(" ")
    options = {"loudnessLufs": target, **({"bitRateKbps": int(kbps)} if kbps else {})}
    notes: list[Note] = []
    _, (made,) = convert(tools, source, tmp_path, [(form, parse_options(options, FORMATS[form]))], notes)
    lufs, peak_dbtp = measured(made.file)

    assert peak_dbtp <= CEILING_DBTP
    if abs(abs(lufs - target) - TOLERANCE_LU) > METERS_LU:  # otherwise meters may disagree
        assert bool(notes) == (abs(lufs - target) > TOLERANCE_LU)
    assert {note.code for note in notes} <= {"loudness_missed"}


def test_peaks_of_a_lossy_source_above_full_scale_are_kept_by_a_gain(tools: Tools, tmp_path: Path) -> None:
    source = write_material(tmp_path / "drums.wav", "drums")
    lossy, options = tmp_path / "drums.m4a", parse_options({"loudnessLufs": -24}, FORMATS["flac"])
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-i", str(source), "-c:a", "aac", "-b:a", "64k"]
    subprocess.run([*argv, str(lossy)], check=True, timeout=HANG_S)
    _, (made,) = convert(tools, lossy, tmp_path / "out", [("flac", options)])
    (lufs, peak_dbtp), (quieter_lufs, lower_dbtp) = measured(lossy), measured(made.file)

    assert peak_dbtp > 1
    assert lower_dbtp - peak_dbtp == pytest.approx(quieter_lufs - lufs, abs=0.15)
