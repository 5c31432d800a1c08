"""The page of reports is the corpus'."""

from __future__ import annotations

from tools.docs.reports_page import PAGE, page


def test_the_page_is_what_the_corpus_says() -> None:
    assert page() == PAGE.read_text(), "run: python -m tools.docs.reports_page"
