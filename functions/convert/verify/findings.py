"""What comparing source and output finds for the notes: what is missing, corrected, or missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.notes.outputs import LoudnessMissed, PeaksLimited
from shared.domain.notes.source import CompletenessUnknown, LengthCorrected, TextEncodingGuessed, TrackChosen

from ..metadata.losses import metadata_losses
from ..plan.duration import source_duration
from ..plan.level.loudness import METERS_DB, PEAK_CEILING_DBTP, TOLERANCE_LU, excess_of
from ..plan.plan import source_signal
from ..probe.report import MAX_NAME_CHARACTERS, MAX_TAGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shared.domain.media import Loudness, Normalisation, Probe
    from shared.domain.notes.base import Finding

    from ..metadata.output_tags import OutputTags
    from ..metering.levels import Meter
    from ..plan.analysis import Analysis
    from ..plan.level.loudness import Goal
    from ..plan.plan import Plan, Signal


def source_findings(source: Probe, meters: Mapping[Signal, Meter]) -> Iterator[Finding]:
    """Yield what is to be said of the source's tracks and of its length.

    The length is corrected only where all of the source was decoded.
    """
    meter = meters.get(source_signal(source))
    if source.track_is_chosen:
        yield TrackChosen(source.track, len(source.tracks))
    if not source.states_length:
        yield CompletenessUnknown(meter.seconds if meter else None)
    if meter and source.duration_s and not source.length_is_bound:
        found_s = source_duration(source, meter.seconds)
        if found_s != source.duration_s:
            yield LengthCorrected(source.duration_s, found_s)


def text_findings(source: Probe, plans: Sequence[Plan]) -> Iterator[Finding]:
    """Yield a finding for each guessed encoding of tags; nothing where the client asked for no tags."""
    guessed = source.decoded_tags.guessed if source.decoded_tags else {}
    if all(plan.output.options.keep_tags is False for plan in plans):
        return
    for encoding in sorted(set(guessed.values())):
        names = [name for name, found in guessed.items() if found == encoding]
        yield TextEncodingGuessed(tuple(name[:MAX_NAME_CHARACTERS] for name in names[:MAX_TAGS]), encoding)


def output_findings(
    tags: OutputTags, source: Probe, found: Probe, normalisation: Normalisation | None
) -> Iterator[Finding]:
    """Yield what one output lacks that the client did not ask to leave out.

    Args:
        tags: of the output.
        source: what the probe found in the source.
        found: what it found in the output.
        normalisation: loudness before and after, where one was requested.
    """
    plan = tags.plan
    if plan.analysis.over_dbtp is not None:
        yield PeaksLimited(plan.analysis.over_dbtp, PEAK_CEILING_DBTP)
    goal = plan.analysis.goal
    if normalisation and goal and _misses(plan.analysis, goal, normalisation.after):
        after = normalisation.after
        yield LoudnessMissed(goal.lufs, after.integrated_lufs, goal.ceiling_dbtp, after.true_peak_dbtp)
    yield from metadata_losses(tags, source, found)


def _misses(analysis: Analysis, goal: Goal, after: Loudness) -> bool:
    """Return whether an output is not as loud as requested, or too high; below 0.4 s, no loudness counts."""
    if excess_of(goal, after) > METERS_DB:
        return True
    if analysis.before is None or analysis.before.is_short:
        return False
    return after.integrated_lufs is None or abs(after.integrated_lufs - goal.lufs) > TOLERANCE_LU
