"""Several tabs, several devices, and browsers that keep nothing: each tab knows what the others have done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.page.network import Gate
from tests.page.visitor import Visitor
from tools.clip import write_clip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Route

BLOCKED = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("Access is denied for this document.", "SecurityError"); },
});"""


def test_a_browser_without_storage_converts_too(window: Callable[..., Visitor], clip: Path) -> None:
    visitor = window(locale="es-ES")
    visitor.page.add_init_script(BLOCKED)
    visitor.sign_up()
    visitor.page.locator("#language").select_option("en")
    visitor.choose(clip)
    visitor.convert("ogg")

    visitor.await_status(clip.name, "ready")


@pytest.fixture
def other(visitor: Visitor) -> Visitor:
    """Another tab of the same person."""
    tab = Visitor(visitor.page.context.new_page(), visitor.url, expected=visitor.expected).open()
    expect(tab.page.locator("#nothing")).to_be_visible()
    return tab


def expect_locks(tab: Visitor, count: int) -> None:
    """Wait until so many uploads hold a lock, which can be granted after the row says "Uploading"."""
    tab.page.wait_for_function(f"async () => (await navigator.locks.query()).held.length === {count}")


def test_signing_out_asks_first_while_another_tab_sends(
    visitor: Visitor, other: Visitor, large: Path
) -> None:
    Gate(other.page, lambda _: True)
    other.choose(large)
    other.convert()
    expect(other.row("large.wav").locator(".status")).to_contain_text("Uploading")
    expect_locks(visitor, 1)

    visitor.page.get_by_role("button", name="Sign out").click()
    expect(visitor.page.get_by_role("dialog")).to_contain_text("Another tab is still uploading files.")
    visitor.page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    expect(other.page.get_by_label("E-mail")).to_be_visible()


def refuse(tab: Visitor) -> None:
    """Neither the service nor Google takes the tab's tokens any more."""
    calls, ended = re.compile("/api/tasks|/v1/token"), {"error": {"code": 400, "message": "TOKEN_EXPIRED"}}
    tab.expected.append("the server responded with a status of 40")

    def answer(route: Route) -> None:
        if "/v1/token" in route.request.url:
            route.fulfill(status=400, json=ended, headers={"Access-Control-Allow-Origin": "*"})
        else:
            route.fulfill(status=401, json={"code": "unauthenticated"})

    tab.page.route(calls, answer)
    tab.page.dispatch_event("body", "visibilitychange", {"bubbles": True})
    expect(tab.page.get_by_role("alert").filter(visible=True)).to_contain_text("Your session has ended")
    tab.page.unroute(calls)


def test_a_session_that_was_refused_ends_no_upload_here_or_in_another_tab(
    visitor: Visitor, other: Visitor, large: Path, tmp_path: Path
) -> None:
    many = [write_clip(tmp_path / f"{n}.wav", 1) for n in range(5)]
    email = visitor.page.locator("#who-email").text_content() or ""
    gates = [Gate(visitor.page, lambda _: True), Gate(other.page, lambda _: True)]
    visitor.choose(*many)
    visitor.convert()
    other.choose(large)
    other.convert()
    # As many as go up at a time; the others have to wait for their turn.
    for tab, file in [*((visitor, file) for file in many[:3]), (other, large)]:
        expect(tab.row(file.name).locator(".status")).to_contain_text("Uploading")
    refuse(visitor)
    for gate in gates:
        gate.open()
    other.await_status("large.wav", "ready")
    expect(visitor.page.locator("#announcements")).to_contain_text("could not be uploaded")
    visitor.sign_in(email)

    # What had to wait for its turn goes on now; what was on its way had no need to.
    expect(visitor.page.locator("#list > [data-status=ready]")).to_have_count(6)


def test_signing_out_stops_the_uploads_of_a_tab_whose_session_was_refused(
    visitor: Visitor, other: Visitor, large: Path
) -> None:
    Gate(visitor.page, lambda _: True)
    visitor.choose(large)
    visitor.convert()
    expect(visitor.row("large.wav").locator(".status")).to_contain_text("Uploading")
    refuse(visitor)
    expect_locks(other, 1)

    other.page.get_by_role("button", name="Sign out").click()
    other.page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    expect(other.page.get_by_label("E-mail")).to_be_visible()
    expect_locks(visitor, 0)


def test_another_user_finds_nothing_after_a_refused_session(visitor: Visitor, clip: Path) -> None:
    visitor.choose(clip)
    visitor.convert()
    visitor.await_status(clip.name, "ready")
    visitor.choose(clip)
    refuse(visitor)
    visitor.enter_new()

    expect(visitor.page.locator("#nothing")).to_contain_text("Nothing here yet")
    expect(visitor.page.locator("#tray > li")).to_have_count(0)


def test_tasks_deleted_in_another_tab_disappear_when_this_tab_is_shown(
    visitor: Visitor, other: Visitor, clip: Path, tmp_path: Path
) -> None:
    page, tab = visitor.page, other.page
    other.choose(clip, write_clip(tmp_path / "kept.wav", 1))
    other.convert()
    other.await_status(clip.name, "ready").get_by_role("button", name=f"Play {clip.name}").click()
    other.await_status("kept.wav", "ready")
    page.reload()
    visitor.await_status(clip.name, "ready").get_by_role("button", name="Delete").click()
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    tab.dispatch_event("body", "visibilitychange", {"bubbles": True})

    expect(tab.locator("#list h3")).to_have_text(["kept.wav"])


def test_signing_out_in_one_tab_signs_out_in_all(visitor: Visitor, clip: Path) -> None:
    other = visitor.page.context.new_page()
    other.goto(visitor.url)
    expect(other.locator("#composer")).to_be_visible()
    other.locator("#files").set_input_files(clip)
    visitor.page.get_by_role("button", name="Sign out").click()

    expect(other.get_by_label("E-mail")).to_be_visible()
    assert other.evaluate("localStorage.getItem('sonube.session')") is None
    # The next user does not see the chosen files either.
    expect(other.locator("#account-files")).to_have_text("")


def test_changes_in_another_tab_appear_when_this_tab_is_shown(visitor: Visitor, clip: Path) -> None:
    other = visitor.page.context.new_page()
    other.goto(visitor.url)
    expect(other.locator("#nothing")).to_be_visible()
    visitor.choose(clip)
    visitor.convert()
    visitor.await_status(clip.name, "ready")
    other.dispatch_event("body", "visibilitychange", {"bubbles": True})

    expect(other.locator("#list h3")).to_have_text([clip.name])
