"""Writes `docs/errors.md` from the catalogue of errors: `python -m tools.docs.errors_page`."""

from __future__ import annotations

from pathlib import Path

from shared.domain.errors import SonubeError, conversion_errors, request_errors

PAGE = Path(__file__).resolve().parents[2] / "docs" / "errors.md"
HEAD = """\
# Errors

Written by `python -m tools.docs.errors_page` from the catalogue in `shared/domain/errors`; a test keeps them
equal. The service shows the same at `/docs/errors`.

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
    return HEAD + "".join(requests) + FAILURES + "".join(failures)


def _first_sentences(error: type[SonubeError]) -> str:
    """The docstring of the class, without its attributes."""
    return " ".join((error.__doc__ or "").split("\n\n")[0].split())


if __name__ == "__main__":
    PAGE.write_text(page())
