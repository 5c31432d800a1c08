"""What the chosen conversions would cost is said before they start, as exactly as it is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tools.clip import write_clip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.page.visitor import Visitor

KNOWN = re.compile(r"^Costs the service about (US)?\$0\.00\d+\.$")
AT_MOST = re.compile(r"^Costs the service (US)?\$0\.0\d+ at most\.$")


def test_cost_is_shown_before_the_start_and_follows_the_files(visitor: Visitor, tmp_path: Path) -> None:
    page, asked = visitor.page, set[str | None]()
    line = page.locator("#quote")
    page.on("request", lambda sent: asked.update([sent.post_data] if "/api/quote" in sent.url else []))
    visitor.choose(*[write_clip(tmp_path / f"{n}.wav", 1) for n in range(12)])
    expect(line).to_have_text(KNOWN)
    dozen = _usd(line.inner_text())
    # Files of one kind are asked about together.
    assert len(asked) == 1

    visitor.page.locator("#tray-all").click()
    for _ in range(6):
        page.get_by_role("button", name="Remove ").first.click()
    expect(line).not_to_have_text("")
    assert 0 < _usd(line.inner_text()) < dozen
    page.locator("#convert").click()
    expect(line).to_have_text("")


def test_cost_of_a_length_that_no_one_knows_is_stated_at_most(visitor: Visitor) -> None:
    visitor.drop(("unknown.ape", "AAAA"))

    expect(visitor.page.locator("#quote")).to_have_text(AT_MOST)


def test_refusal_is_said_beforehand(visitor: Visitor) -> None:
    page = visitor.page
    refusal = {"code": "takes_too_long", "message": "Too long.", "hint": "", "retryable": False}
    body = {"seconds": 1, "mostSeconds": 1, "costUsd": 1, "mostCostUsd": 1, "queue": "long", "error": refusal}
    page.route("**/api/quote", lambda route: route.fulfill(json=body))
    visitor.drop(("long.wav", "AAAA"))

    expect(page.locator("#quote")).to_contain_text("choose fewer formats")


def test_spanish_page_says_it_in_spanish(member: Callable[..., Visitor], clip: Path) -> None:
    visitor = member(locale="es-ES")
    visitor.choose(clip)

    expect(visitor.page.locator("#quote")).to_have_text(
        re.compile(r"^Le cuesta al servicio unos 0,00\d+\sUS\$\.$")
    )


def _usd(text: str) -> float:
    found = re.search(r"\d+\.\d+", text)
    assert found
    return float(found[0])
