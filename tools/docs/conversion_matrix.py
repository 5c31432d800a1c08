"""Converts one kind of input to every output, decodes each output, and reports what was lost and kept."""

from __future__ import annotations

import array
import io
import math
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from operator import sub
from pathlib import Path
from typing import TYPE_CHECKING

from functions.convert.attempt import Attempt
from functions.convert.containers.reader import reading
from functions.convert.conversion.convert import convert_source
from functions.convert.ffmpeg.binaries import X86_64_V3, Tools, find_tools
from functions.convert.plan.depth import is_deeper
from functions.convert.plan.sample_format import CD_BITS
from functions.convert.process.limits import Limits
from functions.convert.source.fetch import FetchedSource
from functions.convert.source.played_part import played_part
from functions.convert.source.probed_source import probe_fetched
from functions.convert.verify.checks import RESULT_TOLERANCE_S
from shared.domain.files import Output
from shared.domain.options import Options
from shared.runtime.log import Log
from tools.ffmpeg import ROOT, chosen_dir, ffmpeg_dir
from tools.material import CHAPTERS, TITLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from functions.convert.source.probed_source import ProbedSource
    from functions.convert.verify.verified_output import VerifiedOutput
    from shared.domain.media import Probe
    from shared.domain.notes.base import Note
    from tools.material import Kind

LIMITS = Limits(wall_s=60, cpu_s=60, file_bytes=1 << 28)
# A codec at its default bit rate changes the level by less than this, even that of noise.
LEVEL_TOLERANCE_DB = 1.5
CHAPTER_TOLERANCE_S = 0.03
# By how many steps triangular dither and rounding may change a sample.
DITHER_STEPS = 2


class Fidelity(StrEnum):
    """How the samples of the output relate to those of the input."""

    COPIED = "="
    EXACT = "●"
    ENCODED = "○"


class InvalidOutput(AssertionError):
    """An output differs from its input more than it may."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One input and one output.

    Attributes:
        kept: of `t` title, `p` picture, `c` chapters those that the output has.
    """

    how: Fidelity
    kept: str


def best_tools() -> Tools:
    """The chosen ones, else the layer's, which start ten times quicker, else those that convert finds."""
    if chosen := chosen_dir():
        return find_tools(chosen)
    able = set(Path("/proc/cpuinfo").read_text().split()) >= X86_64_V3
    built = ROOT / "ffmpeg-layer" / "bin" / ("x86-64-v3" if able else "baseline")
    return find_tools(str(built) if (built / "ffprobe").exists() else ffmpeg_dir())


def convert(
    tools: Tools,
    source: Path,
    folder: Path,
    wanted: Sequence[tuple[str, Options]],
    notes: list[Note] | None = None,
) -> tuple[Probe, list[VerifiedOutput]]:
    """The outputs of one file, made as convert makes them, in that folder; notes are added to the list."""
    folder.mkdir(parents=True, exist_ok=True)
    given = folder / "source"
    shutil.copyfile(source, given)
    probed = probe_fetched(tools, FetchedSource(given), wanted[0][1])
    outputs = [Output(name, f"out.{name}", options) for name, options in wanted]
    return probed.probe, convert_probed(tools, probed, outputs, notes)


def convert_probed(
    tools: Tools, source: ProbedSource, outputs: Sequence[Output], notes: list[Note] | None = None
) -> list[VerifiedOutput]:
    """Plan, encode and verify, as the pipeline does after the probe; notes are added to the list."""
    attempt = Attempt(tools, LIMITS, lambda _: None, Log(stream=io.StringIO()))
    verified, _ = convert_source(attempt, source, outputs)
    if notes is not None:
        notes += attempt.notes
    return verified


def row_of(tools: Tools, kind: Kind, source: Path, folder: Path, forms: Sequence[str]) -> Mapping[str, Cell]:
    """These output formats from this kind of input.

    Raises:
        Wrong: an output differs in samples, length or level from what it may.
    """
    found, made = convert(tools, source, folder, [(name, Options()) for name in forms])
    return compared(tools, kind, found, made)


def compared(tools: Tools, kind: Kind, found: Probe, made: Sequence[VerifiedOutput]) -> Mapping[str, Cell]:
    """What became of an input in each of its outputs.

    Raises:
        InvalidOutput: an output differs in samples, length or level from what it may.
    """
    codec = "pcm_s32le" if found.sample_format.startswith("s32") else "pcm_s16le"
    files = [one.file for one in made]
    source = files[0].with_name("source")
    whole, *results = decoded(tools, [source, *files], codec)
    original = _played(source, found, whole, 4 if codec == "pcm_s32le" else 2)
    return {
        one.plan.form.name: Cell(_judged(one, found, original, result), _kept(kind, one.probe))
        for one, result in zip(made, results, strict=True)
    }


def _played(source: Path, found: Probe, whole: bytes, width: int) -> bytes:
    """The samples without the priming and padding that ffmpeg decodes with them."""
    with reading(source) as data:
        part = played_part(data, found)
    frame = width * found.channels
    return whole[part.begin * frame :][: None if part.length is None else part.length * frame]


def decoded(tools: Tools, files: Sequence[Path], codec: str) -> list[bytes]:
    """The samples of each file whole, as raw PCM, by one ffmpeg."""
    argv = [tools.ffmpeg, "-nostdin", "-v", "error", "-xerror"]
    for file in files:
        argv += ["-i", str(file)]
    for n in range(len(files)):
        # A named pipe would do as well; these are a few hundred kilobytes each.
        argv += ["-map", f"{n}:a:0", "-c:a", codec, "-f", codec.removeprefix("pcm_"), f"{n}"]
    with tempfile.TemporaryDirectory(prefix="sonube-") as folder:
        subprocess.run(argv, cwd=folder, check=True, timeout=60)
        return [(Path(folder) / f"{n}").read_bytes() for n in range(len(files))]


def _kept(kind: Kind, result: Probe) -> str:
    """What an output holds of what the input held."""
    # Vorbis comments say where a chapter begins, not where it ends.
    found = [(chapter.start_s, chapter.title) for chapter in result.chapters]
    same = len(found) == len(CHAPTERS) and all(
        abs(start_s - chapter.start_s) < CHAPTER_TOLERANCE_S and title == chapter.title
        for (start_s, title), chapter in zip(found, CHAPTERS, strict=True)
    )
    has = {"t": result.tags.get("title") == TITLE, "p": result.cover is not None, "c": same}
    return "".join(letter for letter in kind.holds if has[letter])


def _judged(made: VerifiedOutput, found: Probe, original: bytes, result: bytes) -> Fidelity:
    plan, name = made.plan, made.plan.form.name
    if plan.form.lossless and not plan.is_copied:
        if not _is_exact(found, original, result):
            raise InvalidOutput(f"{name} does not decode to the samples of its source.")
        return Fidelity.EXACT
    rate = 48_000 if plan.form.codec == "opus" else plan.sample_rate_hz
    width = 4 if found.sample_format.startswith("s32") else 2
    came_s = len(result) / width / rate / plan.channels
    went_s = len(original) / width / found.sample_rate_hz / found.channels
    padding_s = plan.form.padding_samples / plan.sample_rate_hz
    if not -RESULT_TOLERANCE_S <= came_s - went_s <= padding_s + RESULT_TOLERANCE_S:
        raise InvalidOutput(f"{name} decodes to {came_s:.4f} s, and its source to {went_s:.4f} s.")
    if abs(_level_db(result, width) - _level_db(original, width)) > LEVEL_TOLERANCE_DB:
        raise InvalidOutput(f"{name} is not as loud as its source.")
    return Fidelity.COPIED if plan.is_copied else Fidelity.ENCODED


def _is_exact(found: Probe, original: bytes, result: bytes) -> bool:
    """Whether the samples are the same; but for dither, where the source is of floating point."""
    if not is_deeper(found, CD_BITS) or found.sample_format.startswith("s32"):
        return result == original
    steps = map(sub, array.array("h", original), array.array("h", result))
    return len(result) == len(original) and max(map(abs, steps)) <= DITHER_STEPS


def _level_db(pcm: bytes, width: int) -> float:
    """Root mean square in decibels, from a part of the samples."""
    samples = array.array({2: "h", 4: "i"}[width], pcm)[::7]
    return 10 * math.log10(sum(float(x) ** 2 for x in samples) / len(samples) + 1e-9)
