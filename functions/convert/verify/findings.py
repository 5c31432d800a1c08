"""What comparing source and output finds for the notes: what is missing, corrected, or missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.notes.outputs import LoudnessMissed, PeaksLimited
from shared.domain.notes.source import CompletenessUnknown, LengthCorrected, TextEncodingGuessed, TrackChosen

from ..metadata.losses import metadata_losses
from ..plan.duration import source_duration
from ..plan.loudness import MAX_TRUE_PEAK_DBTP, PEAK_CEILING_DBTP
from ..plan.plan import source_signal
from ..probe.report import MAX_NAME_CHARACTERS, MAX_TAGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shared.domain.media import Normalisation, Probe
    from shared.domain.notes.base import Finding

    from ..metering.levels import Meter
    from ..plan.plan import Plan, Signal

# Differences from the requested loudness, and above the ceiling, that no one hears.
_TOLERANCE_LU, _TOLERANCE_DB = 0.5, 0.2


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
    plan: Plan, source: Probe, found: Probe, normalisation: Normalisation | None
) -> Iterator[Finding]:
    """Yield what one output lacks that the client did not ask to leave out.

    Args:
        plan: of the output.
        source: what the probe found in the source.
        found: what it found in the output.
        normalisation: loudness before and after, where one was requested.
    """
    if plan.analysis.over_dbtp is not None:
        yield PeaksLimited(plan.analysis.over_dbtp, PEAK_CEILING_DBTP)
    target_lufs = plan.output.options.loudness_lufs
    if normalisation and target_lufs is not None and _misses(target_lufs, normalisation):
        after = normalisation.after
        yield LoudnessMissed(target_lufs, after.integrated_lufs, MAX_TRUE_PEAK_DBTP, after.true_peak_dbtp)
    yield from metadata_losses(plan, source, found)


def _misses(target_lufs: float, normalisation: Normalisation) -> bool:
    reached, peak = normalisation.after.integrated_lufs, normalisation.after.true_peak_dbtp
    if reached is None or peak is None:
        return True
    return abs(reached - target_lufs) > _TOLERANCE_LU or peak > MAX_TRUE_PEAK_DBTP + _TOLERANCE_DB
