"""Structured logs: one JSON line per step on standard output, for Cloud Logging."""

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
    """Writes lines with common fields (task, attempt, generation, trace …).

    Cloud Logging interprets `severity` and `logging.googleapis.com/trace`.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    stream: TextIO | None = None

    def bind(self, **more: Any) -> Log:  # noqa: ANN401  # any JSON
        """A log whose lines have these fields too."""
        return Log({**self.fields, **more}, self.stream)

    def info(self, step: str, **more: Any) -> None:  # noqa: ANN401  # as bind
        """A step was completed."""
        self._write("INFO", step, more)

    def warning(self, step: str, **more: Any) -> None:  # noqa: ANN401  # as bind
        """A problem was handled."""
        self._write("WARNING", step, more)

    def failure(self, step: str, error: BaseException, **more: Any) -> None:  # noqa: ANN401  # as bind
        """A step failed; logs the error with its causes."""
        self._write("ERROR", step, {**more, "error": repr(error), "causes": _causes(error)})

    @contextmanager
    def timed(self, step: str, **more: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  # as bind
        """One line if the block succeeds, with its duration and the fields that it adds to the dictionary."""
        begin, found = time.monotonic(), dict[str, Any]()
        yield found
        self.info(step, **more, **found, durationMs=round((time.monotonic() - begin) * 1000))

    def _write(self, severity: str, step: str, more: Mapping[str, Any]) -> None:
        line = {"severity": severity, "message": step, "step": step, **self.fields, **more}
        text = json.dumps(line, ensure_ascii=False, default=str)
        # One write per line, so that lines of several threads do not interleave.
        (self.stream or sys.stdout).write(text.encode(errors="replace").decode() + "\n")
        (self.stream or sys.stdout).flush()


def trace_fields(project: str, headers: Mapping[str, str]) -> dict[str, str]:
    """The fields that group lines by request, from `traceparent` (W3C) or `X-Cloud-Trace-Context`.

    Cloud Logging wants the span as 16 hexadecimal digits; Google's own header has it as a decimal number.
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    found = re.match(r"00-([0-9a-f]{32})-([0-9a-f]{16})-", lowered.get("traceparent", ""))
    span = found[2] if found else ""
    if not found:
        found = re.match(r"([0-9a-f]{32})(?:/(\d{1,20}))?", lowered.get("x-cloud-trace-context", ""))
        span = f"{int(found[2]) % 2**64:016x}" if found and found[2] else ""
    if not found:
        return {}
    return {
        "logging.googleapis.com/trace": f"projects/{project}/traces/{found[1]}",
        "logging.googleapis.com/spanId": span,
    }


def _causes(error: BaseException) -> list[str]:
    causes: list[str] = []
    seen = error.__cause__ or error.__context__
    while seen is not None and len(causes) < 5:  # noqa: PLR2004  # enough for a diagnosis
        causes.append(repr(seen)[:2000])
        seen = seen.__cause__ or seen.__context__
    return causes
