"""A visitor of the page: a browser window, and what a person does in it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import ConsoleMessage, Locator, Page

PASSWORD = "correct horse"

_DROP = """(sounds) => {
  const brought = new DataTransfer();
  for (const { name, bytes } of sounds) {
    const content = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
    brought.items.add(new File([content], name));
  }
  return brought;
}"""


@dataclass
class Visitor:
    """One window on one service.

    Attributes:
        complaints: errors and warnings of the console, uncaught exceptions, violations of the CSP.
        expected: parts of complaints that the test itself gives rise to.
    """

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def unexpected(self) -> list[str]:
        return [text for text in self.complaints if not any(part in text for part in self.expected)]

    def open(self) -> Visitor:
        self.page.goto(self.url)
        return self

    def sign_up(self) -> Visitor:
        self.open()
        return self.enter_new()

    def enter_new(self) -> Visitor:
        """Sign up on the page that is open."""
        self.page.locator("#other-way").click()
        self.page.locator("#email").fill(f"visitor-{time.time_ns()}@example.com")
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("#enter").click()
        expect(self.page.locator("#composer")).to_be_visible()
        return self

    def sign_in(self, email: str) -> None:
        """Fill in the form that is open."""
        self.page.locator("#email").fill(email)
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("#enter").click()

    def choose(self, *files: Path) -> None:
        self.page.locator("#files").set_input_files(files)

    def drop(self, *sounds: tuple[str, str]) -> None:
        """Drop files, each a name and its content in base64, anywhere on the page."""
        brought = self.page.evaluate_handle(_DROP, [{"name": n, "bytes": b} for n, b in sounds])
        self.page.dispatch_event("body", "drop", {"dataTransfer": brought})

    def drop_from_disk(self, *paths: Path) -> None:
        """Drag files and folders from the desk onto the page, as the system hands them over."""
        session = self.page.context.new_cdp_session(self.page)
        dragged = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        for step in ("dragEnter", "dragOver", "drop"):
            session.send("Input.dispatchDragEvent", {"type": step, "x": 200, "y": 200, "data": dragged})

    def convert(self, to: str = "mp3") -> None:
        self.page.locator("#formats input").and_(self.page.locator(f"[value={to}]")).check()
        self.page.locator("#convert").click()

    def row(self, filename: str) -> Locator:
        title = self.page.get_by_role("heading", name=filename, exact=True)
        return self.page.locator("#list > li").filter(has=title)

    def await_status(self, filename: str, status: str) -> Locator:
        """The row, once it has this status."""
        row = self.row(filename)
        expect(row).to_have_attribute("data-status", status)
        return row
