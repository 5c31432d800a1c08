"""A headless Chromium, and visitors who must not see an error in its console."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.page.sounds import silence
from tests.page.visitor import Visitor
from tests.users import User
from tests.waiting import HANG_MS
from tools.clip import write_clip
from tools.setup import BROWSERS, PLAYWRIGHT_PLACE

expect.set_options(timeout=HANG_MS)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, StorageState

    from tools.throwaway import ThrowawayCloud

# Animations are a third of the CPU time of a test, so they are off unless a test asks for them.
USUAL: dict[str, Any] = {
    "locale": "en-GB",
    "viewport": {"width": 1280, "height": 900},
    "reduced_motion": "reduce",
}
EMPTY: StorageState = {"cookies": [], "origins": []}


@pytest.fixture(scope="package")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for this folder; a machine that cannot get one says so, and CI always has one.

    For no longer: while Playwright runs, its event loop is the thread's, and no other test could have one.
    """
    os.environ.setdefault(*PLAYWRIGHT_PLACE)
    with sync_playwright() as playwright:
        program = next(filter(None, map(shutil.which, BROWSERS)), playwright.chromium.executable_path)
        if not Path(program).exists():
            if os.environ.get("CI"):
                pytest.fail("CI has no Chromium: tools/setup.py must install one.")
            pytest.skip("NO TEST OF THE PAGE RAN: install chromium, or run `make test`.")
        # Its caches and its configuration go where everything of the tests goes. In a narrow locale, Chromium
        # would call what it saves `download`.
        own = {"HOME": str(tmp_path_factory.mktemp("home")), "LC_ALL": "C.UTF-8"}
        environment = os.environ | own
        # As if the DNS server of another page gave its names this machine's address.
        rebound = ["--host-resolver-rules=MAP *.example 127.0.0.1"]
        running = playwright.chromium.launch(
            executable_path=program, env=dict(environment), timeout=HANG_MS, args=rebound
        )
        yield running
        running.close()


@pytest.fixture(scope="package")
def kept(browser: Browser) -> Iterator[BrowserContext]:
    """A context whose cache has the files of the page: fetching them is a third of a window's cost."""
    context = browser.new_context(**USUAL)
    yield context
    context.close()


@pytest.fixture
def window(browser: Browser, kept: BrowserContext, cloud: ThrowawayCloud) -> Iterator[Callable[..., Visitor]]:
    """Opens windows, each with storage of its own; takes what `Browser.new_context` takes.

    A test's first window is in the kept context, unless it asks for other settings.
    """
    visitors: list[Visitor] = []

    def open_window(storage_state: StorageState = EMPTY, **settings: Any) -> Visitor:
        if settings or kept.pages:
            context = browser.new_context(storage_state=storage_state, **USUAL | settings)
        else:
            context = kept
            context.set_storage_state(storage_state)
        context.set_default_timeout(HANG_MS)
        visitors.append(Visitor(context.new_page(), cloud.url))
        return visitors[-1]

    yield open_window
    # What is still being read when a page closes fails, and Chromium says so.
    complaints = [text for visitor in visitors for text in visitor.unexpected()]
    for context in {visitor.page.context for visitor in visitors} - {kept}:
        context.close()
    kept.set_offline(offline=False)
    for page in kept.pages:
        page.close()
    assert complaints == []


@pytest.fixture
def member(cloud: ThrowawayCloud, window: Callable[..., Visitor]) -> Callable[..., Visitor]:
    """Opens windows, each for another user who has signed up."""

    def open_window(**settings: Any) -> Visitor:
        user = User(cloud.url).sign_up()
        session = {
            "email": user.email,
            "idToken": user.session["idToken"],
            "refreshToken": user.session["refreshToken"],
            "expiresAt": (time.time() + float(user.session["expiresIn"])) * 1000,
        }
        entries = [{"name": "sonube.session", "value": json.dumps(session)}]
        state = {"cookies": [], "origins": [{"origin": cloud.url, "localStorage": entries}]}
        visitor: Visitor = window(storage_state=state, **settings).open()
        expect(visitor.page.locator("#composer")).to_be_visible()
        return visitor

    return open_window


@pytest.fixture
def visitor(member: Callable[..., Visitor]) -> Visitor:
    """A user at a desk, who has signed up."""
    return member()


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file that goes up in pieces."""
    return silence(tmp_path / "large.wav", 20 * 1024 * 1024, rate_hz=192_000)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that is done with in a moment."""
    return write_clip(tmp_path_factory.mktemp("sounds") / "clip.wav", 1)
