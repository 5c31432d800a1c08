"""docs/reliability.md names only existing tests, settings and codes."""

from __future__ import annotations

import re
from pathlib import Path

from shared.domain.errors import conversion_errors, request_errors
from shared.runtime.config import SETTINGS

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = (ROOT / "docs" / "reliability.md").read_text()


def test_every_test_named_on_the_page_exists() -> None:
    there = set(re.findall(r"def (test_\w+)\(", "".join(p.read_text() for p in ROOT.glob("tests/**/*.py"))))
    named = set(re.findall(r"`(test_\w+)`", TEXT))

    assert len(named) > 15
    assert set() == named - there


def test_every_setting_and_code_named_on_the_page_exists() -> None:
    settings = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", TEXT))
    codes = set(re.findall(r"`(\w+_(?:reached|gone|old|format|options))`", TEXT))

    assert settings <= {setting.name for setting in SETTINGS}
    assert codes
    assert codes <= set(conversion_errors()) | set(request_errors())


def test_every_invariant_of_the_checker_is_on_the_page() -> None:
    calls = set(re.findall(r'Violation\("([\w ]+)"', "".join(p.read_text() for p in ROOT.glob("lab/*.py"))))

    assert set() == {call for call in calls if f"`{call}`" not in TEXT}
