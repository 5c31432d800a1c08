"""What a client may ask of a conversion beside its format: one table of names, kinds and bounds."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from shared.domain.errors import InvalidField
from shared.domain.spelling import camel, snake

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.domain.formats import Format

MAX_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Bound:
    """What values one option takes: a number in a range, one of a list, or a flag.

    Attributes:
        kind: `integer`, `number` or `boolean`.
        minimum: lowest value, for a number without a list.
        maximum: highest value, for a number without a list.
        values: the only values, where they can be listed.
        unit: of the number, as a person writes it.
        meaning: one sentence for the documentation.
    """

    kind: str
    meaning: str
    minimum: float | None = None
    maximum: float | None = None
    values: tuple[int, ...] = ()
    unit: str = ""

    def takes(self, value: float) -> bool:
        """Whether a value of the right kind is one of those allowed."""
        if self.values:
            return value in self.values
        return (self.minimum is None or value >= self.minimum) and (
            self.maximum is None or value <= self.maximum
        )


# JSON name → bound, where it does not depend on the format.
GENERAL: dict[str, Bound] = {
    "startS": Bound("number", "Where in the source to begin.", 0, MAX_SECONDS, unit="s"),
    "endS": Bound("number", "Where in the source to end.", 0, MAX_SECONDS, unit="s"),
    "fadeInS": Bound("number", "Length of the fade at the beginning.", 0, 60, unit="s"),
    "fadeOutS": Bound("number", "Length of the fade at the end.", 0, 60, unit="s"),
    "gainDb": Bound("number", "Change of level.", -40, 40, unit="dB"),
    "loudnessLufs": Bound("number", "Integrated loudness to reach (EBU R 128).", -40, -5, unit="LUFS"),
    "trimSilence": Bound("boolean", "Remove silence from the beginning and the end."),
    "speed": Bound("number", "Tempo, at the same pitch.", 0.5, 2, unit="times"),
    "keepTags": Bound("boolean", "Carry title, artist, cover and chapters over (the default)."),
}


@dataclass(frozen=True, slots=True)
class Options:
    """One output's options; None follows the source or the encoder's own default."""

    bit_rate_kbps: int | None = None
    quality: float | None = None
    sample_rate_hz: int | None = None
    channels: int | None = None
    bit_depth: int | None = None
    start_s: float | None = None
    end_s: float | None = None
    fade_in_s: float | None = None
    fade_out_s: float | None = None
    gain_db: float | None = None
    loudness_lufs: float | None = None
    trim_silence: bool | None = None
    speed: float | None = None
    keep_tags: bool | None = None

    def as_json(self) -> dict[str, float | bool]:
        """The options that were asked for, by their JSON names."""
        pairs = ((camel(f.name), getattr(self, f.name)) for f in fields(self))
        return {name: value for name, value in pairs if value is not None}


def bounds(form: Format) -> dict[str, Bound]:
    """Every option that this format takes, by its JSON name; `GET /api/formats` publishes just this."""
    table = dict(GENERAL)
    if form.sample_rates_hz:
        table["sampleRateHz"] = Bound("integer", "Sample rate.", values=form.sample_rates_hz, unit="Hz")
    else:
        table["sampleRateHz"] = Bound("integer", "Sample rate.", 8000, 192_000, unit="Hz")
    table["channels"] = Bound("integer", "Number of channels.", 1, form.max_channels)
    if form.bit_rates_kbps:
        table["bitRateKbps"] = Bound("integer", "Bit rate.", *form.bit_rates_kbps, unit="kbit/s")
    if form.quality:
        low, high = sorted(form.quality)
        best = "lowest" if form.quality[0] == low else "highest"
        table["quality"] = Bound("number", f"Variable bit rate; the {best} value is the best.", low, high)
    if form.bit_depths:
        table["bitDepth"] = Bound("integer", "Bits per sample.", values=form.bit_depths, unit="bit")
    return table


def parse_options(raw: Mapping[str, object], form: Format, field: str = "options") -> Options:
    """Options from a JSON object.

    Raises:
        InvalidField: an unknown option, one that this format does not have, a value out of bounds, or two
            options that contradict each other; the error names it and what is valid.
    """
    table, taken = bounds(form), {}
    for name, value in raw.items():
        if name not in table:
            raise InvalidField(
                f"{name[:40]!r} is not an option of {form.name}.",
                field=f"{field}.{name[:40]}",
                valid=sorted(table),
            )
        if value is not None:
            taken[snake(name)] = _checked(value, table[name], f"{field}.{name}")
    options = Options(**taken)  # type: ignore[arg-type]  # kinds were checked against the table just now
    _check_together(options, form, field)
    return options


def _checked(value: object, bound: Bound, field: str) -> float | bool:
    """The value in its own type, or InvalidField."""
    if bound.kind == "boolean":
        if not isinstance(value, bool):
            raise InvalidField(f"{field} must be true or false.", field=field, valid=("true", "false"))
        return value
    whole = bound.kind == "integer"
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise InvalidField(f"{field} must be {'a whole number' if whole else 'a number'}.", field=field)
    if not bound.takes(value):
        if bound.values:
            raise InvalidField(f"{field} does not take {value}.", field=field, valid=bound.values)
        limits = f"{bound.minimum:g} and {bound.maximum:g} {bound.unit}".rstrip()
        raise InvalidField(f"{field} must lie between {limits}.", field=field)
    return value


def _check_together(options: Options, form: Format, field: str) -> None:
    highest = form.bit_rate_up_to_hz
    if options.bit_rate_kbps is not None and highest and (options.sample_rate_hz or 0) > highest:
        raise InvalidField(
            f"With bitRateKbps, {form.name} takes a sample rate of at most {highest} Hz: ask for quality.",
            field=f"{field}.sampleRateHz",
        )
    if options.bit_rate_kbps is not None and options.quality is not None:
        raise InvalidField("Ask for bitRateKbps or for quality, not for both.", field=f"{field}.quality")
    if options.gain_db is not None and options.loudness_lufs is not None:
        raise InvalidField("Ask for gainDb or for loudnessLufs, not for both.", field=f"{field}.gainDb")
    if options.end_s is not None and options.end_s <= (options.start_s or 0):
        raise InvalidField("endS must lie after startS.", field=f"{field}.endS")
