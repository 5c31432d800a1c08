"""Names of results: as the service makes them, and as this machine can store them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import names
from shared.domain.errors import InvalidField
from shared.domain.formats import FORMATS
from sonube.naming import fitting, local_result, one_line_of, place, readable, result_names, visible
from tests.machine import needs

if TYPE_CHECKING:
    from collections.abc import Callable

    from sonube import Sonube
    from tests.client.terminal import Terminal

FORMS = list(FORMATS.values())
# Any bytes that a file system stores: everything but NUL and the slash.
STORED = st.binary(min_size=1, max_size=255).map(lambda raw: raw.translate(None, b"\0/")).filter(bool)
TEXTS = st.text(st.characters(exclude_characters="/\\\0", exclude_categories=["Cs"]), min_size=1, max_size=80)


@given(TEXTS, st.lists(st.sampled_from(FORMS), min_size=1, max_size=5))
def test_the_client_foresees_the_names_of_the_service(name: str, forms: list[object]) -> None:
    try:
        filename = names.parse_filename(readable(name))
    except InvalidField:
        return
    made = names.output_objects("t", filename, forms)  # type: ignore[arg-type]  # hypothesis widens the type

    assert result_names(name, [(f.name, f.extension) for f in forms]) == [  # type: ignore[attr-defined]  # as above
        name.removeprefix("t/") for name in made
    ]


@given(st.text(max_size=100))
def test_client_service_and_page_clean_names_alike(name: str) -> None:
    assert visible(name) == names.visible(name)


def test_the_page_cleans_names_of_the_same_characters() -> None:
    script = Path(names.__file__).parents[2] / "functions" / "api" / "page" / "upload" / "names.js"

    assert names.INVISIBLE in script.read_text()


@given(STORED)
def test_every_stored_name_is_sent_as_text_and_can_be_given_to_its_result(raw: bytes) -> None:
    name = os.fsdecode(raw)
    sent = readable(name)

    sent.encode()
    assert one_line_of(name).isprintable() or "\u200b" not in one_line_of(name)
    assert "/" not in local_result(f"{sent}.mp3", name)


@given(TEXTS, st.integers(1, 999))
def test_a_name_that_fits_is_no_longer_than_the_file_system_allows(name: str, number: int) -> None:
    target = Path("/x") / f"{name}{'é' * 300}.flac"

    for limit in (143, 255):
        found = fitting(target, f" ({number})", limit)
        assert len(os.fsencode(found.name)) <= limit
        assert found.name.endswith(f" ({number}).flac")


def test_results_whose_names_are_too_long_are_stored_under_shorter_ones(tmp_path: Path) -> None:
    target = tmp_path / f"{'音' * 100}.flac"

    stored = [place(_part(tmp_path), target, overwrite=False) for _ in range(3)]

    assert [path.name for path in stored] == [
        f"{'音' * 83}.flac",
        f"{'音' * 82} (2).flac",
        f"{'音' * 82} (3).flac",
    ]
    assert place(_part(tmp_path), target, overwrite=True) == stored[0]


def _part(folder: Path) -> Path:
    part = folder / ".part"
    part.write_text("result")
    return part


@pytest.mark.parametrize(
    "stem",
    [
        pytest.param("x" * 251, marks=pytest.mark.wide),
        pytest.param("é" * 125, marks=pytest.mark.wide),
        "音" * 83,
    ],
)
def test_a_file_with_the_longest_name_is_converted(
    terminal: Terminal, audio: Callable[..., Path], stem: str
) -> None:
    (terminal.folder / f"{stem}.wav").write_bytes(audio("wav").read_bytes())

    first = terminal.run("convert", f"{stem}.wav", "--to", "flac")
    again = terminal.run("convert", f"{stem}.wav", "--to", "flac", "--resume")

    assert (first.returncode, first.stdout) == (again.returncode, again.stdout), first.stderr
    assert first.stdout.endswith(".flac\n")
    assert len(list(terminal.folder.iterdir())) == 2


def test_a_name_with_invisible_characters_is_converted(
    terminal: Terminal, service: Sonube, audio: Callable[..., Path]
) -> None:
    name = "\u200eשיר\u200f.wav"
    (terminal.folder / name).write_bytes(audio("wav").read_bytes())

    done = terminal.run("convert", name, "--to", "mp3")
    again = terminal.run("convert", name, "--to", "mp3", "--resume")

    assert (done.returncode, done.stdout, again.stdout) == (0, "שיר.mp3\n", "שיר.mp3\n"), done.stderr
    assert [task.filename for task in service.tasks()] == ["שיר.wav"]


def test_a_result_can_be_fetched_under_another_name(
    terminal: Terminal, service: Sonube, songs: list[str]
) -> None:
    terminal.run("convert", songs[0], "--to", "mp3")
    task = next(service.tasks())

    done = terminal.run("get", task.id, "--as", "theme.mp3", "--out", "out")
    piped = terminal.run("get", task.id, "--as", "out/theme.mp3")

    assert (done.returncode, done.stdout) == (0, "out/theme.mp3\n"), done.stderr
    assert (piped.returncode, "without a folder" in piped.stderr) == (2, True)


@needs("localedef")
def test_bytes_of_a_locale_survive(terminal: Terminal, audio: Callable[..., Path], tmp_path: Path) -> None:
    _make_locale(tmp_path)
    latin = {"LC_ALL": "en_US.ISO-8859-1", "LOCPATH": str(tmp_path)}
    stored = {b"caf\xe9.wav": b"caf\xe9.mp3", "ñandú 🎶.wav".encode(): "ñandú 🎶.mp3".encode()}
    for raw in stored:
        (terminal.folder / os.fsdecode(raw)).write_bytes(audio("wav").read_bytes())

    for raw, result in stored.items():
        done = terminal.run("convert", os.fsdecode(raw), "--to", "mp3", **latin)
        assert (done.returncode, os.fsencode(done.stdout)) == (0, result + b"\n"), done.stderr
        assert (terminal.folder / os.fsdecode(result)).stat().st_size > 0
    assert "café.wav" in terminal.run("tasks").stdout


def _make_locale(folder: Path) -> None:
    """Compile the locale that few machines have; skip where its source is missing."""
    made = subprocess.run(
        ["localedef", "-i", "en_US", "-f", "ISO-8859-1", str(folder / "en_US.ISO-8859-1")],
        check=False,
        capture_output=True,
    )
    if made.returncode:
        pytest.skip("no source of the locale en_US")
