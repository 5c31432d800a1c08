"""The form keeps what was set, and rows lead back to it: other times, another format, a cut."""

from __future__ import annotations

import re
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.page.sounds import in_base64
from tests.waiting import HANG_S
from tools.clip import write_clip
from tools.ffmpeg import program

if TYPE_CHECKING:
    from pathlib import Path

    from tests.page.visitor import Visitor

# What the button of the player said, since it says "Pause" for a second and a half only.
RECORD_LABELS = """() => {
  const button = document.querySelector("#list .play");
  window.labels = [];
  new MutationObserver(() => window.labels.push(button.getAttribute("aria-label"))).observe(button, {
    attributes: true,
  });
}"""
PLAYED = "([during, after]) => window.labels.includes(during) && window.labels.at(-1) === after"
BADGE = "(it) => getComputedStyle(it, '::before').content"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("sounds") / "clip.wav", 4)


def test_a_reload_keeps_formats_presets_and_options(visitor: Visitor) -> None:
    page = visitor.page
    page.locator("#preset").select_option("podcast")
    page.reload()
    expect(page.locator("#preset")).to_have_value("podcast")
    page.locator("#more summary").click()
    expect(page.locator("#option-spec :checked")).to_have_text("Apple Podcasts")

    page.locator("#several").check()
    page.locator("#formats [value=flac]").check()
    page.get_by_label("Start at").fill("1:30")
    # An option of MP3 alone; its scale says which end is better.
    expect(page.locator("#option-quality-hint")).to_have_text("0 to 9 · 0 is best")
    page.get_by_label("Keep these settings").fill("Talks")
    page.locator("#preset-save").click()
    expect(page.locator("#preset")).to_have_value("own:Talks")
    page.reload()
    expect(page.locator("#preset")).to_have_value("own:Talks")
    expect(page.locator("#formats :checked")).to_have_count(2)
    page.locator("#more summary").click()
    expect(page.get_by_label("Start at")).to_have_value("1:30")
    page.locator("#preset-drop").click()
    expect(page.locator("#preset optgroup")).to_have_count(0)


def test_an_error_offers_its_remedy_as_a_button(visitor: Visitor, clip: Path) -> None:
    page = visitor.page
    expect(page.locator("#composer .limits")).to_have_text(re.compile(r"2\.1 GB and 4 h.*after 7 days"))
    visitor.choose(clip)
    page.locator("#more summary").click()
    page.get_by_label("Start at").fill("0:07")
    page.locator("#convert").click()
    row = visitor.await_status(clip.name, "failed")
    expect(row.locator(".facts")).to_contain_text(re.compile(r"Kept until\s*\d+ \w+ 20\d\d"))
    failed = row.locator(".status").evaluate(BADGE)

    row.get_by_role("button", name="Other times").click()
    expect(page.get_by_label("Start at")).to_be_focused()
    expect(page.get_by_label("Start at")).to_have_value("7")
    page.get_by_label("Start at").fill("0:01")
    page.locator("#convert").click()
    visitor.await_status(clip.name, "ready")
    expect(row.locator(".target")).to_have_text("→ MP3 · 0:01–end")
    expect(row.locator(".facts .after")).to_contain_text("0:03")
    assert row.locator(".status").evaluate(BADGE) != failed


def test_a_finished_row_gets_another_format_and_all_results_come_in_one_zip(
    visitor: Visitor, clip: Path, tmp_path: Path
) -> None:
    page, sound = visitor.page, in_base64(clip)
    uploads: list[str] = []
    page.on("request", lambda one: uploads.append(one.url) if "X-Goog-Signature" in one.url else None)
    visitor.drop((clip.name, sound), ("Otra canción.wav", sound))
    visitor.convert()
    visitor.await_status("Otra canción.wav", "ready")
    row = visitor.await_status(clip.name, "ready")
    assert len(uploads) == 2

    row.get_by_role("button", name="Other format").click()
    expect(page.locator("#formats :checked")).to_be_focused()
    page.locator("#several").check()
    page.locator("#formats [value=flac]").check()
    with page.expect_response(lambda answer: answer.request.method == "PUT") as put:
        page.locator("#convert").click()
    assert put.value.status == 202
    visitor.await_status(clip.name, "ready")
    expect(row.locator(".versions button")).to_have_text(["Original", "MP3", "FLAC"])
    expect(row.locator(".facts .after")).to_have_count(2)
    row.get_by_role("button", name="FLAC", exact=True).click()
    row.get_by_role("button", name=f"Play {clip.name}").click()
    expect(row.locator(".status")).to_have_text(re.compile("0:0[1-4] / 0:04"))
    assert len([url for url in uploads if "response-content" not in url]) == 2

    page.get_by_label("Search by name").fill("CANCION")
    expect(page.locator("#list h3")).to_have_text(["Otra canción.wav"])
    page.get_by_label("Search by name").fill("")
    with page.expect_download() as saved:
        page.get_by_role("button", name="As one ZIP").click()
    saved.value.save_as(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert sorted(archive.namelist()) == ["Otra canción.mp3", "clip.flac", "clip.mp3"]
        assert archive.testzip() is None
        assert archive.read("clip.flac").startswith(b"fLaC")


def test_a_part_is_cut_on_the_waveform_by_keyboard(visitor: Visitor, clip: Path) -> None:
    page, keyboard = visitor.page, visitor.page.keyboard
    visitor.choose(clip)
    visitor.convert()
    row = visitor.await_status(clip.name, "ready")
    row.get_by_role("button", name="Cut").click()
    start = row.get_by_role("slider", name=f"Start at: {clip.name}")
    expect(start).to_be_focused()
    for _ in range(10):
        keyboard.press("ArrowRight")
    expect(row.locator(".cut").get_by_label("Start at")).to_have_value("0:01")
    row.locator(".cut").get_by_label("End at").fill("0:9o")
    row.get_by_role("button", name="Convert this part").click()
    expect(row.locator(".cut").get_by_label("End at")).to_be_focused()
    row.locator(".cut").get_by_label("End at").fill("0:02.5")
    row.locator(".cut").get_by_label("Fade out").fill("0.5")
    end = row.get_by_role("slider", name=f"End at: {clip.name}")
    expect(end).to_have_attribute("aria-valuetext", "0:02.5")

    page.evaluate(RECORD_LABELS)
    row.get_by_role("button", name="Listen to this part").click()
    expect(row.get_by_role("button", name="Original", exact=True)).to_have_attribute("aria-pressed", "true")
    # It ends with the part, not with the sound.
    page.wait_for_function(PLAYED, arg=[f"Pause {clip.name}", f"Play {clip.name}"])
    expect(row.locator(".status")).to_have_text(re.compile("0:0[23] / 0:04"))
    with page.expect_request(lambda request: request.method == "PUT") as put:
        row.get_by_role("button", name="Convert this part").click()
    outputs = (put.value.post_data_json or {})["outputs"]
    assert outputs == [{"format": "mp3", "options": {"startS": 1, "endS": 2.5, "fadeOutS": 0.5}}]
    visitor.await_status(clip.name, "ready")
    expect(row.locator(".target")).to_have_text("→ MP3 · 0:01–0:02.5 · fade out 0.5")
    expect(row.locator(".facts .after")).to_contain_text("0:02")


def test_another_track_is_chosen_from_a_list(visitor: Visitor, clip: Path, tmp_path: Path) -> None:
    page, film = visitor.page, tmp_path / "film.mka"
    tracks = ["-map", "0", "-map", "0", "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=spa"]
    argv = [program("ffmpeg"), "-v", "error", "-i", str(clip), *tracks, "-t", "1", str(film)]
    subprocess.run(argv, check=True, timeout=HANG_S)
    visitor.choose(film)
    visitor.convert()
    row = visitor.await_status(film.name, "ready")
    row.get_by_role("button", name="Other track").click()
    expect(page.get_by_label("Audio track")).to_be_focused()
    page.get_by_label("Audio track").select_option(label="2: spa, stereo")
    with page.expect_request(lambda request: request.method == "PUT") as put:
        page.locator("#convert").click()

    assert (put.value.post_data_json or {})["outputs"] == [{"format": "mp3", "options": {"track": "2"}}]
    visitor.await_status(film.name, "ready")
    expect(row.locator(".target")).to_have_text("→ MP3 · audio track 2")


def test_results_of_files_of_one_name_have_different_names(visitor: Visitor, clip: Path) -> None:
    visitor.choose(clip)
    visitor.convert()
    visitor.await_status(clip.name, "ready")
    visitor.choose(clip)
    visitor.convert()

    second = visitor.await_status("clip (2).wav", "ready")
    expect(second.locator(".target")).to_have_text("→ MP3")
    # Another format has another name anyway.
    visitor.choose(clip)
    visitor.convert("flac")
    expect(visitor.page.locator("#list h3")).to_have_text(["clip.wav", "clip (2).wav", "clip.wav"])
