"""Nothing is out of reach: at each size, in both languages, each control can be scrolled to and clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.page.sounds import in_base64

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.page.visitor import Visitor

SIZES = [(360, 740), (390, 844), (768, 1024), (1280, 900), (1366, 650), (1920, 1080)]
# At 200 % a laptop's window has half as many pixels each way.
ZOOMED = [(683, 325)]

# What is under another thing when it is scrolled to, what is beside the window, and what scrolls on its own.
OUT_OF_REACH = """async () => {
  // The page hears of its new size with the next frame.
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const name = (it) => it.id || it.getAttribute("aria-label") || it.textContent.trim() || it.name;
  const controls = document.querySelectorAll("button, input, select, summary, a, textarea");
  const found = [];
  for (const it of controls) {
    if (!it.checkVisibility({ visibilityProperty: true }) || it.disabled) continue;
    it.scrollIntoView({ block: "nearest", behavior: "instant" });
    const { left, right, top, bottom } = it.getBoundingClientRect();
    // Of a slider, its handle.
    const share = it.type === "range" ? (it.value - it.min) / (it.max - it.min) : 0.5;
    const under = document.elementFromPoint(left + 8 + share * (right - left - 16), (top + bottom) / 2);
    const isHit = [it, ...(it.labels ?? [])].some((part) => part.contains(under));
    if (!isHit) found.push(`${name(it)} is under ${under && name(under)}`);
    if (left < 0 || right > innerWidth + 1) found.push(`${name(it)} is beside the window`);
  }
  for (const it of document.body.querySelectorAll("*")) {
    const mayScroll = /auto|scroll/.test(getComputedStyle(it).overflowY);
    if (mayScroll && it.scrollHeight > it.clientHeight + 1) found.push(`${name(it)} scrolls on its own`);
  }
  if (document.scrollingElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
  scrollTo(0, 0);
  return found;
}"""


@pytest.mark.parametrize("locale", ["en-GB", "es-ES"])
def test_every_control_can_be_scrolled_to_and_clicked(
    member: Callable[..., Visitor], clip: Path, locale: str
) -> None:
    visitor = member(locale=locale)
    page, sound, found = visitor.page, in_base64(clip), []
    long_name = f"{'a very long name of a file ' * 4}.wav"
    visitor.drop((long_name, sound), ("two.wav", "AAAA"))
    page.locator("#convert").click()
    visitor.await_status(long_name, "ready")
    visitor.await_status("two.wav", "failed")
    visitor.drop(*[(f"{n}.wav", "AAAA") for n in range(5)])
    page.locator("#several").check()
    page.locator("#more summary").click()
    page.locator("button.cut").click()
    for width, height in SIZES + ZOOMED:
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{width} × {height}: {what}" for what in page.evaluate(OUT_OF_REACH)]

    assert found == []


def test_five_files_leave_the_formats_and_the_button_in_view_on_a_laptop(
    member: Callable[..., Visitor],
) -> None:
    visitor = member(viewport={"width": 1366, "height": 650})
    visitor.drop(*[(f"{n}.wav", "AAAA") for n in range(5)])

    expect(visitor.page.locator("#formats")).to_be_in_viewport(ratio=1)
    expect(visitor.page.locator("#more")).to_be_in_viewport(ratio=1)
    expect(visitor.page.locator("#convert")).to_be_in_viewport(ratio=1)
