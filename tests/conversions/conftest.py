"""A file of every kind, made once, and fixtures that convert files."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from shared.domain.formats import FORMATS
from shared.domain.options import parse_options
from tools.docs.conversion_matrix import best_tools, convert
from tools.material import make_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.verify.verified_output import VerifiedOutput


@pytest.fixture(scope="session")
def tools() -> Tools:
    """The layer's programs where it is built, else the system's."""
    return best_tools()


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A file of each kind."""
    return make_all(tmp_path_factory.mktemp("material"))


@pytest.fixture(scope="session")
def made_each(tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[VerifiedOutput]]:
    """Converts a file to several outputs in one pass: pairs of a format and options by their JSON names."""
    folder = tmp_path_factory.mktemp("made")
    folders = (folder / f"{n}" for n in itertools.count())

    def make(source: Path, *outputs: tuple[str, dict[str, object]]) -> list[VerifiedOutput]:
        wanted = [(form, parse_options(options, FORMATS[form])) for form, options in outputs]
        return convert(tools, source, next(folders), wanted)[1]

    return make


@pytest.fixture(scope="session")
def made_all(made_each: Callable[..., list[VerifiedOutput]]) -> Callable[..., dict[str, VerifiedOutput]]:
    """Converts a file to several formats in one pass, with the same options by their JSON names."""

    def make(source: Path, *forms: str, **options: object) -> dict[str, VerifiedOutput]:
        return dict(zip(forms, made_each(source, *((form, options) for form in forms)), strict=True))

    return make


@pytest.fixture(scope="session")
def made(made_all: Callable[..., dict[str, VerifiedOutput]]) -> Callable[..., VerifiedOutput]:
    """Converts a file to one format, with options by their JSON names."""

    def make(source: Path, form: str, **options: object) -> VerifiedOutput:
        return made_all(source, form, **options)[form]

    return make
