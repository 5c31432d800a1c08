"""Writes the table of environment variables into README, from the one that the code goes by."""

from __future__ import annotations

import re
from pathlib import Path

from shared.runtime.config import SETTINGS

README = Path(__file__).resolve().parent.parent / "README.md"
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
    """README's text with the table as it should be."""
    return MARKS.sub(lambda match: match[1] + table() + match[2], text)


if __name__ == "__main__":
    README.write_text(with_table(README.read_text()))
