"""How much higher than its input the decoded output of each encoder peaks, and how often one encode suffices.

`python -m bench.levels.headroom [material ...]` encodes ten materials to eight outputs and two targets, once.
It prints by encoder what it added, beside what `functions/convert/plan/level/headroom.py` leaves for it, and
counts the outputs that need no correction.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from functions.convert.attempt import Attempt
from functions.convert.encode.encode import encode_outputs
from functions.convert.plan.level.loudness import corrected
from functions.convert.plan.targets import plan_outputs
from functions.convert.process.limits import MIB, Limits
from functions.convert.source.fetch import FetchedSource
from functions.convert.source.probed_source import probe_fetched
from functions.convert.verify.verify import verify_outputs
from shared.domain.files import Output
from shared.domain.formats import FORMATS
from shared.domain.options import parse_options
from shared.runtime.log import Log
from tools.docs.conversion_matrix import best_tools
from tools.loud_material import MATERIALS, write_material

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.verify.verified_output import VerifiedOutput

OUTPUTS = ("mp3 128", "mp3 320", "m4a 96", "m4a 160", "opus 64", "ogg", "flac", "wav")
TARGETS = (-16, -11)
_LIMITS = Limits(wall_s=600, cpu_s=300, file_bytes=100 * MIB)


@dataclass(frozen=True, slots=True)
class FirstEncode:
    """One output, encoded once.

    Attributes:
        added_db: by how much it peaks higher than what was encoded.
        room_db: what the code leaves for that.
        suffices: whether it is kept as it is.
    """

    encoder: str
    material: str
    target: int
    added_db: float
    room_db: float
    suffices: bool


def first_encodes(tools: Tools, material: str, target: int) -> Iterator[FirstEncode]:
    """Every output of a material, by one pass."""
    with tempfile.TemporaryDirectory() as folder:
        source = write_material(Path(folder, "material.wav"), material).rename(Path(folder, "source"))
        outputs = [_output(number, name, target) for number, name in enumerate(OUTPUTS)]
        probed = probe_fetched(tools, FetchedSource(source), outputs[0].options)
        attempt = Attempt(tools, _LIMITS, lambda _: None, Log(stream=io.StringIO()))
        ffmpeg = probed.ffmpeg(tools, _LIMITS, lambda _: None)
        targets = plan_outputs(ffmpeg, probed.probe, outputs, may_copy=False)
        encoded = encode_outputs(attempt, probed, targets)
        for one in verify_outputs(attempt, probed.probe, targets, encoded):
            yield _first_encode(one, material, target)


def _output(number: int, name: str, target: int) -> Output:
    form, _, kbps = name.partition(" ")
    options: dict[str, object] = {"loudnessLufs": target, **({"bitRateKbps": int(kbps)} if kbps else {})}
    return Output(form, f"{number}.{form}", parse_options(options, FORMATS[form]))


def _first_encode(one: VerifiedOutput, material: str, target: int) -> FirstEncode:
    analysis = one.plan.analysis
    if not (one.normalisation and analysis.before and analysis.goal):
        raise RuntimeError("An output with a loudness was not measured.")
    before, after = analysis.before.loudness.true_peak_dbtp, one.normalisation.after
    gain = analysis.gain
    peak_dbtp = min(
        (before or 0.0) + gain.gain_db, gain.ceiling_dbtp if gain.ceiling_dbtp is not None else 99.0
    )
    better = corrected(gain, analysis.goal, analysis.before, after, analysis.room, is_last=False)
    kbps = one.plan.output.options.bit_rate_kbps
    encoder = f"{one.plan.form.codec}{f', {kbps} kbit/s' if kbps else ''}"
    added_db = (after.true_peak_dbtp or peak_dbtp) - peak_dbtp
    return FirstEncode(encoder, material, target, added_db, analysis.room.headroom_db, better is None)


def report(found: Iterable[FirstEncode]) -> str:
    """The table, and the count."""
    rows: dict[str, list[FirstEncode]] = defaultdict(list)
    for one in found:
        rows[one.encoder].append(one)
    lines = [
        "| encoder | added, dB: median | highest | left for it | first encode suffices |",
        "|---|---|---|---|---|",
    ]
    for encoder, ones in rows.items():
        added = sorted(one.added_db for one in ones)
        good = sum(one.suffices for one in ones)
        lines.append(
            f"| {encoder} | {added[len(added) // 2]:.1f} | {added[-1]:.1f} | {ones[0].room_db:.2f} "
            f"| {good} of {len(ones)} |"
        )
    every = [one for ones in rows.values() for one in ones]
    corrections = [f"{one.encoder} {one.material} {one.target}" for one in every if not one.suffices]
    lines += ["", f"The first encode suffices in {len(every) - len(corrections)} of {len(every)} cases."]
    return "\n".join([*lines, *(f"Corrected: {name}" for name in corrections)])


def main() -> None:
    """Print the table."""
    materials, tools = sys.argv[1:] or list(MATERIALS), best_tools()
    print(
        report(one for name in materials for target in TARGETS for one in first_encodes(tools, name, target))
    )


if __name__ == "__main__":
    main()
