"""Each outcome is delivered by the schedule, and every attempt is in the task's log."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from standardwebhooks import Webhook as Official

from functions.notify.deliver import DeliverWebhook
from functions.notify.inputs import DeliveryAttempt, FinishedAttempt, parse_delivery_attempt
from functions.notify.settle import SettleTask
from shared.domain.errors import Busy, Forbidden, InvalidField
from shared.domain.media import Probe
from shared.domain.states import State
from shared.domain.task import Failure, Task
from shared.domain.webhook import LOG_ENTRIES, DeliveryState, Webhook, event_id
from shared.runtime.config import Environment
from shared.webhooks.bounded import BoundedSender
from shared.webhooks.endpoint import Endpoint
from shared.webhooks.ports import WebhookResponse
from shared.webhooks.signing import new_secret
from tests.builders import a_task, an_upload
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.links import FakeUrls
from tests.fakes.tasks import FakeTasks
from tests.fakes.webhooks import FakeEndpoints, FakeQueue, FakeSender

if TYPE_CHECKING:
    from shared.domain.webhook import Delivery

TASK = a_task().id
EVENT = event_id(TASK, 1001, 1)
WAITS_S = Environment({}).seconds("WEBHOOK_RETRY_DELAYS_S")
OWN, DEFAULT = "https://own.example/hook", "https://default.example/hook"
REFUSED = WebhookResponse(500, "out of order", 12)


class World:
    """A task whose attempt has finished, its owner's endpoint, and a receiver with scripted answers."""

    def __init__(
        self, url: str | None = OWN, default: str | None = None, failure: Failure | None = None
    ) -> None:
        self.tasks, self.endpoints, self.queue = FakeTasks(), FakeEndpoints(), FakeQueue()
        self.sender, self.clock, self.secret = FakeSender(), FakeClock(), new_secret()
        if default:
            self.endpoints.put(Endpoint.new("ana", self.secret, NOON).with_url(default, NOON))
        task = self.tasks.create(a_task(webhook=Webhook(url=url)))
        task = task.claimed(an_upload(), "lease", NOON + timedelta(minutes=9), NOON)
        probe = Probe("wav", "pcm_s16le", 1.0, 8000, 1)
        done = (
            task.failed("lease", failure, NOON)
            if failure
            else task.finished("lease", task.outputs, probe, (), NOON)
        )
        self.tasks.replace(done)
        self.settle = SettleTask(self.tasks, self.endpoints, lambda: self.queue, self.clock)
        self.deliver = DeliverWebhook(
            self.tasks, self.endpoints, self.queue, FakeUrls(), self.sender, self.clock, WAITS_S
        )

    @property
    def task(self) -> Task:
        return self.tasks.stored[TASK]

    @property
    def log(self) -> tuple[Delivery, ...]:
        return self.task.webhook.deliveries

    def report_finished(self) -> None:
        self.settle.run(TASK, FinishedAttempt("nonce", 1001, 1))

    def attempt(self, number: int = 1, event: str = EVENT, run: int = 1) -> str:
        return self.deliver.run(TASK, DeliveryAttempt("nonce", event, run, number)).outcome

    def settled(self) -> World:
        self.report_finished()
        return self

    def follow_schedule(self) -> list[float]:
        """Make every queued attempt when it is due; the seconds between them."""
        waited: list[float] = []
        while self.task.webhook.state is DeliveryState.PENDING:
            _, run, number, due = self.queue.enqueued[-1]
            if due:
                waited.append((due - self.clock.now).total_seconds())
                self.clock.now = due
            self.attempt(number, run=run)
        return waited


def test_an_outcome_is_delivered_to_the_tasks_own_receiver() -> None:
    world = World(OWN, DEFAULT).settled()

    assert world.attempt() == "delivered"
    assert [url for url, _, _ in world.sender.sent] == [OWN]
    assert world.task.webhook.state is DeliveryState.DELIVERED


def test_without_its_own_receiver_it_is_delivered_to_the_owners_endpoint() -> None:
    world = World(None, DEFAULT).settled()

    assert world.attempt() == "delivered"
    assert [url for url, _, _ in world.sender.sent] == [DEFAULT]


def test_attempt_that_finds_the_instance_busy_is_made_by_the_next_call() -> None:
    """Cloud Tasks repeats a call that gets 503; nothing was sent, so nothing is counted."""
    world = World(OWN).settled()
    world.deliver = replace(world.deliver, sender=BoundedSender(world.sender, 0))
    with pytest.raises(Busy):
        world.attempt()
    assert (world.log, world.task.webhook.state) == ((), DeliveryState.PENDING)

    world.deliver = replace(world.deliver, sender=world.sender)
    assert world.attempt() == "delivered"


def test_without_any_receiver_nothing_is_delivered() -> None:
    world = World(None).settled()

    assert world.queue.enqueued == []
    assert world.task.webhook.state is DeliveryState.NONE


def test_the_payload_is_small_and_signed_and_holds_download_links() -> None:
    world = World(None, DEFAULT).settled()
    world.clock.now = datetime.now(UTC)
    world.attempt()
    _, body, headers = world.sender.sent[0]
    event = Official(world.secret).verify(body, headers)

    assert (event["type"], event["timestamp"]) == ("task.processed", "2026-11-23T12:00:00.000Z")
    assert (event["data"]["id"], event["data"]["state"]) == (TASK, "PROCESSED")
    assert [output["format"] for output in event["data"]["outputs"]] == ["mp3"]
    assert event["data"]["outputs"][0]["download"]["url"].startswith("https://signed/")
    assert headers["webhook-id"] == EVENT
    assert len(body) < 1000


def test_a_failure_is_delivered_with_its_code_and_hint() -> None:
    world = World(failure=Failure("not_audio", "No audio.", "Upload a song.")).settled()
    world.attempt()
    event = json.loads(world.sender.sent[0][1])

    assert (event["type"], event["data"]["state"]) == ("task.failed", "FAILED")
    assert event["data"]["error"] == {
        "code": "not_audio",
        "message": "No audio.",
        "hint": "Upload a song.",
        "retryable": False,
    }
    assert "outputs" not in event["data"]


def test_a_failing_receiver_gets_ten_attempts_in_about_three_days() -> None:
    world = World().settled()
    world.sender.script = [REFUSED] * 20
    waited = world.follow_schedule()

    assert len(world.log) == len(world.sender.sent) == len(WAITS_S) + 1 == 10
    assert world.task.webhook.state is DeliveryState.GIVEN_UP
    assert waited == sorted(waited)
    assert 3.0 <= sum(waited) / 86_400 <= 3.6


def test_every_attempt_carries_the_same_id_and_a_new_timestamp() -> None:
    world = World().settled()
    world.sender.script = [REFUSED] * 20
    world.follow_schedule()
    headers = [sent for _, _, sent in world.sender.sent]

    assert {one["webhook-id"] for one in headers} == {EVENT}
    assert len({one["webhook-timestamp"] for one in headers}) == len(headers)


def test_the_log_has_time_status_and_duration_of_each_attempt() -> None:
    world = World().settled()
    world.sender.script = [
        WebhookResponse(None, "No response within 15 s.", 15_000),
        WebhookResponse(200, "thanks", 7),
    ]
    world.follow_schedule()

    assert [(one.status, one.duration_ms, one.answer) for one in world.log] == [
        (None, 15_000, "No response within 15 s."),
        (200, 7, "thanks"),
    ]
    assert [one.event for one in world.log] == [EVENT, EVENT]
    assert world.log[0].at < world.log[1].at


def test_retry_after_can_lengthen_a_wait_but_not_shorten_it() -> None:
    long, short = World().settled(), World().settled()
    long.sender.script = [WebhookResponse(503, "", 5, retry_after_s=3600)]
    short.sender.script = [WebhookResponse(503, "", 5, retry_after_s=1)]
    long.attempt()
    short.attempt()

    assert long.queue.enqueued[-1][3] == NOON + timedelta(hours=1)
    assert short.queue.enqueued[-1][3] is not None
    assert short.queue.enqueued[-1][3] >= NOON + timedelta(seconds=WAITS_S[0])


def test_410_ends_the_delivery_and_disables_the_endpoint() -> None:
    world = World(None, DEFAULT).settled()
    world.sender.script = [WebhookResponse(410, "gone", 5)]

    assert world.attempt() == "gone"
    assert world.endpoints.stored["ana"].disabled_at == NOON
    assert world.endpoints.stored["ana"].receiver is None


def test_410_of_a_tasks_own_receiver_leaves_the_endpoint_enabled() -> None:
    world = World(OWN, DEFAULT).settled()
    world.sender.script = [WebhookResponse(410, "gone", 5)]

    assert world.attempt() == "gone"
    assert world.endpoints.stored["ana"].receiver == DEFAULT


def test_a_disabled_endpoint_ends_the_delivery_without_a_request() -> None:
    world = World(None, DEFAULT).settled()
    endpoint = world.endpoints.stored["ana"]
    world.endpoints.put(endpoint.disabled(DEFAULT, NOON))

    assert world.attempt() == "noReceiver"
    assert (world.sender.sent, world.task.webhook.state) == ([], DeliveryState.GONE)


def test_a_repeated_call_sends_nothing_and_queues_the_next_attempt_under_the_same_name() -> None:
    world = World().settled()
    world.sender.script = [REFUSED]
    world.attempt()
    first = world.queue.enqueued[-1]

    assert world.attempt() == "alreadySent"
    assert len(world.sender.sent) == 1
    assert world.queue.enqueued[-1][:3] == first[:3]


def test_a_call_after_the_delivery_sends_nothing() -> None:
    world = World().settled()
    world.attempt()

    assert [world.attempt(number) for number in (1, 2)] == ["notPending", "notPending"]
    assert len(world.sender.sent) == 1


@pytest.mark.parametrize(("event", "run"), [("msg_other", 1), (EVENT, 2)])
def test_a_call_for_another_outcome_or_run_sends_nothing(event: str, run: int) -> None:
    world = World().settled()

    assert world.attempt(event=event, run=run) == "notPending"
    assert world.sender.sent == []


def test_the_outcome_of_a_task_that_is_converted_again_is_not_delivered() -> None:
    world = World().settled()
    world.tasks.replace(world.task.with_outputs(world.task.outputs, 1001, NOON))

    assert world.attempt() == "notPending"
    assert world.sender.sent == []


def test_a_deleted_task_is_acknowledged() -> None:
    world = World().settled()
    world.tasks.delete(TASK)

    assert world.attempt() == "taskDeleted"


def test_a_task_deleted_during_the_attempt_is_acknowledged() -> None:
    world = World().settled()

    class Deleting(FakeSender):
        def post(self, *_: object) -> WebhookResponse:
            world.tasks.delete(TASK)
            return WebhookResponse(500, "", 1)

    world.deliver = DeliverWebhook(
        world.tasks, world.endpoints, world.queue, FakeUrls(), Deleting(), world.clock, WAITS_S
    )
    before = len(world.queue.enqueued)

    assert world.attempt() == "pending"
    assert len(world.queue.enqueued) == before


def test_a_wrong_nonce_is_forbidden_and_sends_nothing() -> None:
    world = World().settled()

    with pytest.raises(Forbidden):
        world.deliver.run(TASK, DeliveryAttempt("guess", EVENT, 1, 1))
    assert (world.sender.sent, world.log) == ([], ())


def test_events_are_signed_even_if_the_owner_never_made_a_secret() -> None:
    world = World(OWN).settled()
    world.clock.now = datetime.now(UTC)
    world.attempt()
    _, body, headers = world.sender.sent[0]

    assert Official(world.endpoints.stored["ana"].secret).verify(body, headers)


def test_a_repeated_report_queues_the_first_attempt_again_until_it_is_made() -> None:
    world = World().settled()
    world.report_finished()
    world.sender.script = [REFUSED]
    world.attempt()
    world.report_finished()

    assert [attempt[:3] for attempt in world.queue.enqueued] == [(EVENT, 1, 1), (EVENT, 1, 1), (EVENT, 1, 2)]


def test_the_log_of_many_runs_is_bounded() -> None:
    world = World().settled()
    for run in range(1, 5):
        world.sender.script = [REFUSED] * 20
        world.follow_schedule()
        webhook = world.task.webhook.with_outcome(EVENT, NOON)
        world.tasks.replace(replace(world.task, webhook=webhook))
        world.queue.enqueue_attempt(world.task)
        assert world.task.webhook.run == run + 1

    assert len(world.log) == LOG_ENTRIES


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "nonce"),
        ({"nonce": "n"}, "event"),
        ({"nonce": "n", "event": 1}, "event"),
        ({"nonce": "n", "event": "e"}, "run"),
        ({"nonce": "n", "event": "e", "run": 0}, "run"),
        ({"nonce": "n", "event": "e", "run": 1, "number": "1"}, "number"),
    ],
)
def test_an_invalid_field_is_named(body: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidField) as caught:
        parse_delivery_attempt(body)

    assert field == caught.value.field


def test_a_task_without_an_outcome_delivers_nothing() -> None:
    world = World()

    assert world.attempt() == "notPending"
    assert world.task.state is State.CONVERTING
