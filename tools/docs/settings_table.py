"""Writes the table in docs/configuration.md from `SETTINGS`: `python -m tools.docs.settings_table`."""

from __future__ import annotations

import re
from pathlib import Path

from shared.runtime.config import SETTINGS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "configuration.md"
MARKS = re.compile(r"(<!-- settings: [^\n]*-->\n).*?(<!-- end of settings -->)", re.DOTALL)


def table() -> str:
    """The table in Markdown."""
    lines = ["| variable | read by | meaning | default |", "|---|---|---|---|"]
    for setting in SETTINGS:
        default = "required" if setting.default is None else f"`{setting.default}`" if setting.default else ""
        readers = ", ".join(setting.readers.split())
        lines.append(f"| `{setting.name}` | {readers} | {setting.meaning} | {default} |")
    return "\n".join(lines) + "\n"


def with_table(text: str) -> str:
    """The page's text with an up-to-date table."""
    return MARKS.sub(lambda match: match[1] + table() + match[2], text)


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text()))
