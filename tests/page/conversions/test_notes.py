"""What a conversion could not keep as it was stands in its row, in the visitor's language."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from shared.domain.notes.base import Finding, Note
from shared.domain.notes.outputs import ChaptersDropped, CoverDropped, LoudnessMissed
from tests.waiting import HANG_S
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Route

    from tests.page.visitor import Visitor


@pytest.fixture
def radio(clip: Path, tmp_path: Path) -> Path:
    """A recording that does not state its length."""
    target = tmp_path / "radio.aac"
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-i", str(clip), str(target)]
    subprocess.run(argv, check=True, timeout=HANG_S)
    return target


def test_notes_stand_in_the_row_in_the_visitors_language(
    member: Callable[..., Visitor], radio: Path, clip: Path
) -> None:
    visitor = member()
    visitor.choose(radio, clip)
    visitor.convert("wav")
    row = visitor.await_status(radio.name, "ready")

    expect(row.locator(".notes li")).to_have_count(1)
    expect(row.locator(".notes")).to_contain_text("The original does not state its length.")
    expect(visitor.await_status(clip.name, "ready").locator(".notes")).to_be_empty()
    visitor.page.locator("#language").select_option("es")
    expect(row.locator(".notes")).to_contain_text("El original no indica su duración.")


def test_many_notes_are_a_list_to_open(visitor: Visitor, clip: Path) -> None:
    findings: list[Finding] = [
        CoverDropped(2, "size"),
        ChaptersDropped(1),
        LoudnessMissed(-16, None, -1, None),
    ]

    def add_notes(route: Route) -> None:
        answer = route.fetch()
        listed = answer.json()
        listed["tasks"][0]["notes"] = [Note.of(finding, 0).as_json() for finding in findings]
        route.fulfill(response=answer, json=listed)

    visitor.choose(clip)
    visitor.convert()
    visitor.await_status(clip.name, "ready")
    visitor.page.route("**/api/tasks?*", add_notes)
    visitor.page.reload()
    notes = visitor.row(clip.name).locator(".notes")

    expect(notes.locator("summary")).to_have_text("3 notes on this conversion")
    expect(notes.get_by_text("Without one chapter: this format does not hold it.")).to_be_hidden()
    notes.locator("summary").click()
    expect(notes.locator("li")).to_have_text(
        [
            "Pictures were left out: together they are larger than 8 MiB.",
            "Without one chapter: this format does not hold it.",
            "The audio is too quiet to be brought to −16 LUFS.",
        ]
    )
