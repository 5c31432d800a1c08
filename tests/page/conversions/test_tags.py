"""The form sets, replaces and removes tags, by keyboard and in both languages."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import mutagen
import pytest
from mutagen.flac import FLAC
from playwright.sync_api import expect

from tests.waiting import HANG_S
from tools.clip import write_clip
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.page.visitor import Visitor


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A FLAC with title, comment and genre."""
    folder = tmp_path_factory.mktemp("sounds")
    wav, flac = write_clip(folder / "clip.wav", 1), folder / "tagged.flac"
    subprocess.run([program("ffmpeg"), "-v", "error", "-i", wav, flac], check=True, timeout=HANG_S)
    tags = FLAC(flac)
    tags.update({"title": "Old", "comment": "Rough mix", "genre": "Speech"})
    tags.save()
    return flac


def test_tags_are_set_replaced_and_removed_by_keyboard(
    visitor: Visitor, tagged: Path, tmp_path: Path
) -> None:
    page, keys = visitor.page, visitor.page.keyboard
    visitor.choose(tagged)
    page.locator("#formats [value=flac]").check()
    page.locator("#more summary").click()
    page.get_by_label("Title", exact=True).fill("Clouds")
    page.get_by_label("Artist", exact=True).fill("Ana")
    page.get_by_role("checkbox", name="Remove Comment").focus()
    keys.press("Space")
    expect(page.get_by_label("Comment", exact=True)).to_be_disabled()
    # A second value, and a field that has no row yet.
    page.get_by_label("Another field").focus()
    keys.type("artist")
    keys.press("Enter")
    keys.type("Luis")
    page.get_by_label("Another field").focus()
    keys.type("catalognumber")
    keys.press("Enter")
    keys.type("SNB 1")

    page.locator("#convert").click()
    row = visitor.await_status(tagged.name, "ready")
    with page.expect_download() as saved:
        row.get_by_role("button", name="Download").first.click()
    saved.value.save_as(tmp_path / "out.flac")

    tags = mutagen.File(tmp_path / "out.flac")
    found = {name: tags.get(name) for name in ("title", "artist", "comment", "genre", "catalognumber")}
    assert found == {
        "title": ["Clouds"],
        "artist": ["Ana", "Luis"],
        "comment": None,
        "genre": ["Speech"],
        "catalognumber": ["SNB 1"],
    }


def test_tags_that_cannot_be_written_are_refused_beforehand(
    member: Callable[..., Visitor], tagged: Path
) -> None:
    visitor = member(locale="es-ES")
    page, created = visitor.page, list[str]()
    page.on("request", lambda request: created.append(request.url) if request.method == "POST" else None)
    visitor.choose(tagged)
    page.locator("#more summary").click()
    date, other = page.get_by_label("Fecha", exact=True), page.get_by_label("Otro campo")
    message = "(input) => input.validationMessage"

    date.fill("ayer")
    page.locator("#convert").click()
    expect(date).to_be_focused()
    assert date.evaluate(message).startswith("Escribe una fecha")

    date.fill("2026-11")
    other.fill("mood ring")
    other.press("Enter")
    assert other.evaluate(message).startswith("No hay tal campo")
    page.locator("#convert").click()
    expect(other).to_be_focused()
    assert other.evaluate(message).startswith("Pulsa Añadir")
    assert created == []
    other.fill("")
    page.locator("#convert").click()
    visitor.await_status(tagged.name, "ready")


def test_tags_are_of_one_visit_and_shown_again_with_their_file(visitor: Visitor, tagged: Path) -> None:
    page = visitor.page
    visitor.choose(tagged)
    page.locator("#more summary").click()
    page.get_by_label("Title", exact=True).fill("Clouds")
    # The click that leaves the field hits its target: no line appears above it.
    page.get_by_role("checkbox", name="Remove Comment").check()
    visitor.convert()
    row = visitor.await_status(tagged.name, "ready")
    page.reload()
    page.locator("#more summary").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("")

    row.get_by_role("button", name="Other format").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Clouds")
