"""Firestore's JSON API: values, tokens, errors and retries."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import google.auth.credentials
import pytest

from shared.adapters import google_json
from shared.adapters.firestore import rest_records
from shared.adapters.firestore.records import Create, Query, Remove, Replace
from shared.adapters.firestore.rest_values import as_revision, encoded_value
from shared.domain.errors import RevisionChanged, Unavailable
from shared.domain.names import new_task_id
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.adapters.firestore.records import Records
    from tools.throwaway import ThrowawayCloud


def test_access_token_is_fetched_without_an_emulator(
    cloud: ThrowawayCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = cloud.environment
    # The library would look up the account's regions at Google in the background.
    credentials = google.auth.credentials.CredentialsWithRegionalAccessBoundary
    monkeypatch.setattr(credentials, "_is_regional_access_boundary_lookup_required", lambda _: False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", environment["GOOGLE_APPLICATION_CREDENTIALS"])
    monkeypatch.setattr(rest_records, "GOOGLE", f"http://{environment['FIRESTORE_REST_EMULATOR_HOST']}")
    records = rest_records.records(environment["GOOGLE_CLOUD_PROJECT"], "(default)", "")
    path = f"things/{new_task_id()}"
    (written,) = records.commit(Create(path, {"text": "ñ"}))
    found = records.get(path)

    assert (found and found.revision) == written.revision


@pytest.mark.parametrize(
    ("text", "revision"),
    [
        ("2026-11-24T01:02:03Z", "2026-11-24T01:02:03.000000000Z"),
        ("2026-11-24T01:02:03.450Z", "2026-11-24T01:02:03.450000000Z"),
        ("2026-11-24T01:02:03.456789012Z", "2026-11-24T01:02:03.456789012Z"),
    ],
)
def test_revision_has_nine_digits_of_nanoseconds(text: str, revision: str) -> None:
    assert as_revision(text) == revision


def test_value_without_a_firestore_type_is_refused() -> None:
    with pytest.raises(TypeError, match="Values of type set"):
        encoded_value({1})


HANGS, BREAKS_OFF = (200, "hangs"), (200, "[{")
HUNG_UP_S = 2.0


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., tuple[Records, list[int]]]]:
    """A Firestore with these responses in turn, the last one repeatedly.

    HANGS keeps the client waiting, BREAKS_OFF promises more than it sends, a status of 0 hangs up. A client
    waits for one that hangs no longer than HUNG_UP_S, and as long as it takes for every other.
    """
    servers: list[ThreadingHTTPServer] = []
    over = threading.Event()

    def start(*answers: tuple[int, str]) -> tuple[Records, list[int]]:
        given: list[int] = []
        monkeypatch.setattr(google_json, "TIMEOUT_S", HUNG_UP_S if answers[0] == HANGS else HANG_S)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.headers["Content-Type"] == "application/json"
                self.rfile.read(int(self.headers["Content-Length"]))
                status, body = answers[min(len(given), len(answers) - 1)]
                given.append(status)
                if (status, body) == HANGS:
                    if answers[min(len(given), len(answers) - 1)] != HANGS:
                        monkeypatch.setattr(google_json, "TIMEOUT_S", HANG_S)
                    over.wait(HANG_S)
                elif status:
                    self.send_response(status)
                    if (status, body) == BREAKS_OFF:
                        self.send_header("Content-Length", "99")
                    self.end_headers()
                    self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                """Do not log."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return rest_records.records("p", "(default)", f"127.0.0.1:{server.server_port}"), given

    yield start
    over.set()
    for server in servers:
        server.shutdown()
        server.server_close()


MISSING = '[{"missing": "x"}]'
ABORTED = '{"error": {"status": "ABORTED", "message": "contention"}}'
CUT = '[{"document": {}}, {"error": {"status": "UNAVAILABLE", "message": "on its way"}}]'
COUNTED = '[{"readTime": "x"}, {"result": {"aggregateFields": {"n": {"integerValue": "3"}}}}]'
GONE = '{"error": {"status": "NOT_FOUND", "message": "no such document, or database"}}'
WRITTEN = '{"writeResults": [{"updateTime": "2026-11-24T01:02:03Z"}]}'


@pytest.mark.parametrize(
    "trouble", [(503, "busy"), (500, "oh"), (502, ""), (0, ""), (200, CUT), HANGS, BREAKS_OFF]
)
def test_read_is_retried_after_a_transient_error(
    answering: Callable[..., tuple[Records, list[int]]],
    trouble: tuple[int, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rest_records, "READ_RETRY_S", HANG_S)
    records, given = answering(trouble, trouble, (200, MISSING))

    assert records.get("things/x") is None
    assert len(given) == 3


def test_commit_is_retried_after_contention(
    answering: Callable[..., tuple[Records, list[int]]],
) -> None:
    records, given = answering((409, ABORTED), (200, WRITTEN))

    assert len(records.commit(Remove("things/x"))) == 1
    assert given == [409, 200]


def test_commit_that_may_have_been_applied_is_not_retried(
    answering: Callable[..., tuple[Records, list[int]]],
) -> None:
    records, given = answering(HANGS)
    with pytest.raises(Unavailable):
        records.commit(Remove("things/x"))

    wait_until(lambda: given)
    assert len(given) == 1


def test_truncated_query_response_is_an_error(
    answering: Callable[..., tuple[Records, list[int]]],
) -> None:
    records, _ = answering((200, CUT.replace("UNAVAILABLE", "PERMISSION_DENIED")))
    with pytest.raises(Unavailable):
        records.find(Query("things", [("a", "==", 1)], 9))


def test_progress_responses_of_a_count_are_skipped(
    answering: Callable[..., tuple[Records, list[int]]],
) -> None:
    records, _ = answering((200, COUNTED))

    assert records.count(Query("things", [("a", "==", 1)], 9)) == 3


def test_missing_document_is_a_changed_revision_only_for_writes_with_a_revision(
    answering: Callable[..., tuple[Records, list[int]]],
) -> None:
    records, _ = answering((404, GONE))
    with pytest.raises(RevisionChanged):
        records.commit(Replace("things/x", {}, "2026-11-24T01:02:03.000000000Z"))
    with pytest.raises(Unavailable):
        records.commit(Create("things/x", {}))


@pytest.mark.parametrize("trouble", [(400, "{}"), (403, "[]"), (404, "no database"), (200, "no JSON")])
def test_permanent_error_is_not_retried(
    answering: Callable[..., tuple[Records, list[int]]], trouble: tuple[int, str]
) -> None:
    records, given = answering(trouble)
    with pytest.raises(Unavailable) as found:
        records.get("things/x")

    assert found.value.__cause__ is not None
    assert len(given) == 1


def test_retries_end_at_the_timeout(
    answering: Callable[..., tuple[Records, list[int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest_records, "READ_RETRY_S", 0.2)
    records, given = answering((503, "busy"))
    with pytest.raises(Unavailable):
        records.get("things/x")

    assert given
