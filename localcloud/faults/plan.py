"""The faults to inject, and how often: parsed from an option such as `seed=7,duplicate=0.1,delay=0.2:3s`."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

AFTER_CLAIM, MID_FFMPEG = "after_claim", "mid_ffmpeg"
AFTER_UPLOAD, BEFORE_ENQUEUE = "after_upload", "before_enqueue"
BEFORE_HAND_OVER = "before_hand_over"
POINTS = (AFTER_CLAIM, MID_FFMPEG, AFTER_UPLOAD, BEFORE_ENQUEUE, BEFORE_HAND_OVER)

RATES = ("duplicate", "delay", "reorder", "unavailable", "drop", "kill")
SECONDS = re.compile(r"(\d+(?:\.\d+)?)s")


class InvalidPlan(ValueError):
    """The text is not a plan; the message says what is valid."""


@dataclass(frozen=True, kw_only=True)
class FaultPlan:
    """Rates are probabilities from 0 to 1; the default plan has no faults.

    Attributes:
        seed: the same one makes the same decisions.
        duplicate: of a dispatch that happens twice.
        delay, delay_s: of a dispatch that comes up to so many seconds late.
        reorder: of a dispatch that others overtake.
        unavailable: of a request to be answered 503 or UNAVAILABLE.
        drop: of a request whose connection is cut.
        kill: of an attempt during which its instance is killed.
        kill_at: the points at which that happens, as `after_claim+mid_ffmpeg`.
    """

    seed: int = 0
    duplicate: float = 0.0
    delay: float = 0.0
    delay_s: float = 3.0
    reorder: float = 0.0
    unavailable: float = 0.0
    drop: float = 0.0
    kill: float = 0.0
    kill_at: tuple[str, ...] = POINTS

    @classmethod
    def parse(cls, text: str) -> FaultPlan:
        """Read a plan; an empty text is the plan without faults.

        Raises:
            InvalidPlan: a word is unknown, given twice, or its value does not fit.
        """
        values: dict[str, object] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            name, _, value = part.partition("=")
            if name in values:
                raise InvalidPlan(f"{name} is given twice.")
            if name == "delay":
                value, colon, seconds = value.partition(":")
                if colon:
                    values["delay_s"] = _seconds(seconds)
            values[name] = _value(name, value)
        return cls(**values)  # type: ignore[arg-type]  # each value was made for its field

    def __str__(self) -> str:
        """The plan as `parse` reads it."""
        default = FaultPlan()
        changed = {f.name for f in fields(self) if getattr(self, f.name) != getattr(default, f.name)}
        parts = [f"seed={self.seed}"]
        for name in RATES:
            if name in changed:
                late = f":{self.delay_s:g}s" if name == "delay" else ""
                parts.append(f"{name}={getattr(self, name):g}{late}")
        if "kill_at" in changed:
            parts.append(f"kill_at={'+'.join(self.kill_at)}")
        return ",".join(parts)


def _value(name: str, text: str) -> object:
    if name == "seed":
        return _seed(text)
    if name in RATES:
        return _rate(name, text)
    if name == "kill_at":
        return _points(text)
    raise InvalidPlan(f"{name!r} is unknown; there are seed, {', '.join(RATES)}, kill_at.")


def _seed(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise InvalidPlan(f"seed={text} is not a whole number.") from None


def _rate(name: str, text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= 1:
        raise InvalidPlan(f"{name}={text} is not a rate from 0 to 1.")
    return rate


def _seconds(text: str) -> float:
    found = SECONDS.fullmatch(text)
    if not found:
        raise InvalidPlan(f"{text!r} is not a time such as 3s or 0.5s.")
    return float(found[1])


def _points(text: str) -> tuple[str, ...]:
    points = tuple(text.split("+"))
    if unknown := set(points) - set(POINTS):
        raise InvalidPlan(f"kill_at={'+'.join(sorted(unknown))} is no point; there are {', '.join(POINTS)}.")
    return points
