"""Errors are explained with what to do, and with the buttons that can help."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.sampling import chosen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Route

    from tests.page.visitor import Visitor


def test_a_file_that_is_no_sound_says_what_to_do_and_is_deleted(visitor: Visitor, tmp_path: Path) -> None:
    fake = tmp_path / "letter.mp3"
    fake.write_text("Dear audience, " * 40)
    visitor.choose(fake)
    visitor.convert()
    row = visitor.await_status("letter.mp3", "failed")

    expect(row.locator(".problem")).to_contain_text("This is a text file. Upload the audio itself")
    expect(visitor.page.locator("#announcements")).to_have_text("letter.mp3 could not be converted.")
    # The same file can end in no other way.
    expect(row.locator("footer button:visible")).to_have_text(["Delete"])
    visitor.page.locator("#language").select_option("es")
    expect(row.locator(".problem")).to_contain_text("Expórtalo como WAV, FLAC o MP3")
    row.get_by_role("button", name="Borrar").click()
    question = visitor.page.get_by_role("dialog")
    expect(question).to_contain_text("¿Borrar letter.mp3 y sus resultados de la nube")
    question.get_by_role("button", name="Borrar").click()
    expect(row).to_have_count(0)


def test_a_failure_that_is_not_the_files_fault_is_tried_again(visitor: Visitor, clip: Path) -> None:
    page, one_task = visitor.page, re.compile(r"/api/tasks/[\w-]{20,}$")
    error = {"code": "attempts_exhausted", "message": "m", "hint": "h", "retryable": True}

    def fail(route: Route) -> None:
        if route.request.method != "GET":
            return route.continue_()
        task = route.fetch().json()
        # Until convert has claimed it, a task does not say that its file is there.
        has_ended = task["state"] == "PROCESSED"
        return route.fulfill(json={**task, "state": "FAILED", "error": error} if has_ended else task)

    page.route(one_task, fail)
    visitor.choose(clip)
    visitor.convert()
    row = visitor.await_status(clip.name, "failed")
    expect(row.locator(".problem")).to_contain_text("This is our fault")
    page.unroute(one_task)
    with page.expect_response(one_task) as again:
        row.get_by_role("button", name="Try again").click()

    assert (again.value.request.method, again.value.status) == ("PUT", 202)
    visitor.await_status(clip.name, "ready")


# What the service answers, what the page says then, and its buttons.
PROBLEMS = {
    "forbidden": ({}, "Esta cuenta no puede hacer eso.", ["Reintentar", "Borrar"]),
    "invalid_field": (
        {"field": "options.bitRateKbps"},
        "El servicio no admite este valor: Tasa de bits.",
        ["Borrar"],
    ),
    "declared_too_large": ({}, "El archivo es mayor", ["Borrar"]),
}


@pytest.mark.parametrize("code", chosen(PROBLEMS, {"invalid_field"}))
def test_errors_of_the_service_are_shown_in_the_users_language(
    member: Callable[..., Visitor], clip: Path, code: str
) -> None:
    details, words, buttons = PROBLEMS[code]
    visitor = member(locale="es-ES")
    visitor.expected.append("400")

    def refuse(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=400, json={"code": code, **details, "detail": "In English."})
        else:
            route.continue_()

    visitor.page.route("**/api/tasks", refuse)
    visitor.choose(clip)
    visitor.convert()
    row = visitor.await_status(clip.name, "stuck")

    expect(row.locator(".problem")).to_contain_text(words)
    expect(row.locator("footer button:visible")).to_have_text(buttons)
