"""The page of errors is the catalogue's."""

from __future__ import annotations

from tools.docs.errors_page import PAGE, page


def test_the_page_is_what_the_catalogue_says() -> None:
    assert page() == PAGE.read_text(), "run: python -m tools.docs.errors_page"
