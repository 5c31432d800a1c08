"""All fields of the model, written by mutagen in each family, are where mutagen looks in every output."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from functions.convert.metadata.model.field import Kind
from functions.convert.metadata.model.fields import FIELDS
from functions.convert.metadata.model.tags import Entry
from functions.convert.metadata.technical_tags import is_technical
from functions.convert.metadata.write.writers import WRITERS
from shared.domain.formats import FORMATS
from shared.domain.options import Options
from tests.conversions.tags.reading_back import reader_of
from tests.functions.convert.metadata.test_all_fields import FAMILIES
from tests.sampling import chosen
from tools.docs.conversion_matrix import convert

if TYPE_CHECKING:
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from shared.domain.notes.base import Note

# Of which a file has one text.
JOINED = {"USLT", "©lyr", "desc", "ldes"}
# A chunk of a WAV holds these, which mutagen does not read; a number of samples differs with their rate.
BROADCAST = {name for name, field in FIELDS.items() if field.riff.startswith("bext:")} - {"description"}


def is_about_the_music(name: str) -> bool:
    return FIELDS[name].kind is not Kind.GAIN and not is_technical(Entry(name, ""), "")


@pytest.mark.parametrize("family", chosen(FAMILIES, {"FLAC", "APEv2"}))
def test_all_fields_arrive(family: str, tools: Tools, tmp_path: Path) -> None:
    ending, _, write = FAMILIES[family]
    written = write(tmp_path / f"all.{ending}")
    expected = {name: values for name, values in written.items() if is_about_the_music(name)}
    notes: list[Note] = []
    wanted = [(form, Options()) for form in FORMATS]
    _, results = convert(tools, tmp_path / f"all.{ending}", tmp_path / "made", wanted, notes)
    noted = {note.output: note.figures["tags"] for note in notes if note.code == "tags_dropped"}

    for number, result in enumerate(results):
        form = result.plan.form
        read, name_of = reader_of(form.name, result.file), WRITERS[form.muxer].name_of
        homeless = {name for name in expected if not name_of(name)}
        there = expected.keys() - homeless - (BROADCAST if form.name == "wav" else {"time_reference"})
        assert {name: read(name) for name in there} == {
            name: as_one(expected[name], name_of(name)) for name in there
        }, form.name
        missed = (
            [] if result.plan.is_copied else [name for name in expected if name in homeless - {"gapless"}]
        )
        assert noted.get(number, []) == missed, form.name


def as_one(values: tuple[str, ...], name: str) -> tuple[str, ...]:
    return ("\n\n".join(values),) if name in JOINED else values
