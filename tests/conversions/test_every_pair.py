"""Every kind of input is converted to every output as docs/formats.md says."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from shared.domain.formats import FORMATS
from shared.domain.options import Options
from tests.conversions.metadata import read_tags
from tests.sampling import crossed
from tools.docs.conversion_matrix import compared, convert
from tools.docs.formats_page import PAGE, render
from tools.material import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.verify.verified_output import VerifiedOutput
    from shared.domain.media import Probe
    from shared.domain.notes.base import Note

    Part = tuple[Probe, list[VerifiedOutput], list[Note]]
    PartOf = Callable[[str, int], Part]

LINES = PAGE.read_text(encoding="utf-8").splitlines()
KIND = {kind.name: kind for kind in KINDS}
# Each input becomes every third output in `make test`, all outputs in `make test-wide`.
PARTS = 3
pairs = pytest.mark.parametrize(("kind", "part"), crossed(list(KIND), range(PARTS)))
# Tags that a muxer and an encoder write of their own, and tags that our inputs have.
OF_RESULT = {"encoder", "major_brand", "minor_version", "compatible_brands"}
OF_TRACK = {"encoder", "language", "handler_name", "vendor_id", "duration"}
OWN = {"m4a": OF_RESULT | OF_TRACK, "alac": OF_RESULT | OF_TRACK, "webm": {"encoder", "duration"}}
WRITTEN = {"title", "artist"}
# Frames one after the other; of these files no one sees whether they are complete.
ENDLESS = {"aac (ADTS)", "mpeg-ts (AAC)", "mpg with video (MP2)", "eac3", "amr"}
# Some of our inputs have the same picture twice.
PICTURES = {"flac": 2}


@pytest.fixture(scope="module")
def part_of(tools: Tools, material: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> PartOf:
    """Converts a kind of input to a part of the outputs, once each."""

    @cache
    def convert_part(kind: str, part: int) -> Part:
        wanted = [(form, Options()) for form in list(FORMATS)[part::PARTS]]
        notes: list[Note] = []
        return *convert(tools, material[kind], tmp_path_factory.mktemp("part"), wanted, notes), notes

    return convert_part


def published(first: str) -> dict[str, str]:
    """Return the cells of a row of the page, by output; empty if there is no such row."""
    rows = [line.strip("| ").split(" | ") for line in LINES if line.startswith(f"| {first} | ")]
    return {
        form: cell
        for row in rows
        if len(row) > len(FORMATS)
        for form, cell in zip(FORMATS, row[1:], strict=True)
    }


@pairs
def test_an_input_is_converted_to_every_output_as_published(
    tools: Tools, part_of: PartOf, kind: str, part: int
) -> None:
    cells = compared(tools, KIND[kind], *part_of(kind, part)[:2])
    of_samples, of_tags = published(kind), published(f"{kind}: {KIND[kind].holds}")

    assert {form: cell.how for form, cell in cells.items()} == {form: of_samples[form] for form in cells}
    assert not of_tags or {form: cell.kept or "-" for form, cell in cells.items()} == {
        form: of_tags[form] for form in cells
    }


@pairs
def test_notes_say_only_what_formats_cannot_hold_and_that_an_endless_file_has_no_length(
    part_of: PartOf, kind: str, part: int
) -> None:
    of_tags, holds = published(f"{kind}: {KIND[kind].holds}"), KIND[kind].holds
    expected: list[tuple[str, int | None]] = [("completeness_unknown", None)] if kind in ENDLESS else []
    for number, form in enumerate(list(FORMATS)[part::PARTS]):
        kept = of_tags[form] if of_tags else ""
        if "p" in holds and "p" not in kept:
            expected.append(("cover_dropped", number))
        if "c" in holds and "c" not in kept:
            expected.append(("chapters_dropped", number))

    assert expected == [(note.code, note.output) for note in part_of(kind, part)[2]]


@pairs
def test_no_output_has_a_tag_that_no_person_wrote(part_of: PartOf, kind: str, part: int) -> None:
    made = part_of(kind, part)[1]
    found = zip((one.plan.form.name for one in made), read_tags([one.file for one in made]), strict=True)
    odd = {form: set(tags) - WRITTEN - OWN.get(form, {"encoder"}) for form, tags in found}

    assert {
        form: {name for name in names if not name.startswith("chapter")} for form, names in odd.items()
    } == {form: set() for form in odd}


def test_the_page_is_up_to_date() -> None:
    rows = [line for kind in KINDS for line in LINES if line.startswith(f"| {kind.name} | ")]
    with_samples = [line for line in rows if "○" in line]
    with_tags = [line for kind in KINDS for line in LINES if line.startswith(f"| {kind.name}: ")]

    assert PAGE.read_text(encoding="utf-8") == render(with_samples, with_tags)
    assert len(with_samples) == len(KINDS)
    assert len(with_tags) == sum(bool(kind.holds) for kind in KINDS)
