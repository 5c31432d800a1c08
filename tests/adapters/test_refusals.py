"""The service, the page and the command line read Google's refusals alike."""

from __future__ import annotations

import re

import pytest
import requests

from functions.api.page.serving import FOLDER
from shared.adapters.identity.refusals import REFUSALS
from sonube.identity import refusals

ENTRY = re.compile(r"^  ([A-Z_]+): (?:\{ code: \"(\w+)\"|(\w+)\b)", re.MULTILINE)
NAMED = re.compile(r"^const (\w+) = (?:\{ code: |\(field, detail\) => \(\{ code: )\"(\w+)\"", re.MULTILINE)

# As Google words it for a key that is meant for other addresses (djerik/dagen-ha#14).
BLOCKED = """{"error": {
    "message": "Requests from referer <empty> are blocked.", "status": "PERMISSION_DENIED",
    "details": [{"reason": "API_KEY_HTTP_REFERRER_BLOCKED"}]
}}"""


def test_page_and_command_line_know_the_codes_of_the_service() -> None:
    script = (FOLDER / "account" / "refusals.js").read_text()
    named = dict(NAMED.findall(script))
    page = {reason: code or named[name] for reason, code, name in ENTRY.findall(script)}
    service = {reason: error.code for reason, error in REFUSALS.items()}

    assert page == service
    assert {reason: code for reason, (_, code, _) in refusals.REFUSALS.items()} == service


def test_all_name_the_same_field_and_wait() -> None:
    service = {reason: error.field for reason, error in REFUSALS.items() if error.field}
    script = (FOLDER / "account" / "refusals.js").read_text()
    page = dict(re.findall(r"^  ([A-Z_]+): invalid\(\"(\w+)\"", script, re.MULTILINE))

    assert page == refusals.FIELDS == service
    assert {error.status for error in REFUSALS.values() if error.retry_after_s} == {429}


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (
            '{"error": {"message": "TOO_MANY_ATTEMPTS_TRY_LATER : Disabled."}}',
            "too_many_attempts",
            "--forgot",
        ),
        (
            BLOCKED,
            "sign_in_not_set_up",
            "(API_KEY_HTTP_REFERRER_BLOCKED)",
        ),
        ('{"error": "invalid_grant"}', "unavailable", "Try again."),
        ("<html>Log in to the hotel</html>", "unavailable", "Try again."),
    ],
)
def test_command_line_explains_refusals(body: str, code: str, said: str) -> None:
    answer = requests.Response()
    answer.status_code, answer._content = 400, body.encode()
    error = refusals.refusal(answer)

    assert (error.code, said in str(error)) == (code, True)
