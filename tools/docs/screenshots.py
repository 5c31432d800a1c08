"""Takes the pictures of the page that README.md shows, with sounds made for them."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import expect, sync_playwright

from tools.cleanup.ending import clean_run
from tools.ffmpeg import program
from tools.setup import BROWSERS
from tools.throwaway import ROOT, ThrowawayCloud

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

IMAGES = ROOT / "docs" / "images"
TIMEOUT_MS = 60_000
BYTES_PER_S = 2 * 1024 * 1024
HALF_WAY = 485


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound that swells and fades.

    Attributes:
        preset: that it is converted with; else the format is `to`.
        hertz: of its tone.
        swells_s: lengths of the waves in its loudness.
    """

    filename: str
    to: str
    preset: str
    seconds: int
    hertz: int
    swells_s: tuple[float, float, float]


RAIN = Sound("Lluvia en el patio.ogg", "opus", "", 41, 330, (13, 5.3, 1.9))
EPISODE = Sound("Episodio 12 — nubes.flac", "mp3", "podcast", 58, 196, (23, 9, 2.4))
NOCTURNE = Sound("Nocturno del puerto.wav", "m4a", "", 64, 247, (28, 8, 3.1))
SYMPHONY = Sound("Sinfonía en gris.wav", "mp3", "podcast", 120, 262, (51, 18, 6.5))


def main() -> None:
    """Take both pictures again."""
    with clean_run("sonube-screenshots-") as folder, ThrowawayCloud(folder) as cloud, sync_playwright() as p:
        files = {sound: _make(sound, folder) for sound in (RAIN, EPISODE, NOCTURNE, SYMPHONY)}
        browser = p.chromium.launch(executable_path=next(filter(None, map(shutil.which, BROWSERS)), None))
        desk = browser.new_page(locale="en-GB", viewport={"width": 1280, "height": 836})
        desk.goto(cloud.url)
        _set_scene(desk, "ana@example.com", files)
        desk.screenshot(path=IMAGES / "page.png")
        phone = browser.new_page(
            locale="es-ES",
            color_scheme="dark",
            viewport={"width": 360, "height": 780},
            device_scale_factor=2,
        )
        phone.goto(cloud.url)
        _set_scene(phone, "eva@example.com", files)
        phone.locator("#list-title").evaluate("(it) => scrollTo(0, it.offsetTop - 12)")
        phone.screenshot(path=IMAGES / "page-phone.png")
        browser.close()


def _make(sound: Sound, folder: Path) -> Path:
    slow, middle, fast = (f"sin(2*PI*t/{length})" for length in sound.swells_s)
    level = f"(0.34+0.16*{slow}+0.12*{middle}+0.06*{fast})"
    tone = f"{level}*(sin(2*PI*{sound.hertz}*t)+0.3*sin(4*PI*{sound.hertz}*t))"
    source = f"aevalsrc={tone}|0.9*{tone}:s=44100:d={sound.seconds}"
    target = folder / sound.filename
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-f", "lavfi", "-i", source, str(target)]
    subprocess.run(argv, check=True, timeout=120)
    return target


def _set_scene(page: Page, email: str, files: dict[Sound, Path]) -> None:
    """Three results, one of which plays, and a file on its way up."""
    page.locator("#other-way").click()
    page.locator("#email").fill(email)
    page.locator("#password").fill("correct horse")
    page.locator("#enter").click()
    for sound in (RAIN, EPISODE, NOCTURNE):
        row = _convert(page, sound, files[sound])
        expect(row).to_have_attribute("data-status", "ready", timeout=TIMEOUT_MS)
    row.locator(".play").click()
    expect(row.locator(".status")).to_have_text(re.compile(" / "), timeout=TIMEOUT_MS)
    limits = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": BYTES_PER_S, "offline": False}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", limits)
    rising = _convert(page, SYMPHONY, files[SYMPHONY])
    expect(rising.locator(".status")).to_have_text(re.compile("6[4-9]"), timeout=TIMEOUT_MS)
    row.locator(".seek").evaluate(
        "(it, value) => { it.value = value; it.dispatchEvent(new Event('input')); }", HALF_WAY
    )
    expect(row.locator(".status")).to_have_text(re.compile("0:3[12] /"))
    # What is played is filled in gently.
    page.wait_for_timeout(500)


def _convert(page: Page, sound: Sound, file: Path) -> Locator:
    """The row of the sound, which is on its way."""
    page.locator("#files").set_input_files(file)
    page.locator("#preset").select_option(sound.preset)
    # A preset brings its format along.
    if not sound.preset:
        page.locator(f"#formats [value={sound.to}]").check()
    page.locator("#convert").click()
    title = page.get_by_role("heading", name=sound.filename, exact=True)
    return page.locator("#list > li").filter(has=title)


if __name__ == "__main__":
    main()
