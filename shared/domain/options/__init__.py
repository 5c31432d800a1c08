"""The options of a conversion: one table of fields for each format."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from shared.domain.errors import InvalidField
from shared.domain.fields import Field, FieldTable
from shared.domain.options.edited_tags import parse_tags
from shared.domain.specs.table import SPECS
from shared.domain.spelling import camel, snake
from shared.domain.tag_encodings import TAG_ENCODINGS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shared.domain.formats import Format

MAX_SECONDS = 86_400.0


def _number(name: str, meaning: str, low: float, high: float, unit: str = "") -> Field:
    return Field(name, "number", meaning, low, high, unit=unit, is_nullable=True)


def _integer(name: str, meaning: str, valid: range | tuple[int, ...], unit: str = "") -> Field:
    if isinstance(valid, range):
        return Field(name, "integer", meaning, valid[0], valid[-1], unit=unit, is_nullable=True)
    return Field(name, "integer", meaning, values=valid, unit=unit, is_nullable=True)


def _flag(name: str, meaning: str) -> Field:
    return Field(name, "boolean", meaning, is_nullable=True)


# JSON name → field, for the options that every format has.
GENERAL: dict[str, Field] = {
    field.name: field
    for field in (
        _number("startS", "Start position in the source.", 0, MAX_SECONDS, "s"),
        _number("endS", "End position in the source.", 0, MAX_SECONDS, "s"),
        _number("fadeInS", "Length of the fade-in.", 0, 60, "s"),
        _number("fadeOutS", "Length of the fade-out.", 0, 60, "s"),
        _number("gainDb", "Change in level.", -40, 40, "dB"),
        _number("loudnessLufs", "Target integrated loudness (EBU R 128).", -40, -5, "LUFS"),
        Field(
            "spec",
            "string",
            "Published specification to meet: its loudness, true peak and, for acx, MP3 settings. "
            "The task then says item by item whether each output meets it.",
            values=tuple(SPECS),
            is_nullable=True,
        ),
        _flag(
            "trimSilence",
            "Remove silence at both ends: below -50 dBFS, or 40 dB below the peak if that is less.",
        ),
        _number("speed", "Playback speed, at the same pitch.", 0.5, 2, "times"),
        _flag("keepTags", "Keep title, artist, cover and chapters (the default)."),
        Field(
            "tags",
            "object",
            "Fields of the tags to set, by their names. A field has a text or an array of texts, "
            "which replace its values; null removes it.",
            example={"artist": ["Ana", "Luis"], "tracknumber": "3/12", "comment": None},
            parser=parse_tags,
            component="Tags",
            is_nullable=True,
        ),
        _flag(
            "replayGain",
            "Write ReplayGain 2 tags, in Opus R128 gain, of the output's own loudness. "
            "By default where the source has any.",
        ),
        Field(
            "tagEncoding",
            "string",
            "Encoding of tags in the source that are no UTF-8 and do not state theirs. By default what their "
            "texts show, or windows-1252. All outputs of a task take the same.",
            values=tuple(TAG_ENCODINGS),
            is_nullable=True,
        ),
        Field(
            "track",
            "string",
            "Audio track of the source: its number, from 1, or its language (ISO 639). "
            "By default, the main one. All outputs of a task take the same track.",
            pattern=r"^(?:[1-9]\d?|[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3})$",
            must_be="the number of an audio track, from 1 to 99, or a language such as en or eng",
            is_nullable=True,
            integers=(1, 99),
        ),
    )
}
# Pairs of options that exclude each other; an error names the second.
EXCLUSIVE = (
    ("bitRateKbps", "quality"),
    ("loudnessLufs", "gainDb"),
    ("spec", "loudnessLufs"),
    ("spec", "gainDb"),
)


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one output; None follows the source or the encoder's default."""

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
    spec: str | None = None
    trim_silence: bool | None = None
    speed: float | None = None
    keep_tags: bool | None = None
    tags: dict[str, list[str]] | None = None
    replay_gain: bool | None = None
    tag_encoding: str | None = None
    track: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The options that are set, by their JSON names."""
        pairs = ((camel(f.name), getattr(self, f.name)) for f in fields(self))
        return {name: value for name, value in pairs if value is not None}


@cache
def options_table(form: Format) -> FieldTable:
    """Every option of a format; `GET /api/formats` publishes the same table."""
    table = [*GENERAL.values()]
    if form.sample_rates_hz:
        table.append(_integer("sampleRateHz", "Sample rate.", form.sample_rates_hz, "Hz"))
    else:
        table.append(_integer("sampleRateHz", "Sample rate.", range(8000, 192_001), "Hz"))
    table.append(_integer("channels", "Number of channels.", range(1, form.max_channels + 1)))
    if form.bit_rates_kbps:
        low, high = form.bit_rates_kbps
        table.append(_integer("bitRateKbps", "Bit rate.", range(low, high + 1), "kbit/s"))
    if form.quality:
        best, better = ("lowest", "lower") if form.quality[0] < form.quality[1] else ("highest", "higher")
        meaning = f"Variable bit rate; the {best} value is the best quality."
        field = _number("quality", meaning, min(form.quality), max(form.quality))
        table.append(replace(field, better=better))
    if form.bit_depths:
        table.append(_integer("bitDepth", "Bits per sample.", form.bit_depths, "bit"))
    return FieldTable(f"Options.{form.name}", tuple(table), noun=f"an option of {form.name}")


def parse_options(raw: Mapping[str, object], form: Format, path: str = "options") -> Options:
    """Options from a JSON object.

    Args:
        raw: the JSON object.
        form: whose options they are.
        path: of the object within the whole request, for the error.

    Raises:
        InvalidField: an unknown option, one that this format does not have, a value out of bounds, or two
            options that exclude each other; the error names the option and the valid values.
    """
    values = options_table(form).parse(raw, f"{path}.")
    _check_together(values, form, path)
    return with_spec(Options(**{snake(name): value for name, value in values.items()}), form)


def with_spec(options: Options, form: Format) -> Options:
    """The options with what their specification requires of the file, as far as they say nothing of it."""
    spec = SPECS.get(options.spec or "")
    if spec is None:
        return options
    rate_hz, kbps = options.sample_rate_hz, options.bit_rate_kbps
    if rate_hz is None and len(spec.sample_rates_hz) == 1:
        rate_hz = spec.sample_rates_hz[0]
    if kbps is None and options.quality is None and spec.constant_rate and form.name in spec.formats:
        kbps = min(spec.min_kbps or ())
    return replace(options, sample_rate_hz=rate_hz, bit_rate_kbps=kbps)


def check_same_source(options: Sequence[Options], paths: Sequence[str]) -> None:
    """Check that the outputs of a task read their source alike, because one pass makes them all.

    Args:
        options: of each output.
        paths: of these options within the whole request, for the error.

    Raises:
        InvalidField: an output asks for another track than the first, or another encoding of tags.
    """
    for one, path in zip(options, paths, strict=True):
        if one.track != options[0].track:
            raise InvalidField(
                "All outputs of a task come from the same track: send the same track with each, "
                "or create a task for each track.",
                field=f"{path}.track",
            )
        if one.tag_encoding != options[0].tag_encoding:
            raise InvalidField(
                "All outputs of a task take their tags from the same source: send the same tagEncoding with "
                "each.",
                field=f"{path}.tagEncoding",
            )


def _check_together(values: Mapping[str, Any], form: Format, path: str) -> None:
    given = {name: value for name, value in values.items() if value is not None}
    highest = form.bit_rate_up_to_hz
    if highest and "bitRateKbps" in given and given.get("sampleRateHz", 0) > highest:
        raise InvalidField(
            f"With bitRateKbps, {form.name} supports sample rates up to {highest} Hz; use quality instead.",
            field=f"{path}.sampleRateHz",
        )
    for first, second in EXCLUSIVE:
        if {first, second} <= given.keys():
            raise InvalidField(
                f"{first} and {second} exclude each other; send only one.", field=f"{path}.{second}"
            )
    if "endS" in given and given["endS"] <= given.get("startS", 0):
        raise InvalidField("endS must be greater than startS.", field=f"{path}.endS")
