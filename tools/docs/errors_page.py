"""Writes `docs/errors.md` from the catalogues of errors and notes: `python -m tools.docs.errors_page`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shared.domain.errors import SonubeError, conversion_errors, request_errors
from shared.domain.notes.catalogue import figures_of, findings

if TYPE_CHECKING:
    from shared.domain.notes.base import Finding

PAGE = Path(__file__).resolve().parents[2] / "docs" / "errors.md"
HEAD = """\
# Errors and notes

Written by `python -m tools.docs.errors_page` from the catalogues in `shared/domain/errors` and
`shared/domain/notes`; a test keeps them equal. The service shows the same at `/docs/errors`.

## Errors of a request

An error response is a problem document (RFC 9457) of type `application/problem+json`. `code` is for programs
and never changes; `detail` is for people; `field` names the invalid field; `valid` lists the accepted values;
`requestId` finds the request in the logs. 429 and 503 carry `Retry-After`.

| code | status | meaning |
|---|---|---|
"""
FAILURES = """
## Errors of a task

A task that is FAILED has an `error` with one of these codes, a message, this hint, and `retryable`: whether
the same conversion of the same file may succeed later. If it is false, change the file or the request first.

| code | `retryable` | meaning | what to do |
|---|---|---|---|
"""
NOTES = """
## Notes of a task

A task that is PROCESSED has `notes`: what could not be kept as it was. Without notes, all of the source is in
each output. What you asked for is never a note: a part, another rate, no tags. A note has a code, a `message`
for people, `figures` for programs, and `output`: the index in `outputs` of the one that it concerns, or null
where it concerns the source and so all outputs.

| code | concerns | meaning | figures |
|---|---|---|---|
"""


def page() -> str:
    """The content of the file."""
    requests = [
        f"| `{code}` | {error.status} | {_first_sentences(error)} |\n"
        for code, error in sorted(request_errors().items(), key=lambda pair: (pair[1].status, pair[0]))
    ]
    failures = [
        f"| `{code}` | {str(error.retryable).lower()} | {error.title}. | {error.hint} |\n"
        for code, error in sorted(conversion_errors().items())
    ]
    notes = [_note_row(kind) for _, kind in sorted(findings().items())]
    return HEAD + "".join(requests) + FAILURES + "".join(failures) + NOTES + "".join(notes)


def _first_sentences(error: type[SonubeError]) -> str:
    """The docstring of the class, without its attributes."""
    return " ".join((error.__doc__ or "").split("\n\n")[0].split())


def _note_row(kind: type[Finding]) -> str:
    about = "an output" if kind.of_output else "the source"
    figures = "<br>".join(f"`{name}`: {text}" for name, text in figures_of(kind).items())
    return f"| `{kind.code}` | {about} | {' '.join((kind.__doc__ or '').split())} | {figures} |\n"


if __name__ == "__main__":
    PAGE.write_text(page())
