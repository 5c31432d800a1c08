"""Log lines for Cloud Logging."""

from __future__ import annotations

import io
import json

from shared.runtime.log import Log, trace_fields


def written(log: Log) -> dict[str, object]:
    assert isinstance(log.stream, io.StringIO)
    return dict(json.loads(log.stream.getvalue()))


def test_line_has_the_bound_fields() -> None:
    log = Log({"function": "convert"}, io.StringIO())
    log.bind(taskId="T").info("claimed", attempt=2)

    same = {"severity": "INFO", "message": "claimed", "step": "claimed"}
    assert {**same, "function": "convert", "taskId": "T", "attempt": 2} == written(log)


def test_failure_is_logged_with_its_causes() -> None:
    log = Log(stream=io.StringIO())
    error = ValueError("ours")
    error.__cause__ = OSError("theirs")
    log.failure("failed", error)

    assert written(log)["causes"] == ["OSError('theirs')"]


def test_invalid_unicode_is_logged() -> None:
    log = Log(stream=io.StringIO())
    log.info("odd", name="\ud800")

    assert written(log)["step"] == "odd"


def test_both_trace_headers_are_parsed() -> None:
    trace, span = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    w3c = trace_fields("p", {"Traceparent": f"00-{trace}-{span}-01"})

    elder = trace_fields("p", {"X-Cloud-Trace-Context": f"{trace}/1;o=1"})

    field = "logging.googleapis.com/trace"
    assert f"projects/p/traces/{trace}" == w3c[field] == elder[field]
    assert trace_fields("p", {}) == {}


def test_span_is_hexadecimal_whichever_header_has_it() -> None:
    trace, field = "0af7651916cd43dd8448eb211c80319c", "logging.googleapis.com/spanId"
    decimal = {"X-Cloud-Trace-Context": f"{trace}/{0xB7AD6B7169203331};o=1"}

    assert trace_fields("p", {"Traceparent": f"00-{trace}-b7ad6b7169203331-01"})[field] == "b7ad6b7169203331"
    assert trace_fields("p", decimal)[field] == "b7ad6b7169203331"
    assert trace_fields("p", {"X-Cloud-Trace-Context": f"{trace}/1"})[field] == "0000000000000001"
    assert trace_fields("p", {"X-Cloud-Trace-Context": trace})[field] == ""
