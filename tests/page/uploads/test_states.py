"""What the page says of a conversion is true after a reload and on a second device; nothing goes unasked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tools.clip import write_clip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Route

    from tests.page.visitor import Visitor

LIST = re.compile(r"/api/tasks\?")
ONE_TASK = re.compile(r"/api/tasks/[\w-]{20,}(\?upload=check)?$")
SIGNED = re.compile("X-Goog-Signature")


def not_begun(task: dict[str, Any]) -> dict[str, Any]:
    """A task as the API shows it before its conversion begins, whether its file is there or not."""
    return {**task, "state": "WAITING", "source": {"sizeBytes": None}}


def list_as_not_begun(route: Route) -> None:
    shown = route.fetch().json()
    route.fulfill(json={**shown, "tasks": [not_begun(task) for task in shown["tasks"]]})


def test_a_second_device_sees_uploaded_files_become_ready(
    visitor: Visitor, window: Callable[..., Visitor], clip: Path
) -> None:
    visitor.choose(clip)
    visitor.convert()
    visitor.await_status(clip.name, "ready")
    kept = visitor.page.evaluate("localStorage['sonube.session']")
    origin = {"origin": visitor.url, "localStorage": [{"name": "sonube.session", "value": kept}]}
    phone = window(storage_state={"cookies": [], "origins": [origin]})
    # What the list said while the files were in a queue.
    phone.page.route(LIST, list_as_not_begun)
    phone.open()

    phone.await_status(clip.name, "ready")


def test_a_second_device_tells_a_file_that_is_there_from_one_that_is_not(
    visitor: Visitor, window: Callable[..., Visitor], tmp_path: Path
) -> None:
    """No device asks for a file that another one has uploaded (transloadit/uppy#4269, #4985)."""
    there, missing = (write_clip(tmp_path / name, 1) for name in ("there.wav", "missing.wav"))
    visitor.choose(there, missing)
    visitor.convert()
    for file in (there, missing):
        visitor.await_status(file.name, "ready")
    kept = visitor.page.evaluate("localStorage['sonube.session']")
    origin = {"origin": visitor.url, "localStorage": [{"name": "sonube.session", "value": kept}]}
    phone = window(storage_state={"cookies": [], "origins": [origin]})

    def answer(route: Route) -> None:
        """What the service finds in the bucket while both tasks wait."""
        task = not_begun(route.fetch().json())
        is_there = task["filename"] == there.name and "upload=check" in route.request.url
        route.fulfill(json={**task, "source": {"sizeBytes": 1000 if is_there else None}})

    phone.page.route(LIST, list_as_not_begun)
    phone.page.route(ONE_TASK, answer)
    phone.open()

    row = phone.await_status(there.name, "arrived")
    expect(row.get_by_role("button", name="Upload the file")).to_have_count(0)
    row = phone.await_status(missing.name, "waiting")
    expect(row.get_by_role("button", name="Upload the file")).to_be_visible()


def test_after_a_reload_an_uploaded_file_is_called_uploaded(visitor: Visitor, clip: Path) -> None:
    page = visitor.page
    page.route(ONE_TASK, lambda route: route.fulfill(status=304))
    visitor.choose(clip)
    visitor.convert()
    visitor.await_status(clip.name, "arrived")
    page.route(LIST, list_as_not_begun)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()

    row = visitor.await_status(clip.name, "arrived")
    expect(row.locator(".status")).to_have_text("Uploaded")
    # The list asks the bucket nothing.
    assert [url for url in asked if not url.startswith(visitor.url)] == []
    page.unroute(ONE_TASK)
    visitor.await_status(clip.name, "ready")


def test_sending_a_file_that_is_there_reads_the_task_again(visitor: Visitor, clip: Path) -> None:
    page, held = visitor.page, [True]
    visitor.expected.append("412")
    page.on("filechooser", lambda chooser: chooser.set_files(clip))
    visitor.choose(clip)
    visitor.convert()
    visitor.await_status(clip.name, "ready")

    def renew(route: Route) -> None:
        """A new URL, as the API gives while the conversion has not begun."""
        url = f"{visitor.url}/there?X-Goog-Signature=1"
        request = {"url": url, "method": "PUT", "headers": {}}
        route.fulfill(json={"upload": {**request, "resumable": request}})

    def refuse(route: Route) -> None:
        held.clear()
        route.fulfill(status=412)

    page.route(LIST, list_as_not_begun)
    page.route(ONE_TASK, lambda route: route.fulfill(status=304) if held else route.continue_())
    page.route("**/upload", renew)
    page.route(SIGNED, refuse)
    page.evaluate("localStorage.removeItem('sonube.uploaded')")
    page.reload()
    row = visitor.await_status(clip.name, "waiting")
    expect(row.locator(".problem")).to_contain_text("it waits for its turn")
    row.get_by_role("button", name="Upload the file").click()

    visitor.await_status(clip.name, "ready")
    expect(row.locator(".problem")).to_have_text("")


def test_every_deletion_asks_first(visitor: Visitor, clip: Path) -> None:
    page = visitor.page
    visitor.expected.append("400")
    visitor.choose(clip)
    visitor.convert()
    visitor.await_status(clip.name, "ready")
    page.route(LIST, list_as_not_begun)
    page.route(ONE_TASK, lambda route: route.fulfill(status=304))
    page.evaluate("localStorage.removeItem('sonube.uploaded')")
    page.reload()
    row = visitor.await_status(clip.name, "waiting")
    row.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog")).to_contain_text(f"Delete {clip.name} and its results from the cloud?")
    page.keyboard.press("Escape")

    page.route("**/api/tasks", lambda route: route.fulfill(status=400, json={"code": "forbidden"}))
    visitor.drop(("refused.wav", "AAAA"))
    visitor.convert()
    refused = visitor.await_status("refused.wav", "stuck")
    refused.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog")).to_contain_text("It is not in the cloud.")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(refused).to_have_count(0)
    expect(row).to_have_count(1)
