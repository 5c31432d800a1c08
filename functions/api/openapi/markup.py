"""HTML that cannot be broken out of: text is escaped unless it is markup of ours already."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Markup(str):
    """HTML that is safe as it stands."""

    __slots__ = ()


def element(name: str, *children: str, **attributes: str) -> Markup:
    """One element; `class_` stands for `class`, which is Python's, and `aria_label` for `aria-label`."""
    names = {key: key.rstrip("_").replace("_", "-") for key in attributes}
    shown = "".join(f' {names[key]}="{html.escape(value)}"' for key, value in attributes.items())
    return Markup(f"<{name}{shown}>{joined(children)}</{name}>")


def joined(children: Iterable[str]) -> Markup:
    """Several pieces, one after the other."""
    return Markup("".join(child if isinstance(child, Markup) else html.escape(child) for child in children))


def prose(text: str) -> Markup:
    """Escaped text, in which what stands between backticks is code."""
    parts = re.split(r"`([^`]+)`", text)
    return joined(element("code", part) if n % 2 else part for n, part in enumerate(parts))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    """A table that scrolls by itself where it is wider than its place."""
    top = element("thead", element("tr", *(element("th", title, scope="col") for title in head)))
    body = element("tbody", *(element("tr", *(element("td", cell) for cell in row)) for row in rows))
    # A keyboard must be able to scroll what a finger can.
    return element("div", element("table", top, body), class_="scroll", tabindex="0")
