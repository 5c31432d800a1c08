"""The page signs in at Google itself: what Google refuses, and what does not answer, as users read it."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Route, expect

from tests.page.visitor import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.page.visitor import Visitor

GOOGLE = "**/identitytoolkit.googleapis.com/**"
REFRESH = "**/securetoken.googleapis.com/**"
# What Google adds for every page.
CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}
# As Google words it for a key that is meant for other addresses (djerik/dagen-ha#14).
BLOCKED = {
    "code": 403,
    "message": "Requests from referer <empty> are blocked.",
    "status": "PERMISSION_DENIED",
    "details": [{"reason": "API_KEY_HTTP_REFERRER_BLOCKED"}],
}


def answering(error: dict[str, object]) -> Callable[[Route], None]:
    """Google's answer. It allows 100 sign-ups an hour from one address (nhost/hasura-backend-plus#22)."""
    return partial(Route.fulfill, status=400, json={"error": error}, headers=CORS)


@pytest.mark.parametrize(
    ("is_new", "error", "said"),
    [
        (True, {"message": "EMAIL_EXISTS"}, "already exists. Sign in instead."),
        (True, {"message": "TOO_MANY_ATTEMPTS_TRY_LATER : Exceeded."}, "Wait 1 h and try again."),
        (True, {"message": "ADMIN_ONLY_OPERATION"}, "does not accept new accounts"),
        (False, {"message": "TOO_MANY_ATTEMPTS_TRY_LATER : Disabled."}, "Wait 1 min and try again."),
        (False, {"message": "USER_DISABLED"}, "This account is disabled."),
        (False, BLOCKED, "because of a setting of this service. Contact its operator. (API_KEY_HTTP_"),
        (False, {"message": "SOMETHING_NEW"}, "does not respond. Try again in a moment."),
    ],
)
def test_refusal_of_google_is_explained(
    window: Callable[..., Visitor], *, is_new: bool, error: dict[str, object], said: str
) -> None:
    visitor = window().open()
    visitor.expected.append("400")
    page = visitor.page
    page.route(GOOGLE, answering(error))
    if is_new:
        page.locator("#other-way").click()
    visitor.sign_in("ana@example.com")

    expect(page.locator("#account-problem")).to_contain_text(said)


def test_network_that_does_not_reach_google_is_told_from_one_that_is_down(
    window: Callable[..., Visitor],
) -> None:
    """firebase/firebase-js-sdk#20: "network error" did not tell what an extension or a firewall blocks."""
    visitor = window().open()
    visitor.expected.append("net::ERR")
    page = visitor.page
    page.route(GOOGLE, lambda route: route.abort())
    visitor.sign_in("ana@example.com")
    expect(page.locator("#account-problem")).to_contain_text("Google's sign-in does not answer.")
    page.context.set_offline(True)
    page.locator("#enter").click()

    expect(page.locator("#account-problem")).to_contain_text("There is no connection to the server.")


def test_login_page_of_a_network_ends_no_session(visitor: Visitor) -> None:
    """firebase/firebase-js-sdk#7118: users were signed out whenever their network changed."""
    page = visitor.page
    visitor.expected += ["511", "Failed to load resource"]
    page.evaluate("""() => {
      const session = JSON.parse(localStorage.getItem("sonube.session"));
      localStorage.setItem("sonube.session", JSON.stringify({ ...session, expiresAt: 0 }));
    }""")
    page.route(REFRESH, partial(Route.fulfill, status=511, body="<html>Log in</html>", headers=CORS))
    with page.expect_response(REFRESH):
        page.reload()
    page.unroute_all()
    page.reload()

    expect(page.locator("#composer")).to_be_visible()
    assert page.evaluate("localStorage.getItem('sonube.session')") is not None


def test_only_calls_of_sign_in_say_where_the_page_is(window: Callable[..., Visitor]) -> None:
    """firebase/firebase-js-sdk#5657: without a referrer, a key that is meant for this page is refused.

    Browsers write domains in ASCII (redmatrix/hubzilla#1015), and passwords are sent as they are.
    """
    visitor = window().open()
    page = visitor.page
    page.locator("#other-way").click()
    page.locator("#email").fill(" Ana@müller.example ")
    page.locator("#password").fill(f" {PASSWORD} ")
    with page.expect_request(lambda request: "accounts:signUp" in request.url) as made:
        page.locator("#enter").click()
    sent = json.loads(made.value.post_data or "{}")
    expect(page.locator("#composer")).to_be_visible()

    assert made.value.all_headers()["referer"] == visitor.url + "/"
    assert (sent["email"], sent["password"]) == ("Ana@xn--mller-kva.example", f" {PASSWORD} ")


def test_two_tabs_renew_the_session_at_once(visitor: Visitor) -> None:
    """supabase/auth-js#213: the second tab's refresh token was used up, and both were signed out."""
    page = visitor.page
    other = page.context.new_page()
    other.goto(visitor.url)
    stale = """() => {
      const session = JSON.parse(localStorage.getItem("sonube.session"));
      localStorage.setItem("sonube.session", JSON.stringify({ ...session, expiresAt: 0, idToken: "stale" }));
    }"""
    page.evaluate(stale)
    held: list[Route] = []
    for tab in (page, other):
        tab.route(REFRESH, lambda route: held.append(route))  # noqa: PLW0108  # Playwright marks it
        with tab.expect_request(REFRESH):
            tab.reload()
    with page.expect_response("**/api/tasks?*") as first, other.expect_response("**/api/tasks?*") as second:
        for route in held:
            route.continue_()

    assert (first.value.status, second.value.status) == (200, 200)
