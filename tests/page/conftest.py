"""A headless Chromium, and visitors who must not see an error in its console."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from tests.page.visitor import Visitor
from tools.setup import BROWSERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from tools.throwaway import ThrowawayCloud


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the whole session; a machine that cannot get one says so, and CI always has one."""
    with sync_playwright() as playwright:
        program = next(filter(None, map(shutil.which, BROWSERS)), playwright.chromium.executable_path)
        if not Path(program).exists():
            if os.environ.get("CI"):
                pytest.fail("CI has no Chromium: tools/setup.py must install one.")
            pytest.skip("NO TEST OF THE PAGE RAN: install chromium, or `playwright install chromium`.")
        running = playwright.chromium.launch(executable_path=program)
        yield running
        running.close()


@pytest.fixture
def window(browser: Browser, cloud: ThrowawayCloud) -> Iterator[Callable[..., Visitor]]:
    """Opens windows, each with storage of its own; takes what `Browser.new_context` takes."""
    visitors: list[Visitor] = []

    def open_window(**settings: Any) -> Visitor:
        context = browser.new_context(
            **{"locale": "en-GB", "viewport": {"width": 1280, "height": 900}, **settings}
        )
        visitors.append(Visitor(context.new_page(), cloud.url))
        return visitors[-1]

    yield open_window
    for visitor in visitors:
        visitor.page.context.close()
    assert [text for visitor in visitors for text in visitor.unexpected()] == []


@pytest.fixture
def visitor(window: Callable[..., Visitor]) -> Visitor:
    """Somebody at a desk, who has signed up."""
    return window().sign_up()
