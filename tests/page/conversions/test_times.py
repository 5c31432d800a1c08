"""Numbers and times are read as they were meant, or refused, but never reinterpreted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from tests.page.visitor import Visitor

READ = """async ({ language, times, numbers }) => {
  const folder = document.querySelector("script").src.replace("app.js", "words/");
  (await import(folder + "language.js")).speak(language);
  const { readNumber, readTime, writeTime } = await import(folder + "typed.js");
  const read = times.map(readTime);
  return [read, numbers.map(readNumber), read.filter((seconds) => seconds !== null).map(writeTime)];
}"""
# What a person types → seconds; None is refused. On the right, as the page writes it.
TIMES = {
    "90": (90, "1:30"),
    "1:30": (90, "1:30"),
    " 12.5 ": (12.5, "12.5"),
    "0:07.25": (7.25, "7.25"),
    "90:00": (5400, "1:30:00"),
    "1:02:03.5": (3723.5, "1:02:03.5"),
    "0": (0, "0"),
}
NO_TIMES = [
    "1:5",
    "1:75",
    "1:60:00",
    "1:2:3",
    "1:00:00:00",
    "1:30:",
    ":30",
    "-1",
    "1m30",
    "1.30.2",
    "1 30",
    "1:3o",
]
NUMBERS = {"-14": -14, "−14": -14, "1.5": 1.5, "007": 7}
NO_NUMBERS = ["1,5", "1:30", "12 dB", "1e3", ".", "--1", "0x10", "+", "1.", "Infinity"]


def test_times_and_numbers_are_read_or_refused(visitor: Visitor) -> None:
    known = {"language": "en", "times": [*TIMES, *NO_TIMES], "numbers": [*NUMBERS, *NO_NUMBERS]}
    times, numbers, written = visitor.page.evaluate(READ, known)

    assert dict(zip(known["times"], times, strict=True)) == {
        **{typed: seconds for typed, (seconds, _) in TIMES.items()},
        **dict.fromkeys(NO_TIMES),
    }
    assert dict(zip(known["numbers"], numbers, strict=True)) == {**NUMBERS, **dict.fromkeys(NO_NUMBERS)}
    assert written == [shown for _, shown in TIMES.values()]


def test_the_decimal_comma_is_read_where_it_is_written(visitor: Visitor) -> None:
    # Where the comma is for decimals, a full stop before three digits may be for thousands.
    known = {
        "language": "es",
        "times": ["1:30,5", "90,5"],
        "numbers": ["1,5", "1.5", "0.125", "1.500", "1,5.0"],
    }

    assert visitor.page.evaluate(READ, known) == [
        [90.5, 90.5],
        [1.5, 1.5, 0.125, None, None],
        ["1:30,5", "1:30,5"],
    ]


def test_a_start_of_one_minute_thirty_is_ninety_seconds(visitor: Visitor, clip: Path) -> None:
    page = visitor.page
    visitor.expected.append("400")
    page.route("**/api/tasks", lambda route: route.fulfill(status=400, json={"code": "forbidden"}))
    visitor.choose(clip)
    page.locator("#more summary").click()
    page.get_by_label("Start at").fill("1:3o")
    page.locator("#convert").click()
    expect(page.get_by_label("Start at")).to_be_focused()
    expect(page.get_by_label("Start at")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#list > li")).to_have_count(0)
    page.get_by_label("Start at").fill("1:30")
    with page.expect_request("**/api/tasks") as asked:
        page.locator("#convert").click()

    assert (asked.value.post_data_json or {})["outputs"] == [{"format": "mp3", "options": {"startS": 90}}]
    expect(visitor.await_status(clip.name, "stuck").locator(".target")).to_have_text("→ MP3 · 1:30–end")
