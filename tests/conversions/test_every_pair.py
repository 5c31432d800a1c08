"""Every kind of input becomes every output, verified whole, as docs/formats.md says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.domain.options import Options
from tools.docs.conversion_matrix import row_of
from tools.docs.formats_page import PAGE, pair_line, render, tag_line
from tools.material import KINDS, Kind

if TYPE_CHECKING:
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools

LINES = PAGE.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_an_input_becomes_every_output_as_published(
    tools: Tools, material: dict[str, Path], tmp_path: Path, kind: Kind
) -> None:
    row = row_of(tools, kind, material[kind.name], tmp_path, Options())

    assert pair_line(kind, row) in LINES
    assert not kind.holds or tag_line(kind, row) in LINES


def test_the_page_is_the_one_that_the_tables_give() -> None:
    rows = [line for kind in KINDS for line in LINES if line.startswith(f"| {kind.name} | ")]
    pairs = [line for line in rows if "○" in line]
    tags = [line for kind in KINDS for line in LINES if line.startswith(f"| {kind.name}: ")]

    assert PAGE.read_text(encoding="utf-8") == render(pairs, tags)
    assert len(pairs) == len(KINDS)
