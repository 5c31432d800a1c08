"""All fields of the model, written by mutagen, are read from each family of tags, in six scripts."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING, Any

import mutagen
import pytest
from mutagen import id3
from mutagen.apev2 import APEv2
from mutagen.flac import FLAC
from mutagen.mp4 import MP4, MP4FreeForm

from functions.convert.containers.mp4 import MP4 as MP4_CONTAINER
from functions.convert.containers.reader import Reader
from functions.convert.metadata.model.field import FREEFORM, Kind
from functions.convert.metadata.model.fields import FIELDS
from functions.convert.metadata.readers.read import read_tags
from shared.domain.media import Probe
from tests.reports.inputs.made import encoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from functions.convert.metadata.model.field import Field
    from functions.convert.metadata.model.tags import Entry, Tags

SCRIPTS = cycle(["Ångström", "Песня", "ελληνικά", "歌の題名", "نغمة", "गीत 🎵"])
ADDRESS = "http://example.org/a"
# Fields that share a frame, an atom or an item with the number before them.
TOTALS = {"totaltracks": "tracknumber", "totaldiscs": "discnumber", "movementtotal": "movementnumber"}
EXAMPLES = {
    Kind.FLAG: ("1",),
    Kind.WHOLE: ("12",),
    Kind.DATE: ("2005-11-24",),
    Kind.GAIN: ("-6.50 dB",),
}
# Whose values have a form of their own, tested elsewhere.
SPECIAL = {"rating", "syncedlyrics", "performer", "url", "ixml", "itunes_cddb_1"}


def example(field: Field) -> tuple[str, ...]:
    """Return values of a field: two where it has many."""
    if field.kind in EXAMPLES:
        return EXAMPLES[field.kind]
    if field.id3.startswith("UFID"):
        return ("2f6c2a3e",)
    return tuple(f"{next(SCRIPTS)} {field.name} {n}" for n in range(2 if field.many else 1))


VALUES = {name: example(field) for name, field in FIELDS.items() if name not in SPECIAL}


def frame_of(name: str) -> id3.Frame | None:
    """Return a frame of ID3v2.4; comments and people have others."""
    values, (frame, _, described) = list(VALUES[name]), FIELDS[name].id3.partition(":")
    if name in TOTALS or frame in {"", "COMM", "TIPL"}:
        return None
    if name in TOTALS.values():
        values = [f"{values[0]}/12"]
    special: dict[str, dict[str, object]] = {
        "TXXX": {"encoding": 1, "desc": described, "text": values},
        "UFID": {"owner": described, "data": values[0].encode()},
        "USLT": {"encoding": 3, "lang": "und", "desc": "", "text": values[0]},
        "PCST": {"value": 1},
    }
    address: dict[str, object] = {"url": ADDRESS}
    own = special.get(frame, address if frame[0] == "W" else {"encoding": 3, "text": values})
    made: id3.Frame = getattr(id3, frame)(**own)
    return made


def id3_tag() -> id3.ID3:
    tag = id3.ID3()
    for name in VALUES:
        if frame := frame_of(name):
            tag.add(frame)
    for n, value in enumerate(VALUES["comment"]):
        tag.add(id3.COMM(encoding=1, lang="deu", desc=str(n), text=[value]))
    people = [[FIELDS[name].id3.partition(":")[2], v] for name in ROLES for v in VALUES[name]]
    tag.add(id3.TIPL(encoding=3, people=people))
    return tag


ROLES = [name for name in VALUES if FIELDS[name].kind is Kind.ROLE]
ONE_LYRICS = {"lyrics": VALUES["lyrics"][:1]}
ADDRESSES = {name: (ADDRESS,) for name, field in FIELDS.items() if field.id3[:1] == "W" and name in VALUES}


def as_id3(file: Path) -> dict[str, tuple[str, ...]]:
    file.write_bytes(encoded("libmp3lame -id3v2_version 0", "mp3"))
    id3_tag().save(file)
    return {name: values for name, values in VALUES.items() if FIELDS[name].id3} | ONE_LYRICS | ADDRESSES


def in_chunk(file: Path) -> dict[str, tuple[str, ...]]:
    file.write_bytes(encoded("pcm_s16be", "aiff") if file.suffix == ".aiff" else encoded("pcm_s16le", "wav"))
    audio = mutagen.File(file)
    audio.add_tags()
    for frame in id3_tag().values():
        audio.tags.add(frame)
    audio.save()
    return {name: values for name, values in VALUES.items() if FIELDS[name].id3} | ONE_LYRICS | ADDRESSES


def as_comments(file: Path) -> dict[str, tuple[str, ...]]:
    codec = {".flac": "flac", ".ogg": "libvorbis", ".opus": "libopus"}[file.suffix]
    file.write_bytes(encoded(codec, file.suffix[1:]))
    audio = FLAC(file) if file.suffix == ".flac" else mutagen.File(file)
    audio.delete()
    written = {name: values for name, values in VALUES.items() if FIELDS[name].vorbis}
    for name, values in written.items():
        audio[FIELDS[name].vorbis] = list(values)
    audio.save()
    return written


def as_atoms(file: Path) -> dict[str, tuple[str, ...]]:
    file.write_bytes(encoded("aac", "m4a"))
    audio = MP4(file)
    audio.delete()
    written = {name: values for name, values in VALUES.items() if FIELDS[name].mp4}
    for name, values in written.items():
        if FIELDS[name].mp4 not in {"trkn", "disk"} or name not in TOTALS:
            audio[FIELDS[name].mp4] = atom_of(FIELDS[name], values)
    audio.save()
    return written


def atom_of(field: Field, values: tuple[str, ...]) -> Any:
    if field.mp4.startswith(FREEFORM):
        return [MP4FreeForm(value.encode()) for value in values]
    if field.mp4 in {"trkn", "disk"}:
        return [(12, 12)]
    if field.kind is Kind.WHOLE:
        return [12]
    if field.mp4 in {"cpil", "pgap", "pcst"}:
        return True
    return [1] if field.kind is Kind.FLAG else list(values)


def as_items(file: Path) -> dict[str, tuple[str, ...]]:
    file.write_bytes(encoded("libmp3lame -id3v2_version 0 -write_id3v1 0", "mp3"))
    tag = APEv2()
    written = {name: values for name, values in VALUES.items() if FIELDS[name].ape}
    for name, values in written.items():
        if name not in TOTALS or FIELDS[name].ape not in {"Track", "Disc"}:
            tag[FIELDS[name].ape] = [*values[:-1], f"{values[-1]}/12" if name in PAIRED else values[-1]]
    tag.save(file)
    return written


PAIRED = {"tracknumber", "discnumber"}
FAMILIES: dict[str, tuple[str, str, Callable[[Path], dict[str, tuple[str, ...]]]]] = {
    "ID3v2.4": ("mp3", "mp3", as_id3),
    "ID3 in WAV": ("wav", "wav", in_chunk),
    "ID3 in AIFF": ("aiff", "aiff", in_chunk),
    "FLAC": ("flac", "flac", as_comments),
    "Ogg": ("ogg", "ogg", as_comments),
    "Opus": ("opus", "ogg", as_comments),
    "MP4": ("m4a", MP4_CONTAINER, as_atoms),
    "APEv2": ("mp3", "mp3", as_items),
}


def read(file: Path, container: str) -> Tags:
    return read_tags(Reader.of(file.read_bytes()), Probe(container, "", 1.0, 44_100, 1))


def written_by(tags: Tags) -> Iterator[Entry]:
    """Yield what mutagen wrote, and no program else."""
    return (entry for entry in tags.entries if not entry.value.startswith("Lavf"))


@pytest.mark.parametrize("family", FAMILIES)
def test_all_fields_are_read(family: str, tmp_path: Path) -> None:
    ending, container, write = FAMILIES[family]
    file = tmp_path / f"all.{ending}"
    expected = write(file)
    tags = read(file, container)

    found = {name: tags.values(name) for name in expected}
    assert found == expected
    assert {entry.name for entry in written_by(tags)} == set(expected)
    assert (tags.unknown, tags.guessed) == ((), {})
