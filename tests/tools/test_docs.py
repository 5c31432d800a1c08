"""The documentation names only files, modules, headings and states that exist."""

from __future__ import annotations

import re
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from shared.domain.errors import IllegalTransition
from shared.domain.states import State, check_transition
from tests.waiting import HANG_S

ROOT = Path(__file__).resolve().parent.parent.parent
TRACKED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
    timeout=HANG_S,
).stdout.splitlines()
PAGES = [ROOT / name for name in TRACKED if name.endswith(".md") and (ROOT / name).is_file()]
FOLDERS = {name.partition("/")[0] for name in TRACKED if "/" in name}
FILE_NAMES = {name.rpartition("/")[2] for name in TRACKED if (ROOT / name).is_file()}
MODULE = re.compile(r"python3? -m ((?:tools|bench|lab|localcloud)(?:\.\w+)*)")
FENCED = re.compile(r"```.*?```", re.DOTALL)


def ids(page: Path) -> str:
    return str(page.relative_to(ROOT))


def names_in(page: Path) -> list[str]:
    """Everything between backticks that looks like a path or source file of this repository."""
    quoted = re.findall(r"`([\w./-]+)`", FENCED.sub("", page.read_text()))
    paths = [name for name in quoted if not name.startswith("/")]
    return [name for name in paths if "/" in name or name.endswith((".py", ".js", ".tsv", ".sh"))]


def exists(name: str, page: Path) -> bool:
    if "/" not in name:
        return name in FILE_NAMES
    first = name.partition("/")[0]
    if first not in FOLDERS and not (page.parent / first).is_dir():
        return True  # a route, a media type, an object's name
    return (ROOT / name).exists() or (page.parent / name).exists()


def anchors(page: Path) -> set[str]:
    """The ids that GitHub gives the page's headings."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_path_in_a_page_exists(page: Path) -> None:
    assert [name for name in names_in(page) if not exists(name, page)] == []


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_module_in_a_page_exists(page: Path) -> None:
    paths = [ROOT / name.replace(".", "/") for name in MODULE.findall(page.read_text())]

    assert [path for path in paths if not path.is_dir() and not path.with_suffix(".py").is_file()] == []


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s:]*?)(?:#([\w-]+))?\)", page.read_text())
    targets = [((page.parent / path).resolve() if path else page, anchor) for path, anchor in links]

    assert [target for target, _ in targets if not target.exists()] == []
    assert [(target, anchor) for target, anchor in targets if anchor and anchor not in anchors(target)] == []


def is_legal(now: State, then: State) -> bool:
    with suppress(IllegalTransition):
        check_transition(now, then)
        return True
    return False


def test_the_diagram_of_states_shows_exactly_the_legal_transitions() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    arrows = re.findall(r"^ +([A-Z]+) --> ([A-Z]+):", text, re.MULTILINE)

    assert sorted(arrows) == sorted((a.value, b.value) for a in State for b in State if is_legal(a, b))
