"""The table of presets: named combinations of a format and options."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from shared.domain.errors import InvalidField
from shared.domain.formats import FORMATS
from shared.domain.options import EXCLUSIVE, Options, options_table
from shared.domain.spelling import camel, snake

if TYPE_CHECKING:
    from shared.domain.formats import Format


@dataclass(frozen=True, slots=True)
class Preset:
    """A named combination of a format and options.

    Attributes:
        name: its name in the API.
        description: one sentence for the documentation and the page.
        format: name of the output format in `FORMATS`.
        options: valid for that format.
    """

    name: str
    description: str
    format: str
    options: Options = Options()  # noqa: RUF009  # immutable


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "podcast",
            "MP3 at 128 kbit/s with the channels of the source, as loud as Apple Podcasts requires.",
            "mp3",
            Options(bit_rate_kbps=128, sample_rate_hz=44_100, spec="apple-podcasts"),
        ),
        Preset(
            "voice",
            "Mono Opus at 32 kbit/s, for speech: small and clear.",
            "opus",
            Options(bit_rate_kbps=32, channels=1),
        ),
        Preset(
            "speech-16k",
            "Mono WAV with 16 kHz and 16 bits, for speech recognition.",
            "wav",
            Options(channels=1, sample_rate_hz=16_000, bit_depth=16, keep_tags=False),
        ),
        Preset(
            "archive", "Lossless FLAC, with sample rate, bit depth, channels and tags of the source.", "flac"
        ),
        Preset(
            "cd",
            "Stereo WAV with 44.1 kHz and 16 bits, for audio CDs.",
            "wav",
            Options(channels=2, sample_rate_hz=44_100, bit_depth=16),
        ),
        Preset(
            "web",
            "AAC in M4A at 160 kbit/s for all browsers, as loud as on Spotify.",
            "m4a",
            Options(bit_rate_kbps=160, spec="spotify"),
        ),
    )
}


def find_preset(name: str, field: str = "preset") -> Preset:
    """The preset of that name; case does not matter.

    Raises:
        InvalidField: there is no such preset; the error lists the presets.
    """
    found = PRESETS.get(name.strip().lower())
    if found is None:
        raise InvalidField(f"{name[:40]!r} is not a preset.", field=field, valid=sorted(PRESETS))
    return found


def merged(preset: Preset, given: Options, form: Format | None = None) -> Options:
    """The preset's options, overridden by the requested ones.

    Args:
        preset: provides the defaults.
        given: the requested options, valid for `form`.
        form: the requested format, if not the preset's; options that it does not support are left out.
    """
    asked = {f.name: value for f in fields(given) if (value := getattr(given, f.name)) is not None}
    # An option that excludes one of the preset's replaces it.
    pairs = [{snake(name) for name in pair} for pair in EXCLUSIVE]
    displaced = {name for pair in pairs if asked.keys() & pair for name in pair}
    chosen = dict.fromkeys(displaced | _beyond(preset, form)) | asked
    return replace(preset.options, **chosen)


def _beyond(preset: Preset, form: Format | None) -> set[str]:
    """Options of the preset that the other format does not support, or not with this value."""
    if form is None or form is FORMATS[preset.format]:
        return set()
    valid = {field.name: field for field in options_table(form).fields}
    own = {f.name: getattr(preset.options, f.name) for f in fields(preset.options)}
    return {
        name
        for name, value in own.items()
        if value is not None and not (camel(name) in valid and valid[camel(name)].accepts(value))
    }
