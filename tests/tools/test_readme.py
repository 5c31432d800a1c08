"""README and docs/configuration.md match the code."""

from __future__ import annotations

import re
from pathlib import Path

from shared.runtime.config import SETTINGS
from tools.docs.settings_table import PAGE, with_table

ROOT = Path(__file__).resolve().parent.parent.parent
README = ROOT / "README.md"


def code_of(function: str) -> str:
    return "".join(path.read_text() for path in (ROOT / "functions" / function).rglob("*.py"))


def test_the_table_of_settings_matches_the_code() -> None:
    assert with_table(PAGE.read_text()) == PAGE.read_text()
    assert all(f"`{setting.name}`" in PAGE.read_text() for setting in SETTINGS)


def test_every_setting_names_the_functions_that_read_it() -> None:
    for setting in SETTINGS:
        readers = {
            function for function in ("api", "convert", "notify") if f'"{setting.name}"' in code_of(function)
        }

        assert set(setting.readers.split()) == readers, setting.name


def test_every_folder_and_make_target_in_readme_exists() -> None:
    text = README.read_text()
    folders: list[Path] = [ROOT / name for name in re.findall(r"`([\w.-]+/(?:[\w.-]+/)?)`", text)]
    targets = set(re.findall(r"make (\w+)", text))
    makefile = (ROOT / "Makefile").read_text()

    assert [folder for folder in folders if not folder.is_dir()] == []
    assert set() == {target for target in targets if f"\n{target}:" not in makefile} - {"and"}
