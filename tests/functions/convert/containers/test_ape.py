"""Tags at the end of a file, told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from functions.convert.containers.ape import ID3V1_BYTES, id3v1_bytes
from functions.convert.containers.reader import reading

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        (b"TAG" + bytes(125), ID3V1_BYTES),
        (b"TAGEX, a title" + bytes(114), ID3V1_BYTES),
        # The header of an APE tag of 131 bytes.
        (b"APETAGEX" + bytes(123), 0),
        (b"TAG", 0),
        (b"", 0),
    ],
)
def test_header_of_an_ape_tag_is_no_id3v1(tmp_path: Path, tail: bytes, expected: int) -> None:
    file = tmp_path / "tagged"
    for before in (b"", b"\xff" * 200):
        file.write_bytes(before + tail)
        with reading(file) as data:
            assert id3v1_bytes(data, data.size) == expected
