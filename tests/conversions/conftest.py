"""Every kind of input, made once, and the way in which tests convert."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from shared.formats import FORMATS
from shared.options import parse_options
from tools.conversion_matrix import best_tools, convert
from tools.material import make_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.conversion import Made
    from functions.convert.tools import Tools


@pytest.fixture(scope="session")
def tools() -> Tools:
    """The layer's programs where it is built, else the system's."""
    return best_tools()


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A file of each kind."""
    return make_all(tmp_path_factory.mktemp("material"))


@pytest.fixture
def made(tools: Tools, tmp_path: Path) -> Callable[..., Made]:
    """Converts a file to one format, with options by their JSON names."""
    folders = (tmp_path / f"made-{n}" for n in itertools.count())

    def make(source: Path, form: str, **options: object) -> Made:
        wanted = parse_options(options, FORMATS[form])
        return convert(tools, source, next(folders), [(form, wanted)])[1][0]

    return make
