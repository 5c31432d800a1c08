"""A podcaster's ten minutes on the page, from signing up to deleting, without a surprise."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.page.test_accessibility import PHONE
from tools.clip import write_clip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.page.visitor import Visitor

EPISODES = [f"Episodio {n} — nubes.wav" for n in range(1, 12)]
BAD = "Notas.wav"


@pytest.mark.wide
def test_a_podcasters_ten_minutes(window: Callable[..., Visitor], tmp_path: Path) -> None:
    desk = window(viewport={"width": 1366, "height": 650}).sign_up()
    page = desk.page
    (tmp_path / BAD).write_text("Dear audience, " * 40)
    files = [write_clip(tmp_path / name, 4) for name in EPISODES]

    # Twelve files, one of them bad, to two formats.
    desk.choose(*files, tmp_path / BAD)
    page.locator("#several").check()
    page.locator("#formats [value=flac]").check()
    expect(page.locator("#convert")).to_have_text("Convert 12 files to MP3, FLAC")
    page.locator("#convert").click()
    expect(page.locator("#overall")).to_contain_text("of 12 files done")
    expect(page.locator("[data-status=queued], [data-status=sending]")).to_have_count(0)
    page.reload()
    for name in EPISODES:
        desk.await_status(name, "ready")
    bad = desk.await_status(BAD, "failed")
    expect(bad.locator(".problem")).to_contain_text("This is a text file")

    # One is cut.
    first = desk.row(EPISODES[0])
    first.locator(".details").click()
    first.get_by_role("button", name="Cut").click()
    first.locator(".cut").get_by_label("Start at").fill("0:01")
    first.locator(".cut").get_by_label("End at").fill("0:03")
    first.get_by_role("button", name="Convert this part").click()
    desk.await_status(EPISODES[0], "ready")
    expect(first.locator(".target")).to_have_text("→ MP3, FLAC · 0:01–0:03")

    # The phone takes over.
    kept = page.evaluate("localStorage['sonube.session']")
    origin = {"origin": desk.url, "localStorage": [{"name": "sonube.session", "value": kept}]}
    phone = window(storage_state={"cookies": [], "origins": [origin]}, **PHONE).open()
    phone.await_status(EPISODES[0], "ready")
    expect(phone.page.locator("#list > li")).to_have_count(12)
    with phone.page.expect_download() as saved:
        phone.page.get_by_role("button", name="As one ZIP").click()
    saved.value.save_as(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.testzip() is None
        wanted = {name.replace("wav", ending) for name in EPISODES for ending in ("mp3", "flac")}
        assert set(archive.namelist()) == wanted

    # It deletes the bad one; the desk learns of it.
    phone.row(BAD).get_by_role("button", name="Delete").click()
    phone.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(phone.row(BAD)).to_have_count(0)
    page.reload()
    expect(page.locator("#list > li")).to_have_count(11)
