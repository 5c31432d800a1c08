"""Writes `docs/errors.md` from the catalogue of errors: `python -m tools.docs.errors_page`."""

from __future__ import annotations

from pathlib import Path

from shared.domain.errors import SonubeError, conversion_errors, request_errors

PAGE = Path(__file__).resolve().parents[2] / "docs" / "errors.md"
HEAD = """\
# Errors

Written by `python -m tools.docs.errors_page` from `shared/domain/errors.py`; a test holds the two together.
The service shows the same at `/docs/errors`.

## What a request can be answered

Every refusal is a problem document (RFC 9457) of type `application/problem+json`: `code` is for a program to
go by and never changes, `detail` is for a person to read, `field` names what was at fault, `valid` lists what
would have been taken, `requestId` finds the request in the logs. 429 and 503 carry `Retry-After`.

| code | status | what it means |
|---|---|---|
"""
FAILURES = """
## What a task can fail with

A task that is FAILED has `error` with one of these codes, a message, this hint, and `retryable`: whether the
same conversion of the same file may succeed another time. Where it is false, something has to change first.

| code | `retryable` | what it means | what to do |
|---|---|---|---|
"""


def page() -> str:
    """The whole file."""
    requests = [
        f"| `{code}` | {error.status} | {_first_sentences(error)} |\n"
        for code, error in sorted(request_errors().items(), key=lambda pair: (pair[1].status, pair[0]))
    ]
    failures = [
        f"| `{code}` | {str(error.retryable).lower()} | {error.title}. | {error.hint} |\n"
        for code, error in sorted(conversion_errors().items())
    ]
    return HEAD + "".join(requests) + FAILURES + "".join(failures)


def _first_sentences(error: type[SonubeError]) -> str:
    """What the class says of itself, without the list of its attributes."""
    return " ".join((error.__doc__ or "").split("\n\n")[0].split())


if __name__ == "__main__":
    PAGE.write_text(page())
