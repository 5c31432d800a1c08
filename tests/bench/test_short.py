"""Each part of the bench in its shortest form: it measures what it says that it does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from mutagen.flac import FLAC

from bench import api, cold_start, convert_memory, engine, loudness, pipeline, quotes, scale
from bench.harness.tagged_song import write_song
from bench.levels import headroom
from functions.convert.metadata.model.fields import FIELDS
from tools.ffmpeg import ffmpeg_dir

if TYPE_CHECKING:
    from bench.harness.figures import Figure
    from functions.convert.ffmpeg.binaries import Tools


def named(rows: list[Figure]) -> dict[tuple[str, str], Figure]:
    """By name and alternative, which tell each row of a part."""
    found = {(row.name, row.against): row for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.wide
def test_the_engines_are_compared_by_every_pair() -> None:
    ffmpeg = str(Path(ffmpeg_dir()) / "ffmpeg")
    rows = engine.run(ffmpeg, ffmpeg, [engine.Piece("speech", 1, rounds=1)])
    found = named(engine.figures(rows))

    for source, target in engine.BASKET:
        assert found[f"speech 1 s {source}→{target}, layer, CPU", "system ffmpeg"].value > 0
    assert found["start", ""].goal == engine.GOALS["start"]
    assert found["music 1 s m4a→aac, copy, CPU", "encode"].value > 0


def test_a_tagged_song_has_every_field_and_a_cover(tmp_path: Path) -> None:
    song = tmp_path / "song.wav"
    write_song(song, 1, "flac", tagged=True)
    found = FLAC(song)

    # In FLAC, ffmpeg calls a comment a description.
    assert {name.upper() for name in FIELDS} - {"COMMENT"} <= {name.upper() for name in found}
    assert [one.mime for one in found.pictures] == ["image/jpeg"]
    assert 2_000_000 < len(found.pictures[0].data) < 4_000_000


def test_memory_is_what_a_conversion_adds() -> None:
    (peak,) = convert_memory.run([2], ["pydub"], "mp3")

    assert peak.added_mib >= peak.resident_mib > 0


@pytest.mark.wide
def test_quotes_are_compared_with_the_ledger() -> None:
    found = named(quotes.run(song_s=1, clip_s=0.5, rounds=1))

    assert {"1 s wav→flac, the quote", "0.5 s wav→mp3, the quote"} <= {name for name, _ in found}
    assert all(row.value > 0 for row in found.values())


@pytest.mark.wide
def test_a_loudness_is_priced_by_whether_the_first_encode_suffices() -> None:
    found = named(loudness.measured(["speech"], seconds=6, rounds=1))

    assert {name.rpartition(", ")[2] for name, _ in found} == {"first encode"}
    assert found["podcast, system, first encode", "without loudness"].goal == 2.0
    assert all(row.value > 1 for row in found.values())


@pytest.mark.wide
def test_what_encoders_add_to_peaks_is_reported(tools: Tools) -> None:
    text = headroom.report(headroom.first_encodes(tools, "speech", -16))

    assert "| flac |" in text
    assert f"The first encode suffices in {len(headroom.OUTPUTS)} of {len(headroom.OUTPUTS)} cases." in text


@pytest.mark.wide
def test_the_pipeline_is_timed_beside_bare_ffmpeg() -> None:
    found = named(pipeline.run(song_s=2, files=1, clips=1, spike=2, rounds=1))

    for song in ("wav→mp3", "mp3→ogg"):
        assert found[f"songs {song}, 2 convert instances", "bare ffmpeg"].goal == 0.85
        assert found[f"songs {song}, 2 convert instances", ""].value > 0
    assert scale.ONE_INSTANCE in {name for name, _ in found}
    steps = [f"… {step}" for step in ("downloaded", "probed", "transcoded", "verified")]
    assert all(found[step, ""].value > 0 for step in steps)
    assert found["10 s clip, upload to PROCESSED", ""].value > 0
    assert "the model's time for 2 clips" in {name for name, _ in found}


@pytest.mark.wide
def test_each_function_is_started_beside_a_hello_world() -> None:
    found = named(cold_start.run(rounds=1))

    for function in ("api", "convert", "notify"):
        assert found[f"{function}, first answer", "hello world"].value > 0
        assert any(name.startswith(f"{function}, most expensive import: ") for name, _ in found)


@pytest.mark.wide
@pytest.mark.parametrize("route", ["create", "get", "list 20"])
def test_the_api_is_asked_beside_a_bare_route(route: str, asked: dict[tuple[str, str], Figure]) -> None:
    percentiles = [asked[f"{route}, p{percent}", ""].value for percent in (50, 95, 99)]

    assert asked[f"{route}, rate", "bare Flask route"].value > 0
    assert percentiles == sorted(percentiles)


@pytest.mark.wide
def test_calls_to_other_services_are_counted(asked: dict[tuple[str, str], Figure]) -> None:
    assert asked["create, calls to other services", ""].verdict == "reached"
    assert asked["get, calls to other services", ""].verdict == "reached"


@pytest.fixture(scope="module")
def asked() -> dict[tuple[str, str], Figure]:
    """The api's part."""
    return named(api.run(number=8, rounds=1))
