"""The one table of presets: a name for a format together with the options that an occasion asks for."""

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
    """A format and its options by one name.

    Attributes:
        name: what a client asks for.
        description: one sentence for the documentation and the page.
        format: name of the output format in `FORMATS`.
        options: always within that format's bounds.
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
            "MP3 at 128 kbit/s, channels as the source, at the -16 LUFS that podcast directories ask for.",
            "mp3",
            Options(bit_rate_kbps=128, sample_rate_hz=44_100, loudness_lufs=-16),
        ),
        Preset(
            "voice",
            "Speech in one channel of Opus at 32 kbit/s: small, and clear.",
            "opus",
            Options(bit_rate_kbps=32, channels=1),
        ),
        Preset(
            "speech-16k",
            "WAV with one channel, 16 kHz and 16 bits: what speech recognition takes.",
            "wav",
            Options(channels=1, sample_rate_hz=16_000, bit_depth=16, keep_tags=False),
        ),
        Preset("archive", "FLAC: lossless, with rate, depth, channels and tags of the source.", "flac"),
        Preset(
            "cd",
            "WAV with two channels, 44.1 kHz and 16 bits: what an audio CD holds.",
            "wav",
            Options(channels=2, sample_rate_hz=44_100, bit_depth=16),
        ),
        Preset(
            "web",
            "AAC in M4A at 160 kbit/s, which every browser plays, at the -14 LUFS of streaming services.",
            "m4a",
            Options(bit_rate_kbps=160, loudness_lufs=-14),
        ),
    )
}


def find_preset(name: str, field: str = "preset") -> Preset:
    """The preset of that name, in any case.

    Raises:
        InvalidField: there is none; the error lists those that there are.
    """
    found = PRESETS.get(name.strip().lower())
    if found is None:
        raise InvalidField(f"{name[:40]!r} is not a preset.", field=field, valid=sorted(PRESETS))
    return found


def merged(preset: Preset, given: Options, form: Format | None = None) -> Options:
    """The preset's options, but whatever the client gave wins.

    Args:
        preset: the starting point.
        given: what the client asked for beside it, checked against `form`.
        form: the format if the client chose another than the preset's; what that one cannot do is left out.
    """
    asked = {f.name: value for f in fields(given) if (value := getattr(given, f.name)) is not None}
    # An option that excludes one of the preset's replaces it.
    pairs = [{snake(name) for name in pair} for pair in EXCLUSIVE]
    displaced = {name for pair in pairs if asked.keys() & pair for name in pair}
    chosen = dict.fromkeys(displaced | _beyond(preset, form)) | asked
    return replace(preset.options, **chosen)


def _beyond(preset: Preset, form: Format | None) -> set[str]:
    """Options of the preset that the other format does not have, or not with this value."""
    if form is None or form is FORMATS[preset.format]:
        return set()
    valid = {field.name: field for field in options_table(form).fields}
    own = {f.name: getattr(preset.options, f.name) for f in fields(preset.options)}
    return {
        name
        for name, value in own.items()
        if value is not None and not (camel(name) in valid and valid[camel(name)].accepts(value))
    }
