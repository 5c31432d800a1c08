"""A user signs in and out, and stays signed in as long as they want."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from playwright.sync_api import Route, expect

from tests.page.sounds import in_base64
from tests.page.visitor import PASSWORD, Visitor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

# What Google adds for every page.
CORS = {"Access-Control-Allow-Origin": "*"}
REFRESH = "**/securetoken.googleapis.com/v1/token?*"


def test_signing_in_fails_and_succeeds_in_the_users_language(window: Callable[..., Visitor]) -> None:
    visitor = window(locale="es-AR").sign_up()
    page = visitor.page
    email = page.locator("#who-email").text_content() or ""
    page.get_by_role("button", name="Salir").click()
    visitor.expected.append("400")

    page.get_by_label("Correo electrónico").fill(email)
    page.get_by_label("Contraseña", exact=True).fill("wrong " + PASSWORD)
    page.locator("#enter").click()
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("no son correctos")
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.locator("#enter").click()
    expect(page.locator("#composer")).to_be_visible()


def refusal(reason: str) -> dict[str, object]:
    """The body of Identity Toolkit's response."""
    return {"error": {"code": 400, "message": reason}}


def keep(page: Page, **changed: object) -> None:
    """Change the session that the browser keeps."""
    script = """(changed) => {
      const session = JSON.parse(localStorage.getItem("sonube.session"));
      localStorage.setItem("sonube.session", JSON.stringify({ ...session, ...changed }));
    }"""
    page.evaluate(script, changed)


def test_an_expired_token_is_renewed_silently(visitor: Visitor) -> None:
    page = visitor.page
    keep(page, expiresAt=0, idToken="stale")

    with (
        page.expect_response(REFRESH) as renewal,
        page.expect_response("**/api/tasks?*") as listed,
    ):
        page.reload()
    assert (renewal.value.status, listed.value.status) == (200, 200)


def test_an_expired_session_asks_to_sign_in_again(visitor: Visitor) -> None:
    page = visitor.page
    visitor.expected.append("the server responded with a status of 4")
    keep(page, expiresAt=0, refreshToken="gone")
    page.reload()

    expect(page.get_by_role("alert").filter(visible=True)).to_have_text(
        "Your session has ended. Sign in again."
    )
    expect(page.get_by_label("E-mail")).to_be_visible()


def renewing(page: Page) -> list[Route]:
    """Have the page renew its token, and wait for the response; the caller lets it continue."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(REFRESH, hold)
    keep(page, expiresAt=0, idToken="stale")
    with page.expect_request(REFRESH):
        page.reload()
    return held


def test_a_renewal_outlasts_another_tab_that_writes_the_same_session_again(visitor: Visitor) -> None:
    page = visitor.page
    held = renewing(page)
    page.evaluate("dispatchEvent(new StorageEvent('storage', { key: 'sonube.session' }))")
    with page.expect_response("**/api/tasks?*") as listed:
        held[-1].continue_()

    assert listed.value.status == 200


def test_a_late_renewal_does_not_sign_the_user_in_again(visitor: Visitor) -> None:
    page = visitor.page
    held = renewing(page)
    page.get_by_role("button", name="Sign out").click()
    with page.expect_response(REFRESH):
        held[-1].continue_()

    expect(page.get_by_label("E-mail")).to_be_visible()
    # The page has taken the answer before that one to a later call.
    page.evaluate("fetch('api/health').then((answer) => answer.text())")
    assert page.evaluate("localStorage.getItem('sonube.session')") is None


def test_a_renewal_that_is_refused_after_another_tab_signed_in_stops_nothing(visitor: Visitor) -> None:
    page = visitor.page
    visitor.expected.append("400")
    token = page.evaluate("JSON.parse(localStorage.getItem('sonube.session')).idToken")
    held = renewing(page)
    keep(page, idToken=token, refreshToken="of the other tab", expiresAt=(time.time() + 3600) * 1000)
    page.evaluate("dispatchEvent(new StorageEvent('storage', { key: 'sonube.session' }))")
    with page.expect_response("**/api/tasks?*") as listed:
        held[-1].fulfill(status=400, json=refusal("TOKEN_EXPIRED"), headers=CORS)

    assert listed.value.status == 200


def test_a_file_whose_task_the_ended_session_could_not_create_goes_up_after_signing_in(
    visitor: Visitor, clip: Path
) -> None:
    page = visitor.page
    visitor.expected.append("the server responded with a status of 40")
    email = page.locator("#who-email").text_content() or ""
    page.route("**/api/tasks", partial(Route.fulfill, status=401, json={"code": "unauthenticated"}))
    page.route(REFRESH, partial(Route.fulfill, status=400, json=refusal("USER_DISABLED"), headers=CORS))
    visitor.choose(clip)
    visitor.convert()
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("Your session has ended")
    page.unroute_all()
    visitor.sign_in(email)

    visitor.await_status(clip.name, "ready")


def test_files_dropped_before_signing_in_are_not_lost(window: Callable[..., Visitor], clip: Path) -> None:
    visitor = window().open()
    expect(visitor.page.locator("#welcome-formats")).to_contain_text("mp3")
    visitor.drop((clip.name, in_base64(clip)))
    expect(visitor.page.locator("#account-files")).to_have_text("One file is waiting. Sign in to convert it.")
    visitor.enter_new()

    expect(visitor.page.locator("#tray")).to_contain_text(clip.name)
