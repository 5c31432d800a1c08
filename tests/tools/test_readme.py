"""README says what is so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.runtime.config import SETTINGS
from tools.settings_table import README, with_table

if TYPE_CHECKING:
    from pathlib import Path

ROOT = README.parent


def code_of(function: str) -> str:
    return "".join(path.read_text() for path in (ROOT / "functions" / function).rglob("*.py"))


def test_the_table_of_variables_is_the_codes() -> None:
    assert with_table(README.read_text()) == README.read_text()


def test_every_variable_is_read_by_those_who_are_named_and_by_no_others() -> None:
    for setting in SETTINGS:
        readers = {
            function for function in ("api", "convert", "notify") if f'"{setting.name}"' in code_of(function)
        }

        assert set(setting.readers.split()) == readers, setting.name


def test_every_folder_and_command_that_readme_names_exists() -> None:
    text = README.read_text()
    folders: list[Path] = [ROOT / name for name in re.findall(r"`([\w.-]+/(?:[\w.-]+/)?)`", text)]
    targets = set(re.findall(r"make (\w+)", text))
    makefile = (ROOT / "Makefile").read_text()

    assert [folder for folder in folders if not folder.is_dir()] == []
    assert set() == {target for target in targets if f"\n{target}:" not in makefile} - {"and"}
