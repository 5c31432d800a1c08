"""The gain that brings audio to a loudness within a true-peak ceiling, and its correction by the output."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shared.domain.specs.table import SPECS

if TYPE_CHECKING:
    from shared.domain.media import Loudness
    from shared.domain.options import Options

    from ...ffmpeg.loudness import Measurement

# EBU R 128 allows no true peak above -1 dBTP; where mixing or a requested gain would push peaks above full
# scale, they are limited to the same.
MAX_TRUE_PEAK_DBTP = PEAK_CEILING_DBTP = -1.0
# What meters differ by: peaks stay so much below the ceiling, and a measured one may be half as far from it.
METERS_DB = 0.1
# More would only amplify noise.
MAX_GAIN_DB = 40.0
# Differences from the target that no one hears: audio so close is left as it is, and an output is good.
UNCHANGED_LU, TOLERANCE_LU = 0.2, 0.5
# Of the prediction of what a limiter takes away.
_PRECISION_LU, _MAX_STEPS = 0.05, 12
# What a limiter takes of a further gain: not less than nothing, and hardly more than half.
_LEAST_STEP, _LARGEST_STEP = 1.0, 2.0
# Beyond an excess that was measured: the first time, and at last, when nothing is tried any more.
_EXTRA_DB, _LAST_EXTRA_DB, _LAST_EXTRA_SHARE = 0.1, 0.3, 0.1


@dataclass(frozen=True, slots=True)
class Goal:
    """What the decoded output should have.

    Attributes:
        lufs: integrated loudness.
        ceiling_dbtp: highest true peak.
        dual_mono: whether mono is measured as two speakers play it.
        tolerance_lu: difference from it that is good.
    """

    lufs: float
    ceiling_dbtp: float = MAX_TRUE_PEAK_DBTP
    dual_mono: bool = False
    tolerance_lu: float = TOLERANCE_LU


@dataclass(frozen=True, slots=True)
class Gain:
    """How to reach a loudness.

    Attributes:
        ceiling_dbtp: of a limiter, where the gain alone would push peaks beyond it.
        after_db: a further gain, behind the limiter.
    """

    gain_db: float = 0.0
    ceiling_dbtp: float | None = None
    after_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Room:
    """What encoder and limiter allow.

    Attributes:
        headroom_db: for what the encoder adds to peaks, and the limiter misses.
        limiting_db: the most that the limiter may lower peaks by.
    """

    headroom_db: float = 0.0
    limiting_db: float = 0.0


def goal_of(options: Options) -> Goal | None:
    """Return the goal of an output; None where no loudness is requested.

    That of an RMS level stands for the loudness, until `goal_by_rms`.
    """
    spec = SPECS.get(options.spec or "")
    if spec is None:
        return None if options.loudness_lufs is None else Goal(options.loudness_lufs)
    lufs = spec.lufs if spec.lufs is not None else spec.target_rms_dbfs
    assert lufs is not None  # noqa: S101  # each has one of them
    return Goal(lufs, spec.ceiling_dbtp, spec.dual_mono, min(TOLERANCE_LU, spec.tolerance_lu))


def wants_rms(options: Options) -> bool:
    """Return whether the goal is an RMS level instead of a loudness."""
    spec = SPECS.get(options.spec or "")
    return spec is not None and spec.lufs is None


def goal_by_rms(goal: Goal, before: Loudness, rms_dbfs: float | None) -> Goal:
    """Return the goal as a loudness: as far from that of the source as the RMS level is from its own."""
    if before.integrated_lufs is None or rms_dbfs is None:
        return goal
    return replace(goal, lufs=round(before.integrated_lufs + goal.lufs - rms_dbfs, 2))


def gain_to(goal: Goal, before: Measurement, room: Room) -> Gain:
    """Return the gain from the measured loudness to the goal; none for silence.

    Args:
        goal: of the output.
        before: measured, with windows.
        room: of encoder and limiter.
    """
    found = before.loudness
    if found.integrated_lufs is None or found.true_peak_dbtp is None:
        return Gain()
    missing = goal.lufs - found.integrated_lufs
    if abs(missing) <= UNCHANGED_LU and found.true_peak_dbtp <= goal.ceiling_dbtp:
        return Gain()
    ceiling_dbtp = goal.ceiling_dbtp - METERS_DB - room.headroom_db
    plain = Gain(min(missing, _most_gain_db(before, ceiling_dbtp, room)))
    if found.true_peak_dbtp + plain.gain_db <= ceiling_dbtp:
        return plain
    return _limited(goal, before, replace(plain, ceiling_dbtp=ceiling_dbtp), room)


def _most_gain_db(before: Measurement, ceiling_dbtp: float, room: Room) -> float:
    peak_dbtp = before.loudness.true_peak_dbtp
    return MAX_GAIN_DB if peak_dbtp is None else min(MAX_GAIN_DB, ceiling_dbtp - peak_dbtp + room.limiting_db)


def _limited(goal: Goal, before: Measurement, gain: Gain, room: Room, bias_lu: float = 0.0) -> Gain:
    """Return the gain, raised by what the limiter takes away.

    Args:
        goal: of the output.
        before: measured, with windows.
        gain: that would do if the limiter took nothing.
        room: of encoder and limiter.
        bias_lu: by how much louder than predicted the output becomes.
    """
    assert gain.ceiling_dbtp is not None  # noqa: S101  # it has a limiter
    most_db, gain_db = _most_gain_db(before, gain.ceiling_dbtp, room), gain.gain_db
    for _ in range(_MAX_STEPS):
        reached = _predicted_lufs(before, replace(gain, gain_db=gain_db), goal)
        error = 0.0 if reached is None else goal.lufs - reached - bias_lu
        if abs(error) < _PRECISION_LU:
            break
        gain_db = min(gain_db + error, most_db)
    return replace(gain, gain_db=gain_db)


def _predicted_lufs(before: Measurement, gain: Gain, goal: Goal) -> float | None:
    """Return how loud audio will be behind a gain and its limiter; None for silence."""
    windows, found = before.windows, before.loudness.integrated_lufs
    if windows is None or found is None:
        return None
    # Some windows have no weighting: only differences count.
    plain = windows.limited_lufs(0.0, None, dual_mono=goal.dual_mono)
    limited = windows.limited_lufs(gain.gain_db, gain.ceiling_dbtp, dual_mono=goal.dual_mono)
    return None if plain is None or limited is None else found + limited - plain


def corrected(
    gain: Gain, goal: Goal, before: Measurement, reached: Loudness, room: Room, *, is_last: bool
) -> Gain | None:
    """Return a better gain for an output that misses its goal; None where it is good, or as good as can be.

    Args:
        gain: that it was encoded with.
        goal: of the output.
        before: measured of the source, with windows.
        reached: measured of the output.
        room: of encoder and limiter.
        is_last: whether there is no further correction, so that this one has to keep the ceiling for certain.
    """
    excess_db = excess_of(goal, reached)
    missing = (
        0.0 if reached.integrated_lufs is None or before.is_short else goal.lufs - reached.integrated_lufs
    )
    if excess_db <= 0 and abs(missing) <= goal.tolerance_lu:
        return None
    if is_last and gain.after_db and excess_db <= 0:
        return None  # a decibel more would cost a whole encode
    if is_last:
        found = _shifted(gain, goal, reached, missing)
    else:
        limit = _lower_limit(gain, goal, before, excess_db) if excess_db > 0 else gain
        found = _as_loud(gain, limit, goal, before, room, missing)
        if excess_db > 0 and not _reaches(found, gain, goal, before, reached):
            # A lower limit would cost as much of the loudness, and encoders answer to it less exactly.
            found = _shifted(gain, goal, reached, missing)
    return None if found == gain else found


def excess_of(goal: Goal, reached: Loudness) -> float:
    """Return by how many decibels an output exceeds the ceiling; not above 0 if it does not."""
    if reached.true_peak_dbtp is None:
        return 0.0
    return round(reached.true_peak_dbtp - goal.ceiling_dbtp + METERS_DB / 2, 2)


def _lower_limit(gain: Gain, goal: Goal, before: Measurement, excess_db: float) -> Gain:
    """Return the same gain, with a limiter that takes what the encoder added."""
    peak_dbtp = (before.loudness.true_peak_dbtp or 0.0) + gain.gain_db
    limit = min(peak_dbtp, goal.ceiling_dbtp if gain.ceiling_dbtp is None else gain.ceiling_dbtp)
    return replace(gain, ceiling_dbtp=limit - excess_db - _EXTRA_DB)


def _as_loud(  # noqa: PLR0917  # what was, what is wanted, and what is possible
    gain: Gain, limit: Gain, goal: Goal, before: Measurement, room: Room, missing: float
) -> Gain:
    """Return the gain for another limit, raised by what is missing of the loudness."""
    if limit.ceiling_dbtp is None:
        return replace(gain, gain_db=min(gain.gain_db + missing, MAX_GAIN_DB))
    most_db = _most_gain_db(before, limit.ceiling_dbtp, room)
    predicted, then = (_predicted_lufs(before, one, goal) for one in (gain, limit))
    if before.is_short or predicted is None or then is None:
        return replace(limit, gain_db=min(gain.gain_db, most_db))
    missing += predicted - then
    solved = _limited(goal, before, limit, room, goal.lufs - missing - then)
    steps = sorted((missing * _LEAST_STEP, solved.gain_db - gain.gain_db, missing * _LARGEST_STEP))
    return replace(limit, gain_db=min(gain.gain_db + steps[1], most_db))


def _reaches(found: Gain, gain: Gain, goal: Goal, before: Measurement, reached: Loudness) -> bool:
    """Return whether an output with another gain should be loud enough, by what the first one reached."""
    first, then = (_predicted_lufs(before, one, goal) for one in (gain, found))
    if first is None or then is None or reached.integrated_lufs is None or before.is_short:
        return True
    return reached.integrated_lufs + then - first >= goal.lufs - goal.tolerance_lu


def _shifted(gain: Gain, goal: Goal, reached: Loudness, missing: float) -> Gain:
    """Return the same, lowered or raised as a whole, as far as the ceiling allows for certain.

    Encoders add about the same to peaks at another level, and vary more where they add more.
    """
    limit = goal.ceiling_dbtp if gain.ceiling_dbtp is None else gain.ceiling_dbtp
    overshoot_db = max(0.0, (reached.true_peak_dbtp or 0.0) - limit)
    excess_db = excess_of(goal, reached)
    room_db = -excess_db - _LAST_EXTRA_DB - _LAST_EXTRA_SHARE * overshoot_db
    return replace(
        gain, after_db=gain.after_db + min(missing, room_db if excess_db > 0 else max(0.0, room_db))
    )


def gain_below_full_scale(gain_db: float, measured: Loudness) -> Gain:
    """Return the gain with a limit if it would push the measured true peak above full scale."""
    peak_dbtp = measured.true_peak_dbtp
    exceeds = peak_dbtp is not None and peak_dbtp + gain_db > 0
    return Gain(gain_db, PEAK_CEILING_DBTP if exceeds else None)
