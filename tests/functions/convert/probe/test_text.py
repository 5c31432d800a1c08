from __future__ import annotations

import pytest

from functions.convert.metadata.readers.decoding.encoding import UTF_8, WINDOWS_1252
from functions.convert.probe.dump import read_dump
from functions.convert.probe.report import parse_report
from functions.convert.probe.text import decode, without_loss

LOG = b"""Input #0, mp3, from 'file:source':
  Metadata:
    title           : Caf\xe9
  Duration: 00:00:01.00, start: 0.0, bitrate: 64 kb/s
  Stream #0:0: Audio: mp3, 44100 Hz, mono, fltp, 64 kb/s
"""


def decoded(data: bytes, *, may_be_latin1: bool = False) -> tuple[str, str | None]:
    return decode(without_loss(data), may_be_latin1=may_be_latin1)


@pytest.mark.parametrize("text", ["plain", "été", "Ž", "日本", "Ã©"])
def test_utf_8_is_utf_8(text: str) -> None:
    assert decoded(text.encode()) == (text, None)


def test_other_bytes_are_windows_1252() -> None:
    assert decoded(b"Caf\xe9 \x93\x80\x94") == ("Café “€”", WINDOWS_1252)
    assert decoded("é".encode() + b"\xe9") == ("é", UTF_8)
    assert decoded("é".encode() + b"\xe9!") == ("Ã©é!", WINDOWS_1252)


def test_bytes_without_a_meaning_are_marked() -> None:
    assert decoded(b"a\x81\x8d\x8f\x90\x9d") == ("a" + "\ufffd" * 5, WINDOWS_1252)
    assert decoded(b"\xed\xa0\x80 \xc0\x80") == ("í\xa0€ À€", WINDOWS_1252)


def test_utf_8_that_a_field_of_fixed_length_cuts_is_utf_8() -> None:
    cut = "Příliš žluťoučký kůň úpěl ďábelské".encode()[:30]

    assert decoded(cut) == ("Příliš žluťoučký kůň ", None)
    assert decoded(cut[:-2]) == ("Příliš žluťoučký ků", UTF_8)
    assert decoded(b"caf\xc3") == ("cafÃ", WINDOWS_1252)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("Je čas metat kamení".encode(), ("Je čas metat kamení", UTF_8)),
        ("“Ž”".encode("cp1252"), ("“Ž”", WINDOWS_1252)),
        ("Müller".encode("latin-1"), ("Müller", None)),
        (b"plain", ("plain", None)),
    ],
)
def test_what_a_frame_calls_latin_1_is_read_by_its_bytes(data: bytes, expected: tuple[str, str]) -> None:
    as_ffmpeg_reads_it = data.decode("latin-1").encode()

    assert decoded(as_ffmpeg_reads_it, may_be_latin1=True) == expected


def test_characters_beyond_latin_1_are_no_bytes_of_it() -> None:
    assert decoded("Ã©日".encode(), may_be_latin1=True) == ("Ã©日", None)


def test_a_logged_description_is_decoded_too() -> None:
    found = parse_report(read_dump(without_loss(LOG)), "")

    assert found.tags["title"] == "Café"
    assert found.decoded_tags
    assert found.decoded_tags.guessed == {"title": WINDOWS_1252}
