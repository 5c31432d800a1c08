"""Uploads that a person would fear for: a broken connection, a closed window, a very large file."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.page.network import Gate, Network
from tests.page.sounds import silence
from tools.clip import write_clip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Dialog, Request, Route

    from tests.page.visitor import Visitor

MIB = 1024 * 1024
PRIVATE_KB = re.compile(r"^Pss_Anon:\s+(\d+) kB", re.MULTILINE)
LOST = "Connection lost"
# What Chromium itself prints when a request finds no network.
BROKEN = ("ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_RESET", "ERR_FAILED")


def ranges(sent: list[Request]) -> list[str]:
    return [request.headers.get("content-range", "") for request in sent]


def is_second_piece() -> Callable[[str], bool]:
    """Of a large file: the first of eight MiB passes, and those after it do not."""
    seen: list[str] = []

    def holds(url: str) -> bool:
        seen.append(url)
        return "upload_id" in url and len(seen) > 1

    return holds


def test_an_upload_resumes_where_the_network_was_cut(visitor: Visitor, large: Path) -> None:
    page = visitor.page
    sent: list[Request] = []
    visitor.expected.extend(BROKEN)
    page.on("request", lambda request: sent.append(request) if request.method == "PUT" else None)
    network, gate = Network(page), Gate(page, is_second_piece())

    visitor.choose(large)
    visitor.convert("flac")
    row = visitor.row("large.wav")
    expect(row.locator(".status")).to_have_text("Uploading 40 %")
    network.slow_down()
    gate.open()
    # In the middle of the second piece.
    expect(row.locator(".status")).to_have_text(re.compile(r"Uploading (4[1-9]|[5-7]\d)"))
    network.cut()
    expect(row.locator(".status")).to_contain_text(LOST)
    network.mend()
    row = visitor.await_status("large.wav", "ready")

    expect(row.locator(".facts .before")).to_contain_text("21 MB")
    asked = ranges(sent).index(f"bytes */{large.stat().st_size}")
    resumed = next(each for each in ranges(sent)[asked + 1 :] if "*" not in each)
    assert not resumed.startswith("bytes 0-")


def test_a_small_upload_is_sent_again_after_a_reset(visitor: Visitor, tmp_path: Path) -> None:
    failures = [2]
    visitor.expected.extend(BROKEN)

    def cut(route: Route) -> None:
        failures[0] -= 1
        if route.request.method == "PUT" and failures[0] >= 0:
            route.abort("connectionreset")
        else:
            route.continue_()

    visitor.page.route(re.compile("X-Goog-Signature"), cut)
    visitor.choose(write_clip(tmp_path / "small.wav", 1))
    visitor.convert()

    visitor.await_status("small.wav", "ready")


def test_without_a_network_uploads_wait_and_say_so(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    visitor.expected.extend(BROKEN)
    page.context.set_offline(True)
    visitor.choose(write_clip(tmp_path / "small.wav", 1))
    visitor.convert()
    page.get_by_role("radio", name="Ready").check(force=True)

    expect(page.locator("#list-problem")).to_contain_text("no connection")
    page.get_by_role("radio", name="All").check(force=True)
    expect(visitor.row("small.wav").locator(".status")).to_contain_text(LOST)
    page.context.set_offline(False)
    visitor.await_status("small.wav", "ready")
    expect(page.locator("#list-problem")).to_have_text("")


def test_a_file_whose_upload_ended_with_the_window_can_be_sent_again(visitor: Visitor, large: Path) -> None:
    page, gate = visitor.page, Gate(visitor.page, is_second_piece())
    asked: list[str] = []
    sent: list[Request] = []
    page.on("filechooser", lambda chooser: chooser.set_files(large))
    page.on("request", lambda request: sent.append(request) if request.method == "PUT" else None)

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    visitor.choose(large)
    visitor.convert("flac")
    expect(visitor.row("large.wav").locator(".status")).to_have_text("Uploading 40 %")

    page.reload()
    assert asked == ["beforeunload"]
    gate.leave()
    row = visitor.await_status("large.wav", "waiting")
    sent.clear()
    row.get_by_role("button", name="Upload the file").click()

    visitor.await_status("large.wav", "ready")
    # It goes on with the session of before, from where that was.
    assert ranges(sent)[0] == f"bytes */{large.stat().st_size}"
    assert not ranges(sent)[1].startswith("bytes 0-")


def test_a_file_that_is_dropped_again_goes_to_the_task_that_waits_for_it(
    visitor: Visitor, large: Path
) -> None:
    # A directional mark, as phones write it: the API removes it.
    large = large.rename(large.with_name("\u200elarge.wav"))
    page, network = visitor.page, Network(visitor.page)
    page.on("dialog", lambda dialog: dialog.accept())
    network.slow_down()
    visitor.choose(large)
    page.locator("#preset").select_option("podcast")
    page.locator("#convert").click()
    expect(visitor.row("large.wav").locator(".status")).to_contain_text("Uploading")
    page.reload()
    network.mend()
    visitor.await_status("large.wav", "waiting")

    visitor.choose(large)
    page.locator("#preset").select_option("podcast")
    page.locator("#convert").click()
    visitor.await_status("large.wav", "ready")
    expect(page.locator("#list h3")).to_have_text(["large.wav"])


def test_a_session_that_the_bucket_has_forgotten_is_replaced(visitor: Visitor, large: Path) -> None:
    page = visitor.page
    visitor.expected.append("410")
    refused: list[str] = []

    def forget(route: Route) -> None:
        if route.request.method == "PUT" and not refused:
            refused.append(route.request.url)
            route.fulfill(status=410)
        else:
            route.continue_()

    page.route(re.compile("upload_id"), forget)
    visitor.choose(large)
    visitor.convert("flac")

    visitor.await_status("large.wav", "ready")
    assert len(refused) == 1


def test_a_file_that_was_moved_is_reported_immediately(visitor: Visitor, tmp_path: Path) -> None:
    visitor.expected.append("ERR_")
    gone = silence(tmp_path / "gone.wav", 10 * MIB)
    visitor.choose(gone)
    gone.unlink()
    visitor.convert()
    row = visitor.await_status("gone.wav", "stuck")

    expect(row.locator(".problem")).to_contain_text("The file cannot be read")


def test_signing_out_asks_first_while_a_file_goes_up(visitor: Visitor, large: Path) -> None:
    page = visitor.page
    Network(page).slow_down()
    visitor.choose(large)
    visitor.convert()
    expect(visitor.row("large.wav").locator(".status")).to_contain_text("Uploading")

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("dialog")).to_contain_text("One file is not uploaded yet.")
    page.keyboard.press("Escape")
    expect(visitor.row("large.wav").locator(".status")).to_contain_text("Uploading")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("E-mail")).to_be_visible()


def test_a_batch_has_an_overall_progress_until_its_last_result(visitor: Visitor, tmp_path: Path) -> None:
    overall = visitor.page.locator("#overall")
    files = [silence(tmp_path / f"{n}.wav", MIB // 4) for n in range(6)]
    gate = Gate(visitor.page, lambda _: True)
    visitor.choose(*files)
    visitor.convert()
    expect(overall).to_contain_text("0 of 6 files done: 0 %")
    visitor.row("5.wav").get_by_role("button", name="Cancel").click()

    gate.hold_only(lambda url: "/2.wav?" in url)
    expect(overall).to_contain_text("4 of 5 files done: 80 %")
    # What is being worked on is at the top.
    expect(visitor.page.locator("#list h3").first).to_have_text("2.wav")
    gate.open()
    expect(overall).to_be_hidden()


def test_a_conversion_is_cancelled_while_it_goes_up(visitor: Visitor, large: Path) -> None:
    Network(visitor.page).slow_down()
    visitor.choose(large)
    visitor.convert()
    row = visitor.row("large.wav")
    expect(row.locator(".status")).to_contain_text("Uploading")
    row.get_by_role("button", name="Cancel").click()

    visitor.await_status("large.wav", "cancelled")


def test_a_conversion_that_is_cancelled_before_its_task_exists_leaves_none(
    visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            held.append(route)
        else:
            route.continue_()

    page.route("**/api/tasks", hold)
    visitor.choose(write_clip(tmp_path / "small.wav", 1))
    with page.expect_request("**/api/tasks"):
        visitor.convert()
    visitor.row("small.wav").get_by_role("button", name="Cancel").click()
    expect(visitor.row("small.wav")).to_have_count(0)
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as removal:
        held[0].continue_()

    assert removal.value.status == 204
    page.reload()
    expect(page.locator("#nothing")).to_contain_text("Nothing here yet")


def memory_bytes() -> int:
    """What this browser's processes that run pages hold; the main one copies each request for Playwright."""
    total = 0
    for process in descendants(Path(f"/proc/{os.getpid()}")):
        with suppress(OSError):  # It has ended.
            if "--type=renderer" in (process / "cmdline").read_text():
                found = PRIVATE_KB.search((process / "smaps_rollup").read_text())
                total += int(found[1]) * 1024 if found else 0
    return total


def descendants(process: Path) -> Iterator[Path]:
    with suppress(OSError):
        for thread in (process / "task").iterdir():
            for child in (thread / "children").read_text().split():
                yield process.with_name(child)
                yield from descendants(process.with_name(child))


@pytest.mark.wide
def test_two_hundred_megabytes_pass_without_being_held(visitor: Visitor, tmp_path: Path) -> None:
    page, huge = visitor.page, silence(tmp_path / "huge.wav", 200_000_000)
    held = [memory_bytes()]
    page.on("response", lambda _: held.append(memory_bytes()))

    visitor.choose(huge)
    visitor.convert("flac")
    row = visitor.row("huge.wav")
    statuses = re.compile("arrived|converting|ready")
    expect(row).to_have_attribute("data-status", statuses)

    expect(row.locator(".facts .before")).to_contain_text("200 MB")
    assert len(held) > 200_000_000 // (8 * MIB)
    assert max(held) - held[0] < 60_000_000
    row.get_by_role("button", name=re.compile("Cancel|Delete")).click()
