"""The service, the page and the command line read Google's refusals alike."""

from __future__ import annotations

import re

from functions.api.page.serving import FOLDER
from shared.adapters.identity.refusals import REFUSALS
from sonube.identity import refusals

ENTRY = re.compile(r"^  ([A-Z_]+): (?:\{ code: \"(\w+)\"|(\w+)\b)", re.MULTILINE)
NAMED = re.compile(r"^const (\w+) = (?:\{ code: |\(field, detail\) => \(\{ code: )\"(\w+)\"", re.MULTILINE)


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
