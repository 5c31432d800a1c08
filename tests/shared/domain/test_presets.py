"""Presets are valid for their formats, and requested options override them."""

from __future__ import annotations

import pytest

from shared.domain.errors import InvalidField
from shared.domain.formats import FORMATS, Format
from shared.domain.options import Options, parse_options
from shared.domain.presets import PRESETS, Preset, find_preset, merged

PODCAST = PRESETS["podcast"]


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_preset_is_valid_for_its_format(preset: Preset) -> None:
    assert preset.options == parse_options(preset.options.as_json(), FORMATS[preset.format])


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_preset_with_another_format_drops_unsupported_options(preset: Preset, form: Format) -> None:

    options = merged(preset, Options(), form)

    assert options == parse_options(options.as_json(), form)


def test_requested_options_override_the_preset() -> None:
    options = merged(PODCAST, Options(loudness_lufs=-19, channels=1))

    assert Options(bit_rate_kbps=128, sample_rate_hz=44_100, loudness_lufs=-19, channels=1) == options


@pytest.mark.parametrize(
    ("given", "gone"),
    [
        (Options(quality=2), "bit_rate_kbps"),
        (Options(gain_db=3), "spec"),
        (Options(loudness_lufs=-19), "spec"),
    ],
)
def test_requested_option_replaces_the_presets_exclusive_one(given: Options, gone: str) -> None:
    options = merged(PODCAST, given)

    assert getattr(options, gone) is None
    assert options == parse_options(options.as_json(), FORMATS["mp3"])


def test_requested_false_overrides_the_preset() -> None:
    assert merged(PRESETS["speech-16k"], Options(keep_tags=True)).keep_tags is True
    assert merged(PODCAST, Options(keep_tags=False)).keep_tags is False


def test_error_for_an_unknown_preset_lists_the_presets() -> None:
    with pytest.raises(InvalidField) as caught:
        find_preset("radio")

    assert sorted(PRESETS) == list(caught.value.valid)


def test_preset_is_found_in_any_case() -> None:
    assert PODCAST is find_preset(" Podcast ")
