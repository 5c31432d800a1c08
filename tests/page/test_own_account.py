"""Forgotten passwords, verification and the dialog about one's own account."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import requests
from playwright.sync_api import expect

from tests.page.visitor import PASSWORD
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.page.visitor import Visitor
    from tools.throwaway import ThrowawayCloud

NEW = "battery staple"


def link_to(cloud: ThrowawayCloud, email: str, subject: str) -> str:
    """The link of the last mail of that kind."""

    def found() -> str | None:
        answer = requests.get(cloud.environment["LOCALCLOUD_URL"] + "/mails", timeout=HANG_S).json()
        own = [mail for mail in answer["mails"] if mail["to"] == email and subject in mail["subject"]]
        return str(own[0]["link"]) if own else None

    return wait_until(found, lambda: f"no mail to {email}")


def test_new_user_verifies_the_address_by_the_link_of_a_mail(
    cloud: ThrowawayCloud, window: Callable[..., Visitor]
) -> None:
    page = window().sign_up().page
    email = page.locator("#who-email").inner_text()
    page.locator("#own-account").click()
    expect(page.locator("#own-verified")).to_have_text("The address is not verified yet.")
    page.goto(link_to(cloud, email, "Verify"))
    expect(page.locator("#mail-code-about")).to_contain_text(email)
    assert "oobCode" not in page.url
    page.locator("#mail-code-password").fill(PASSWORD)
    page.locator("#mail-code-enter").click()
    page.locator("#own-account").click()

    expect(page.locator("#own-verified")).to_have_text("The address is verified.")
    expect(page.locator("#own-verify")).to_be_hidden()


def test_forgotten_password_is_replaced_once(cloud: ThrowawayCloud, window: Callable[..., Visitor]) -> None:
    visitor = window().sign_up()
    page, email = visitor.page, visitor.page.locator("#who-email").inner_text()
    page.locator("#sign-out").click()
    page.locator("#email").fill(email)
    page.locator("#forgot").click()
    expect(page.locator("#account-note")).to_contain_text(email)
    link = link_to(cloud, email, "Reset")
    for _ in range(2):
        page.goto(link)
        expect(page.locator("#mail-code-about")).to_contain_text(email)
    page.locator("#mail-code-password").fill(NEW)
    page.locator("#mail-code-enter").click()
    expect(page.locator("#composer")).to_be_visible()
    visitor.expected.append("403")
    page.goto(link)

    expect(page.locator("#mail-code-problem")).to_contain_text("used or has expired")


def test_account_is_deleted_with_the_password_after_a_question(visitor: Visitor) -> None:
    page, email = visitor.page, visitor.page.locator("#who-email").inner_text()
    visitor.expected.append("400")
    page.locator("#own-account").click()
    page.locator("#own-current").fill("wrong password")
    page.locator("#own-delete").click()
    page.locator("#question-yes").click()
    expect(page.locator("#own-problem")).to_have_text("The current password is wrong.")
    page.locator("#own-current").fill(PASSWORD)
    page.locator("#own-delete").click()
    page.locator("#question-yes").click()
    expect(page.locator("#account")).to_be_visible()
    visitor.sign_in(email)

    expect(page.locator("#account-problem")).to_contain_text("wrong")


def test_account_shows_what_the_month_has_cost_and_the_cap(visitor: Visitor, clip: Path) -> None:
    page = visitor.page
    visitor.choose(clip)
    visitor.convert()
    visitor.await_status(clip.name, "ready")
    page.locator("#own-account").click()

    expect(page.locator("#own-usage-cost")).to_have_text(
        re.compile(r"^Your files cost the service (US)?\$0\.00\d+ of the (US)?\$5\.00 ")
    )
    expect(page.locator("#own-usage-about")).to_contain_text("One file · ")
