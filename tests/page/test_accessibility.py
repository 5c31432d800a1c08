"""The page works with low vision, a screen reader, reduced motion, and on a small phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # none are published
from playwright.sync_api import expect

from tests.sampling import chosen
from tools.clip import write_clip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.page.visitor import Visitor

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def findings(page: Page, languages: tuple[str, str]) -> list[str]:
    """What axe-core calls serious or critical by day and by night, in these languages."""
    found = []
    for night, language in zip((False, True), languages, strict=True):
        page.emulate_media(color_scheme="dark" if night else "light")
        page.locator("#language").select_option(language)
        violations = Axe().run(page).response["violations"]
        grave = [each for each in violations if each["impact"] in {"serious", "critical"}]
        found += [
            f"{language}{' at night' * night} {each['id']}: {each['nodes'][0]['html']}" for each in grave
        ]
    return found


@pytest.mark.parametrize("languages", [("en", "es"), pytest.param(("es", "en"), marks=pytest.mark.wide)])
def test_axe_finds_nothing_serious_before_during_and_after(
    window: Callable[..., Visitor], tmp_path: Path, languages: tuple[str, str]
) -> None:
    visitor = window(reduced_motion="reduce").open()
    page, fake = visitor.page, tmp_path / "fake.wav"
    found = findings(page, languages)

    page.locator("#language").select_option("en")
    visitor.sign_up()
    fake.write_bytes(b"not a sound")
    visitor.choose(write_clip(tmp_path / "clip.wav", 1), fake)
    page.locator("#more summary").click()
    found += findings(page, languages)

    visitor.convert()
    visitor.await_status("clip.wav", "ready").locator(".play").click()
    visitor.await_status("fake.wav", "failed")
    found += findings(page, languages)
    assert found == []


@pytest.mark.parametrize("locale", chosen(["en-GB", "es-ES"], {"es-ES"}))
def test_a_phone_shows_everything_without_scrolling_sideways(
    member: Callable[..., Visitor], tmp_path: Path, locale: str
) -> None:
    visitor = member(locale=locale, **PHONE)
    page, name = visitor.page, f"{'long-name-' * 8}.wav"
    visitor.choose(write_clip(tmp_path / name, 1))
    page.locator("#more summary").click()
    widths = [page.evaluate("document.scrollingElement.scrollWidth")]
    visitor.convert()
    visitor.await_status(name, "ready")
    widths.append(page.evaluate("document.scrollingElement.scrollWidth"))
    # One line for each conversion, however long its name.
    page.locator("#compact").check()
    widths.append(page.evaluate("document.scrollingElement.scrollWidth"))

    assert widths == [360, 360, 360]


@pytest.mark.parametrize(("motion", "name"), [("reduce", "none"), ("no-preference", "breathe")])
def test_nothing_moves_with_reduced_motion(window: Callable[..., Visitor], motion: str, name: str) -> None:
    page = window(reduced_motion=motion).open().page

    expect(page.locator(".pitch .rise").first).to_have_css("animation-name", name)


def test_screen_readers_get_the_language(window: Callable[..., Visitor]) -> None:
    page = window(locale="es-MX").open().page
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.get_by_label("Idioma").select_option("en")

    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sound goes up. Any format comes down.")
    page.reload()
    expect(page.get_by_label("Language")).to_have_value("en")
