"""The network of a window, as bad as a test wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


class Network:
    """The window's network, which can be made slow, cut and mended."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("Network.enable")

    def allow(self, bytes_per_s: int, *, offline: bool = False) -> None:
        limits = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_s, "offline": offline}
        self._session.send("Network.emulateNetworkConditions", limits)

    def cut(self) -> None:
        self.allow(-1, offline=True)

    def mend(self) -> None:
        self.allow(-1)
