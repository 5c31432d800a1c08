"""A stream that fits is copied, unless an option changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sampling import chosen
from tools.docs.conversion_matrix import decoded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.verify.verified_output import VerifiedOutput

# Samples in a frame of AAC; Opus has 960.
LONGEST_FRAME = 1024
# The container of these states all that a decoder needs to return the same samples.
EXACT = {
    "mp3": ["mp3"],
    "ogg (Vorbis)": ["ogg"],
    "opus": ["opus", "webm"],
    "webm (Opus)": ["webm"],
    "flac": ["flac"],
    "m4a (AAC)": ["m4a"],
    "m4a (ALAC)": ["alac"],
    "aac (ADTS)": ["aac", "m4a"],
    "mp4 with video": ["m4a"],
}


SAMPLE = {"mp3", "ogg (Vorbis)", "flac", "m4a (AAC)", "aac (ADTS)", "mp4 with video"}


@pytest.mark.parametrize("kind", chosen(EXACT, SAMPLE))
def test_a_copy_decodes_to_the_same_samples(
    tools: Tools, made_all: Callable[..., dict[str, VerifiedOutput]], material: dict[str, Path], kind: str
) -> None:
    results = made_all(material[kind], *EXACT[kind])
    before, *after = decoded(tools, [material[kind], *(one.file for one in results.values())], "pcm_s16le")

    assert all(one.plan.is_copied for one in results.values())
    assert dict(zip(results, after, strict=True)) == dict.fromkeys(results, before)


# ADTS cannot mark priming samples, nor can Ogg those of WebM: a frame more is decoded.
@pytest.mark.parametrize(("kind", "form"), [("m4a (AAC)", "aac"), ("webm (Opus)", "opus")])
def test_a_copy_without_gapless_figures_is_at_most_a_frame_longer(
    tools: Tools, made: Callable[..., VerifiedOutput], material: dict[str, Path], kind: str, form: str
) -> None:
    result = made(material[kind], form)
    before, after = decoded(tools, [material[kind], result.file], "pcm_s16le")

    assert result.plan.is_copied
    assert 0 <= (len(after) - len(before)) // 4 <= LONGEST_FRAME


def test_an_option_that_changes_samples_prevents_copying(
    made_each: Callable[..., list[VerifiedOutput]], material: dict[str, Path]
) -> None:
    changes = [
        {"bitRateKbps": 96},
        {"channels": 1},
        {"sampleRateHz": 48_000},
        {"startS": 0.5},
        {"endS": 1},
        {"fadeInS": 0.2},
        {"gainDb": 1},
        {"loudnessLufs": -20},
        {"trimSilence": True},
        {"speed": 1.5},
    ]
    results = made_each(material["m4a (AAC)"], *(("m4a", options) for options in changes))

    assert [options for options, one in zip(changes, results, strict=True) if one.plan.is_copied] == []


def test_an_option_that_changes_nothing_allows_copying(
    made_each: Callable[..., list[VerifiedOutput]], material: dict[str, Path]
) -> None:
    nothing = [{"sampleRateHz": 44_100, "channels": 2}, {"startS": 0}, {"speed": 1}]
    results = made_each(material["m4a (AAC)"], *(("m4a", options) for options in nothing))

    assert [options for options, one in zip(nothing, results, strict=True) if one.plan.is_copied] == nothing


def test_tags_can_be_removed_from_a_copy(
    made: Callable[..., VerifiedOutput], material: dict[str, Path]
) -> None:
    result = made(material["mp3"], "mp3", keepTags=False)

    assert result.plan.is_copied
    assert "title" not in result.probe.tags
    assert (result.probe.cover, result.probe.chapters) == (None, ())


@pytest.mark.parametrize("kind", ["mka (FLAC)", "ogg (FLAC)", "avi with video (MP3)"])
def test_a_stream_whose_length_a_copy_would_lose_is_encoded(
    made: Callable[..., VerifiedOutput], material: dict[str, Path], kind: str
) -> None:
    form = "mp3" if "MP3" in kind else "flac"

    assert not made(material[kind], form).plan.is_copied


def test_a_copy_has_levels_only_if_another_output_is_encoded(
    made: Callable[..., VerifiedOutput], material: dict[str, Path]
) -> None:
    assert made(material["mp3"], "mp3").levels is None
    assert made(material["mp3"], "ogg").levels is not None
