"""A user converts files on the page: drops them, watches, listens, downloads, deletes."""

from __future__ import annotations

import re
import shutil
import wave
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.page.network import Gate
from tests.page.sounds import in_base64, silence
from tests.page.visitor import PASSWORD, Visitor
from tests.waiting import wait_until
from tools.clip import write_clip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page, Request, Route


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("sounds") / "Canción de cuna ☁.wav", 4)


def test_three_dropped_files_are_converted_heard_and_downloaded(
    member: Callable[..., Visitor], clip: Path
) -> None:
    visitor = member(reduced_motion="no-preference")
    page, sound = visitor.page, in_base64(clip)

    visitor.drop((clip.name, sound), ("two.wav", sound), ("three.wav", sound))
    expect(page.locator("#convert")).to_have_text("Convert 3 files to MP3")
    page.locator("#formats [value=flac]").check()
    page.locator("#convert").click()
    rows = [visitor.await_status(name, "ready") for name in (clip.name, "two.wav", "three.wav")]

    expect(rows[0].locator(".facts")).to_contain_text("PCM 16 bit")
    expect(rows[0].locator(".facts .after")).to_contain_text(re.compile(r"FLAC.*44\.1 kHz.*stereo.*0:04"))
    expect(page.locator("#list h3")).to_have_text(["three.wav", "two.wav", clip.name])

    rows[0].get_by_role("button", name=f"Play {clip.name}").click()
    position = rows[0].get_by_role("slider", name=f"Position in {clip.name}")
    expect(position).to_have_attribute("aria-valuetext", re.compile("0:0[1-4]"))
    rows[0].get_by_role("button", name="Original", exact=True).click()
    expect(rows[0].get_by_role("button", name="Original", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )

    with page.expect_download() as one:
        rows[0].get_by_role("button", name="Download").click()
    assert one.value.suggested_filename == "Canción de cuna ☁.flac"
    assert one.value.path().read_bytes().startswith(b"fLaC")
    saved: list[str] = []
    page.on("download", lambda download: saved.append(download.suggested_filename))
    with page.expect_event("download", lambda _: len(saved) == 3):
        page.get_by_role("button", name="Download all 3").click()
    assert sorted(saved) == sorted(["Canción de cuna ☁.flac", "two.flac", "three.flac"])


def test_watching_asks_only_for_news(visitor: Visitor, clip: Path) -> None:
    asked: list[str] = []
    seen: list[str] = []

    def slow_motion(route: Route) -> None:
        """The task stays the same for three polls and until the test has seen it, then continues."""
        asked.append(route.request.headers.get("if-none-match", ""))
        if len(asked) == 1:
            real = route.fetch()
            still = {**real.json(), "state": "CONVERTING", "progress": 0.4}
            route.fulfill(json=still, headers={"ETag": '"still"', "Content-Type": "application/json"})
        elif len(asked) < 4 or not seen:
            route.fulfill(status=304)
        else:
            route.continue_()

    visitor.page.route(re.compile(r"/api/tasks/[\w-]{20,}$"), slow_motion)
    visitor.choose(clip)
    visitor.convert()
    expect(visitor.row(clip.name).locator(".status")).to_have_text("Converting 40 %")
    seen.append("Converting 40 %")
    visitor.await_status(clip.name, "ready")

    assert asked[:4] == ["", *['"still"'] * 3]


def test_the_history_survives_a_reload_and_is_filtered(visitor: Visitor, clip: Path, tmp_path: Path) -> None:
    page, fake = visitor.page, tmp_path / "empty.wav"
    fake.write_bytes(b"not a sound")
    visitor.choose(clip, fake)
    visitor.convert("ogg")
    visitor.await_status(clip.name, "ready")
    visitor.await_status("empty.wav", "failed")

    page.reload()
    row = visitor.await_status(clip.name, "ready")
    # Both halves of the waveform are drawn from what convert has heard.
    expect(row.locator(".wave.heard")).to_have_count(1)
    row.get_by_role("button", name="Original", exact=True).click()
    row.get_by_role("button", name=f"Play {clip.name}").click()
    expect(row.locator(".status")).to_have_text(re.compile("0:0[1-4] / 0:04"))
    page.get_by_role("radio", name="Not converted").check(force=True)
    expect(page.locator("#list h3")).to_have_text(["empty.wav"])
    page.get_by_role("radio", name="Ready").check(force=True)
    expect(page.locator("#list h3")).to_have_text([clip.name])
    row.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator("#list h3")).to_have_count(0)
    expect(page.locator("#nothing")).to_have_text("Nothing is ready yet.")
    page.reload()
    expect(page.locator("#list h3")).to_have_text(["empty.wav"])


def test_many_files_keep_their_order_and_all_of_them_are_saved_after_a_reload(
    visitor: Visitor, tmp_path: Path
) -> None:
    page, sound = visitor.page, in_base64(write_clip(tmp_path / "short.wav", 0.2))
    names, asked = [f"{n}.wav" for n in range(7)], []
    # The history comes in pages of five, so that fewer files fill more than one.
    page.route(
        re.compile("pageSize=20"),
        lambda route: route.continue_(url=route.request.url.replace("pageSize=20", "pageSize=5")),
    )
    page.on("request", lambda request: asked.append(request.post_data_json) if is_creation(request) else None)
    for batch in (names[:4], names[4:]):
        visitor.drop(*[(name, sound) for name in batch])
        visitor.convert()
    for name in names:
        visitor.await_status(name, "ready")
    assert [body["filename"] for body in asked] == names
    expect(page.locator("#list h3")).to_have_text(names[::-1])

    page.reload()
    expect(page.locator("#list h3")).to_have_text(names[::-1][:5])
    expect(page.locator("#download-all")).to_have_text("Download all")
    saved: list[str] = []
    page.on("download", lambda download: saved.append(download.suggested_filename))
    with page.expect_event("download", lambda _: len(saved) == 7):
        page.locator("#download-all").click()
    assert saved == [name.replace("wav", "mp3") for name in names]
    expect(page.locator("#download-all")).to_have_text("Download all 7")


def is_creation(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/api/tasks")


def test_only_options_that_apply_are_offered_within_their_bounds(visitor: Visitor, clip: Path) -> None:
    page = visitor.page
    visitor.choose(clip)
    page.locator("#preset").select_option("podcast")
    page.get_by_text("Options", exact=True).click()

    expect(page.get_by_label("Bit rate", exact=True)).to_have_value("128")
    expect(page.locator("#option-spec :checked")).to_have_text("Apple Podcasts")
    expect(page.get_by_label("Gain", exact=True)).to_be_disabled()
    page.get_by_label("Audio track").fill("the second")
    page.locator("#convert").click()
    expect(page.get_by_label("Audio track")).to_be_focused()
    page.get_by_label("Audio track").fill("1")
    page.get_by_label("Bit rate", exact=True).fill("9000")
    page.locator("#convert").click()
    expect(page.get_by_label("Bit rate", exact=True)).to_be_focused()
    expect(page.locator("#list > li")).to_have_count(0)
    page.locator("#formats [value=flac]").check()
    expect(page.get_by_label("Bit rate", exact=True)).to_have_count(0)
    expect(page.get_by_label("Bit depth")).to_be_visible()
    page.get_by_label("End at").fill("2")
    page.locator("#convert").click()
    expect(visitor.await_status(clip.name, "ready").locator(".facts .after")).to_contain_text("0:02")


def test_only_the_total_of_many_files_is_announced(visitor: Visitor, clip: Path) -> None:
    said = """() => {
      window.said = [];
      const place = document.getElementById("announcements");
      new MutationObserver(() => window.said.push(place.textContent)).observe(place, { childList: true });
    }"""
    sound, names = in_base64(clip), [f"{n}.wav" for n in range(8)]
    visitor.drop(*[(name, sound) for name in names])
    expect(visitor.page.locator("#announcements")).to_have_text("8 files are ready to convert.")
    visitor.page.evaluate(said)
    visitor.convert()
    for name in names:
        visitor.await_status(name, "ready")

    def sentences() -> str:
        return " ".join(visitor.page.evaluate("window.said"))

    def files_said() -> int:
        return sum(map(int, re.findall(r"(\d+) files are ready", sentences()))) + sentences().count(".wav is")

    wait_until(lambda: files_said() == len(names), sentences)
    assert re.match(r"[5-8] files are ready\.", sentences())
    assert sentences().count("ready") <= 4


def test_a_sound_whose_link_has_expired_plays_at_the_next_try(visitor: Visitor, clip: Path) -> None:
    visitor.expected.append("403")
    visitor.choose(clip)
    visitor.convert()
    row = visitor.await_status(clip.name, "ready")
    links = re.compile(r"/download\?")
    visitor.page.route(links, lambda route: route.fulfill(status=403))
    row.get_by_role("button", name=f"Play {clip.name}").click()
    expect(row.locator(".problem")).to_contain_text("cannot play the file")
    expect(visitor.page.locator("#announcements")).to_contain_text("cannot play the file")
    visitor.page.unroute(links)
    row.get_by_role("button", name=f"Play {clip.name}").click()

    expect(row.locator(".status")).to_have_text(re.compile("0:0[1-4] / 0:04"))
    expect(row.locator(".problem")).to_have_text("")


def test_a_folder_gives_what_is_sound_in_it(visitor: Visitor, clip: Path, tmp_path: Path) -> None:
    album = tmp_path / "Album"
    for name in ("10.wav", "2.wav", "bonus/3.wav", ".hidden.wav", "cover.jpg"):
        (album / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(clip, album / name)
    visitor.drop_from_disk(album, clip)

    expect(visitor.page.locator("#tray .name")).to_have_text(["2.wav", "10.wav", "3.wav", clip.name])
    other = tmp_path / "Live" / "2.wav"
    other.parent.mkdir()
    shutil.copy(clip, other)
    visitor.page.locator("#tray button").first.click()
    visitor.drop_from_disk(album, other.parent)
    visitor.page.locator("#tray-all").click()
    # Two of the same name have their folders in their names, and so will their results.
    names = ["10.wav", "3.wav", clip.name, "Album - 2.wav", "Live - 2.wav"]
    expect(visitor.page.locator("#tray .name")).to_have_text(names)
    (tmp_path / "Empty").mkdir()
    visitor.drop_from_disk(tmp_path / "Empty")
    expect(visitor.page.locator("#tray-note")).to_have_text("There are no audio files in this folder.")


def test_files_over_fifty_are_left_out_with_a_message(visitor: Visitor) -> None:
    visitor.drop(*[(f"{n}.wav", "AAAA") for n in range(52)])

    expect(visitor.page.locator("#tray-note")).to_have_text(
        "The limit is 50 files at a time; 2 were left out. Convert these first."
    )
    expect(visitor.page.locator("#convert")).to_have_text("Convert 50 files to MP3")
    Gate(visitor.page, lambda _: True)
    visitor.convert("ogg")
    expect(visitor.page.locator("#list > li")).to_have_count(50)
    # The note stays until it is closed, and fifty rows are a compact list.
    expect(visitor.page.locator("#tray-note")).to_be_visible()
    visitor.page.locator("#tray-note-close").click()
    expect(visitor.page.locator("#tray-note")).to_be_hidden()
    expect(visitor.row("0.wav")).to_be_in_viewport()
    assert visitor.page.locator("#list").evaluate("(it) => it.offsetHeight") < 6000


def test_no_option_that_is_set_is_hidden(visitor: Visitor) -> None:
    page, note = visitor.page, visitor.page.locator("#preset-note")
    page.locator("#preset").select_option("podcast")
    page.locator("#formats [value=ogg]").check()
    expect(page.locator("#preset")).to_have_value("")
    expect(note).to_have_text("")
    page.locator("#more summary").click()
    expect(page.locator("#option-spec")).to_have_value("")

    page.get_by_label("Speed").fill("1.5")
    page.locator("#formats [value=flac]").check()
    expect(page.get_by_label("Speed")).to_have_value("1.5")
    expect(note).to_have_text("… except for the one option set below.")


def test_a_preset_stays_when_the_language_changes(visitor: Visitor) -> None:
    page = visitor.page
    page.locator("#preset").select_option("podcast")
    page.locator("#language").select_option("es")

    expect(page.locator("#preset")).to_have_value("podcast")
    expect(page.locator("#preset-note")).to_contain_text("los −16 LUFS")


def press_until_focused(page: Page, selector: str) -> None:
    """Press the tab key until the element has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(selector).evaluate("(it) => it === document.activeElement"):
            return
    raise AssertionError(f"{selector} cannot be reached by the tab key")


def test_everything_can_be_done_by_keyboard_alone(window: Callable[..., Visitor], tmp_path: Path) -> None:
    visitor = window().open()
    # Forty seconds: it plays on while the keys are pressed.
    clip = silence(tmp_path / "Canción de cuna ☁.wav", 44 + 40 * 176_400)
    page, keyboard = visitor.page, visitor.page.keyboard
    page.on("filechooser", lambda chooser: chooser.set_files(clip))
    press_until_focused(page, "#other-way")
    keyboard.press("Enter")
    keyboard.type("keys-" + clip.parent.name + "@example.com")
    keyboard.press("Tab")
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    expect(page.locator("#choose")).to_be_focused()
    keyboard.press("Enter")
    expect(page.locator("#tray")).to_contain_text(clip.name)
    press_until_focused(page, "#formats :checked")
    keyboard.press("ArrowRight")
    press_until_focused(page, "#convert")
    keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Conversions")).to_be_focused()
    row = visitor.await_status(clip.name, "ready")
    expect(row.locator(".target")).to_have_text("→ OGG")

    press_until_focused(page, ".play")
    keyboard.press("Enter")
    expect(page.locator(".play")).to_have_attribute("aria-label", f"Pause {clip.name}")
    expect(page.locator(".status")).to_have_text(re.compile("0:(0[1-9]|[1-4].) / 0:40"))
    keyboard.press("Enter")
    expect(page.locator(".play")).to_have_attribute("aria-label", f"Play {clip.name}")
    press_until_focused(page, ".seek")
    for _ in range(9):
        keyboard.press("ArrowLeft")
    expect(page.locator(".status")).to_have_text("0:00 / 0:40")
    press_until_focused(page, "button.download")
    with page.expect_download() as saved:
        keyboard.press("Enter")
    assert saved.value.suggested_filename == "Canción de cuna ☁.ogg"
    press_until_focused(page, "button.remove")
    keyboard.press("Enter")
    expect(page.get_by_role("button", name="Go back")).to_be_focused()
    keyboard.press("Escape")
    expect(page.locator("button.remove")).to_be_focused()
    keyboard.press("Enter")
    press_until_focused(page, "#question-yes")
    keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Conversions")).to_be_focused()


def test_eight_bits_and_one_channel_are_shown_correctly(visitor: Visitor, tmp_path: Path) -> None:
    small = tmp_path / "mono.wav"
    with wave.open(str(small), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(b"\x80\x90\x70\x80" * 4000)
    visitor.choose(small)
    visitor.convert("wav")
    row = visitor.await_status("mono.wav", "ready")

    expect(row.locator(".facts .before")).to_contain_text(re.compile(r"PCM 8 bit.*8 kHz.*mono.*0:02"))
