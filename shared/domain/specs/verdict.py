"""Whether an output meets a specification, item by item, computed when read from what was measured of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.formats import FORMATS
from shared.domain.specs.table import SPECS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.domain.files import Output
    from shared.domain.specs.table import Spec

_DUAL_MONO_LU = 10 * math.log10(2)


@dataclass(frozen=True, slots=True)
class Item:
    """One requirement: bounds, or a list of valid values.

    Attributes:
        name: camelCase, stable.
        value: of the output; None if it was not measured.
        unit: of value and bounds; empty for a word.
        minimum: lowest valid value.
        maximum: highest valid value.
        valid: the valid values, if they are listed.
    """

    name: str
    value: float | str | None
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    valid: tuple[float | str, ...] = ()

    @property
    def meets(self) -> bool | None:
        """Whether the requirement is met; None if that was not measured."""
        if self.value is None or isinstance(self.value, str) or self.valid:
            return None if self.value is None else self.value in self.valid
        is_enough = self.minimum is None or self.value >= self.minimum
        return is_enough and (self.maximum is None or self.value <= self.maximum)

    @property
    def message(self) -> str:
        """A sentence with value and requirement."""
        found = "was not measured" if self.value is None else f"{self.value}{self._unit}"
        return f"{ITEMS[self.name]} {found}; required: {self._requirement()}."

    @property
    def _unit(self) -> str:
        return f" {self.unit}" if self.unit else ""

    def _requirement(self) -> str:
        if self.valid:
            return " or ".join(f"{one}{self._unit}" for one in self.valid)
        if self.minimum is None:
            return f"at most {self.maximum:g}{self._unit}"
        if self.maximum is None:
            return f"at least {self.minimum:g}{self._unit}"
        return f"{self.minimum:g} to {self.maximum:g}{self._unit}"

    def as_json(self) -> dict[str, object]:
        """The item as clients see it."""
        return {
            "item": self.name,
            "value": self.value,
            "unit": self.unit,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "valid": list(self.valid),
            "meets": self.meets,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """All items of one specification."""

    spec: Spec
    items: tuple[Item, ...]

    @property
    def meets(self) -> bool | None:
        """Whether all items are met; None where none fails and some were not measured."""
        found = {item.meets for item in self.items}
        return False if False in found else None if None in found else True

    def as_json(self) -> dict[str, object]:
        """The verdict as clients see it."""
        items = [item.as_json() for item in self.items]
        return {"spec": self.spec.name, "title": self.spec.title, "meets": self.meets, "items": items}


def verdicts_of(output: Output) -> tuple[Verdict, ...]:
    """The verdicts on a finished output: by the requested specification first, then by all others.

    Without a loudness requested, none was measured, and there are no verdicts.
    """
    if output.generation is None or output.normalisation is None:
        return ()
    asked = output.options.spec
    specs = sorted(SPECS.values(), key=lambda spec: spec.name != asked)
    return tuple(Verdict(spec, tuple(_items(spec, output))) for spec in specs)


def _items(spec: Spec, output: Output) -> Iterator[Item]:
    after = output.normalisation.after if output.normalisation else None
    levels = output.levels
    if spec.loudness_range is not None:
        found = after.integrated_lufs if after else None
        yield _measured("loudness", _as_played(found, spec, output), "LUFS", *spec.loudness_range)
    yield _measured("truePeak", after.true_peak_dbtp if after else None, "dBTP", None, spec.ceiling_dbtp)
    if spec.max_short_term_lufs is not None:
        loudest = _as_played(after.max_short_term_lufs if after else None, spec, output)
        yield _measured("shortTermLoudness", loudest, "LUFS", None, spec.max_short_term_lufs)
    if spec.rms_dbfs is not None:
        yield _measured("rms", levels.rms_dbfs if levels else None, "dBFS", *spec.rms_dbfs)
    if spec.noise_floor_dbfs is not None:
        floor = levels.noise_floor_dbfs if levels else None
        yield _measured("noiseFloor", floor, "dBFS", None, spec.noise_floor_dbfs)
    yield from _of_the_file(spec, output)


def _as_played(lufs: float | None, spec: Spec, output: Output) -> float | None:
    """Return a loudness as the specification measures mono."""
    if lufs is None or output.channels != 1:
        return lufs
    asked = SPECS.get(output.options.spec or "")
    was_dual = asked is not None and asked.dual_mono
    return lufs + _DUAL_MONO_LU * (spec.dual_mono - was_dual)


def _of_the_file(spec: Spec, output: Output) -> Iterator[Item]:
    if spec.formats:
        yield Item("format", output.format, valid=spec.formats)
    if output.format in spec.stereo_formats:
        yield Item("channels", output.channels, minimum=2)
    if spec.sample_rates_hz:
        yield Item("sampleRate", output.sample_rate_hz, "Hz", valid=spec.sample_rates_hz)
    if spec.min_kbps and not FORMATS[output.format].lossless:
        least = spec.min_kbps[min(output.channels or 1, 2) - 1]
        yield Item("bitRate", output.bit_rate_kbps, "kbit/s", least)
    if spec.constant_rate:
        mode = "variable" if output.options.bit_rate_kbps is None else "constant"
        yield Item("bitRateMode", mode, valid=("constant",))


def _measured(name: str, value: float | None, unit: str, low: float | None, high: float | None) -> Item:
    """Return an item with the value as it is shown: meters differ by more than what is rounded away."""
    return Item(name, None if value is None else round(value, 1), unit, low, high)


ITEMS = {
    "loudness": "Loudness",
    "truePeak": "True peak",
    "shortTermLoudness": "Loudest 3 s",
    "rms": "RMS level",
    "noiseFloor": "Noise floor",
    "format": "Format",
    "channels": "Channels",
    "sampleRate": "Sample rate",
    "bitRate": "Bit rate",
    "bitRateMode": "Bit rate mode",
}
