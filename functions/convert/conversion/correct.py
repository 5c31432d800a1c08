"""The correction step: outputs that miss their loudness, or peak too high, are encoded again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..encode.encode import discard_output, encode_outputs
from ..plan.level.loudness import corrected
from ..plan.plan import Target, plan_output
from ..verify.verify import verify_outputs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..attempt import Attempt
    from ..encode.transcode import Encoded
    from ..plan.level.loudness import Gain
    from ..source.probed_source import ProbedSource
    from ..verify.verified_output import VerifiedOutput

MAX_CORRECTIONS = 2


def correct_loudness(
    attempt: Attempt, source: ProbedSource, verified: Sequence[VerifiedOutput], encoded: Encoded
) -> tuple[list[VerifiedOutput], Encoded]:
    """Encode what misses its goal again, at most twice; the last time so low that the ceiling holds.

    Args:
        attempt: that encoded the outputs.
        source: of the outputs.
        verified: the outputs.
        encoded: what the first pass found out.

    Returns:
        The outputs, and the same with the meters of those that replaced others.

    Raises:
        ConversionError: as from encoding and verifying them the first time.
    """
    outputs = list(verified)
    for correction in range(1, MAX_CORRECTIONS + 1):
        gains = {n: _corrected(one, is_last=correction == MAX_CORRECTIONS) for n, one in enumerate(outputs)}
        better = {n: gain for n, gain in gains.items() if gain}
        if not better:
            break
        attempt.log.info("corrected", outputs=len(better), correction=correction)
        targets = [
            _target(attempt, source, outputs[n], gain, f"output-{n}-{correction}")
            for n, gain in better.items()
        ]
        for n in better:
            discard_output(attempt, outputs[n].file)
        again = encode_outputs(attempt, source, targets, again=True)
        encoded = replace(encoded, meters={**encoded.meters, **again.meters})
        made = verify_outputs(attempt, source.probe, targets, replace(encoded, tags=again.tags))
        for n, output in zip(better, made, strict=True):
            outputs[n] = output
    return outputs, encoded


def _corrected(output: VerifiedOutput, *, is_last: bool) -> Gain | None:
    analysis = output.plan.analysis
    if output.normalisation is None or analysis.goal is None or analysis.before is None:
        return None
    reached = output.normalisation.after
    return corrected(analysis.gain, analysis.goal, analysis.before, reached, analysis.room, is_last=is_last)


def _target(attempt: Attempt, source: ProbedSource, output: VerifiedOutput, gain: Gain, name: str) -> Target:
    plan = output.plan
    analysis = replace(plan.analysis, gain=gain)
    again = plan_output(plan.output, source.probe, analysis, attempt.tools, may_copy=False)
    return Target(again, output.file.with_name(name))
