"""The network of a window, as bad as a test wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

# At this rate the files of these tests take minutes, which leaves time for what a test does during an upload.
SLOW = 128 * 1024


class Network:
    """The window's network, which can be made slow, cut and mended."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("Network.enable")

    def allow(self, bytes_per_s: int, *, offline: bool = False) -> None:
        limits = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_s, "offline": offline}
        self._session.send("Network.emulateNetworkConditions", limits)

    def slow_down(self) -> None:
        self.allow(SLOW)

    def cut(self) -> None:
        self.allow(-1, offline=True)

    def mend(self) -> None:
        self.allow(-1)


class Gate:
    """Holds uploads, so that what the page shows of them stays until the test lets them pass."""

    def __init__(self, page: Page, holds: Callable[[str], bool]) -> None:
        """Hold each PUT to a URL of which `holds` is true."""
        self._page, self._holds = page, holds
        self._held: list[Route] = []
        page.route("**/*", self._decide)

    def _decide(self, route: Route) -> None:
        if route.request.method == "PUT" and self._holds(route.request.url):
            self._held.append(route)
        else:
            route.continue_()

    def hold_only(self, holds: Callable[[str], bool]) -> None:
        """From now on hold others; what is held and need not be any more passes."""
        held, self._held, self._holds = self._held, [], holds
        for route in held:
            self._decide(route)

    def open(self) -> None:
        """Hold nothing."""
        self.hold_only(lambda _: False)

    def leave(self) -> None:
        """Hold nothing, and forget what was held: its page is gone."""
        self._held.clear()
        self._page.unroute_all(behavior="ignoreErrors")
