"""HTML from elements; text is escaped unless it is `Markup`."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Markup(str):
    """HTML that is safe to insert as it is."""

    __slots__ = ()


def element(name: str, *children: str, **attributes: str) -> Markup:
    """One element; the argument `class_` becomes the attribute `class`, `aria_label` becomes `aria-label`."""
    names = {key: key.rstrip("_").replace("_", "-") for key in attributes}
    shown = "".join(f' {names[key]}="{html.escape(value)}"' for key, value in attributes.items())
    return Markup(f"<{name}{shown}>{joined(children)}</{name}>")


def joined(children: Iterable[str]) -> Markup:
    """The concatenation of these pieces."""
    return Markup("".join(child if isinstance(child, Markup) else html.escape(child) for child in children))


def prose(text: str) -> Markup:
    """Escaped text; parts between backticks become code."""
    parts = re.split(r"`([^`]+)`", text)
    return joined(element("code", part) if n % 2 else part for n, part in enumerate(parts))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    """A table that scrolls horizontally if it is too wide."""
    top = element("thead", element("tr", *(element("th", title, scope="col") for title in head)))
    body = element("tbody", *(element("tr", *(element("td", cell) for cell in row)) for row in rows))
    # Focusable, so that a keyboard can scroll it too.
    return element("div", element("table", top, body), class_="scroll", tabindex="0")
