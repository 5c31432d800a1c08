"""Downloads are counted by the links that are given."""

from __future__ import annotations

from functions.api.service.download_meter import BATCH_BYTES, DownloadMeter
from shared.domain.costs.prices import load_prices
from shared.domain.errors import Unavailable
from tests.builders import a_task
from tests.fakes.admission import FakeAdmission
from tests.fakes.clock import FakeClock
from tests.fakes.tasks import FakeTasks


def test_links_are_counted_with_the_sizes_of_their_files_and_stored_in_batches() -> None:
    tasks, clock = FakeTasks(), FakeClock()
    meter = DownloadMeter(FakeAdmission(tasks, clock), load_prices, clock)
    third = BATCH_BYTES // 3 + 1
    for _ in range(2):
        meter.count(a_task(), third)
    assert tasks.ledger.usage("ana", "2026-11").fetched_bytes == 0

    meter.count(a_task(owner="bob"), 5)
    meter.count(a_task(), third)
    used = tasks.ledger.usage("ana", "2026-11")
    assert (used.fetched_bytes, used.nano_usd) == (3 * third, load_prices().download(3 * third))
    assert meter.given == {"bob": 5}


def test_downloads_of_files_without_an_owner_are_not_counted() -> None:
    tasks, clock = FakeTasks(), FakeClock()
    DownloadMeter(FakeAdmission(tasks, clock), load_prices, clock).count(a_task(owner="drop"), BATCH_BYTES)

    assert tasks.ledger.held == {}


def test_what_could_not_be_stored_is_stored_with_the_next_link() -> None:
    class Failing(FakeAdmission):
        fails = True

        def record_fetched(self, owner: str, month: str, size_bytes: int, nano_usd: int) -> None:
            if self.fails:
                raise Unavailable
            super().record_fetched(owner, month, size_bytes, nano_usd)

    tasks, clock = FakeTasks(), FakeClock()
    admission = Failing(tasks, clock)
    meter = DownloadMeter(admission, load_prices, clock)
    meter.count(a_task(), BATCH_BYTES)
    admission.fails = False
    meter.count(a_task(), 1)

    assert tasks.ledger.usage("ana", "2026-11").fetched_bytes == BATCH_BYTES + 1
