"""Structured logs: one JSON line per step, as Cloud Logging reads it from standard output."""

from __future__ import annotations

import json
import re
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Log:
    """Writes lines that all carry the same fields (task, attempt, generation, trace …).

    `severity` and `logging.googleapis.com/trace` are the names that Cloud Logging gives a meaning to.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    stream: TextIO | None = None

    def bind(self, **more: Any) -> Log:  # noqa: ANN401  # anything JSON can hold
        """A log whose lines carry these fields too."""
        return Log({**self.fields, **more}, self.stream)

    def info(self, step: str, **more: Any) -> None:  # noqa: ANN401  # as bind
        """A step was taken."""
        self._write("INFO", step, more)

    def warning(self, step: str, **more: Any) -> None:  # noqa: ANN401  # as bind
        """Something is not as it should be, and was dealt with."""
        self._write("WARNING", step, more)

    def failure(self, step: str, error: BaseException, **more: Any) -> None:  # noqa: ANN401  # as bind
        """Something failed; the chain of causes goes with it."""
        self._write("ERROR", step, {**more, "error": repr(error), "causes": _causes(error)})

    @contextmanager
    def timed(self, step: str, **more: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  # as bind
        """One line when the block ends well, with its duration and what the block adds to the dictionary."""
        begin, found = time.monotonic(), dict[str, Any]()
        yield found
        self.info(step, **more, **found, durationMs=round((time.monotonic() - begin) * 1000))

    def _write(self, severity: str, step: str, more: Mapping[str, Any]) -> None:
        line = {"severity": severity, "message": step, "step": step, **self.fields, **more}
        text = json.dumps(line, ensure_ascii=False, default=str)
        # One write call per line: threads of one process must not interleave.
        (self.stream or sys.stdout).write(text.encode(errors="replace").decode() + "\n")
        (self.stream or sys.stdout).flush()


def trace_fields(project: str, headers: Mapping[str, str]) -> dict[str, str]:
    """The fields by which Cloud Logging groups lines by request, from `traceparent` (W3C) or its elder."""
    lowered = {name.lower(): value for name, value in headers.items()}
    found = re.match(r"00-([0-9a-f]{32})-([0-9a-f]{16})-", lowered.get("traceparent", ""))
    found = found or re.match(r"([0-9a-f]{32})(?:/(\d+))?", lowered.get("x-cloud-trace-context", ""))
    if not found:
        return {}
    return {
        "logging.googleapis.com/trace": f"projects/{project}/traces/{found[1]}",
        "logging.googleapis.com/spanId": found[2] or "",
    }


def _causes(error: BaseException) -> list[str]:
    causes: list[str] = []
    seen = error.__cause__ or error.__context__
    while seen is not None and len(causes) < 5:  # noqa: PLR2004  # deeper chains tell nothing more
        causes.append(repr(seen)[:2000])
        seen = seen.__cause__ or seen.__context__
    return causes
