"""A user's webhooks: the endpoint, its secret, test events, replays."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from standardwebhooks import Webhook as Official

from shared.domain.states import Claim, State
from shared.domain.webhook import Delivery, DeliveryState, Webhook, event_id
from shared.webhooks.ports import WebhookResponse
from tests.builders import a_task
from tests.fakes.clock import NOON
from tests.functions.api.world import ANA, BEA, LIMITS, World

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from shared.domain.task import Task

HOOK = "https://hooks.example.com/sonube"
REPLAY = f"/api/tasks/{'T' * 22}/webhook/replay"
ROUTES = [("GET", "/api/webhook"), ("PUT", "/api/webhook"), ("POST", "/api/webhook/test"), ("POST", REPLAY)]


@pytest.fixture
def world() -> World:
    return World()


def put(world: World, **body: Any) -> TestResponse:
    return world.call("PUT", "/api/webhook", ANA, json=body)


def finished(world: World, webhook: Webhook, state: State = State.PROCESSED) -> Task:
    claim = Claim(1001, 1, "lease", NOON, finished=state in {State.PROCESSED, State.FAILED})
    return world.tasks.create(a_task(state=state, claim=claim, webhook=webhook))


def test_without_an_endpoint_everything_is_empty(world: World) -> None:
    answer = world.call("GET", "/api/webhook", ANA)

    assert answer.get_json() == {"url": None, "enabled": False, "secretSet": False}


def test_the_secret_is_shown_only_in_the_first_response(world: World) -> None:
    first, second, read = put(world, url=HOOK), put(world, url=HOOK), world.call("GET", "/api/webhook", ANA)

    assert first.get_json()["secret"].startswith("whsec_")
    assert "secret" not in second.get_json()
    assert "secret" not in read.get_json()
    assert (read.get_json()["url"], read.get_json()["enabled"]) == (HOOK, True)


def test_a_rotation_shows_the_new_secret_and_when_the_old_one_expires(world: World) -> None:
    old = put(world, url=HOOK).get_json()["secret"]
    answer = put(world, rotateSecret=True).get_json()
    endpoint = world.endpoints.stored["ana"]

    assert answer["secret"] not in {None, old}
    assert answer["previousSecretUntil"] == "2026-11-24T12:00:00.000Z"
    assert endpoint.secrets(NOON) == (answer["secret"], old)
    assert answer["url"] == HOOK


def test_setting_the_url_again_enables_a_disabled_endpoint(world: World) -> None:
    put(world, url=HOOK)
    world.endpoints.put(world.endpoints.stored["ana"].disabled(HOOK, NOON))
    disabled = world.call("GET", "/api/webhook", ANA).get_json()
    enabled = put(world, url=HOOK).get_json()

    assert (disabled["enabled"], disabled["disabledAt"]) == (False, "2026-11-23T12:00:00.000Z")
    assert (enabled["enabled"], "disabledAt" in enabled) == (True, False)


def test_null_removes_the_receiver_and_keeps_the_secret(world: World) -> None:
    put(world, url=HOOK)
    answer = put(world, url=None).get_json()

    assert (answer["url"], answer["enabled"], answer["secretSet"]) == (None, False, True)
    assert "secret" not in answer


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "http://example.com/"}, "url"),
        ({"url": "https://169.254.169.254/"}, "url"),
        ({"url": "https://2130706433/"}, "url"),
        ({"url": "http://127.0.0.1:8000/"}, "url"),
        ({"url": ""}, "url"),
        ({"url": 5}, "url"),
        ({"url": {"url": HOOK}}, "url"),
        ({"rotateSecret": "yes"}, "rotateSecret"),
        ({"secret": "whsec_mine"}, "secret"),
    ],
)
def test_an_invalid_field_of_the_endpoint_is_named_and_changes_nothing(
    world: World, body: dict[str, Any], field: str
) -> None:
    answer = put(world, **body)

    assert (answer.status_code, answer.get_json()["field"]) == (422, field)
    assert world.endpoints.stored == {}


def test_a_test_event_is_signed_and_its_answer_is_returned(world: World) -> None:
    world.clock.now = datetime.now(UTC)
    secret = put(world, url=HOOK).get_json()["secret"]
    world.sender.script = [WebhookResponse(500, "no such route", 41)]
    answer = world.call("POST", "/api/webhook/test", ANA).get_json()
    url, body, headers = world.sender.sent[0]

    assert url == HOOK
    assert Official(secret).verify(body, headers)["type"] == "webhook.test"
    assert answer == {
        "webhookId": headers["webhook-id"],
        "delivered": False,
        "status": 500,
        "durationMs": 41,
        "answer": "no such route",
    }


def test_test_events_count_as_uploads(world: World) -> None:
    put(world, url=HOOK)
    world.sender.script = [WebhookResponse(200, "", 1)] * LIMITS.per_minute
    answers = [world.call("POST", "/api/webhook/test", ANA) for _ in range(LIMITS.per_minute + 1)]

    assert [answer.status_code for answer in answers] == [200] * LIMITS.per_minute + [429]
    assert (answers[-1].get_json()["code"], len(world.sender.sent)) == ("quota_exceeded", LIMITS.per_minute)


def test_a_test_event_without_a_receiver_is_a_conflict(world: World) -> None:
    answer = world.call("POST", "/api/webhook/test", ANA)

    assert (answer.status_code, world.sender.sent) == (409, [])


def test_a_tasks_own_receiver_is_stored_and_creates_the_first_secret(world: World) -> None:
    task = world.created(webhook=HOOK)
    second = world.created(webhook={"url": HOOK})

    assert task["webhook"]["url"] == HOOK
    assert task["webhook"]["secret"].startswith("whsec_")
    assert second["webhook"] == {"url": HOOK}
    assert world.tasks.stored[task["id"]].webhook.url == HOOK


@pytest.mark.parametrize("url", ["http://example.com/", "https://[::ffff:10.0.0.1]/", "https://db.internal/"])
def test_a_task_refuses_a_receiver_on_a_private_network(world: World, url: str) -> None:
    body = {"filename": "song.wav", "newFormat": "mp3", "webhook": url}
    answer = world.call("POST", "/api/tasks", ANA, json=body)

    assert (answer.status_code, answer.get_json()["field"]) == (422, "webhook")
    assert (world.tasks.stored, world.endpoints.stored) == ({}, {})


def test_the_task_shows_every_attempt(world: World) -> None:
    delivery = Delivery("msg_1", NOON, 41, "out of order", 500)
    webhook = Webhook(HOOK).with_outcome("msg_1", NOON).attempted(1, 1, delivery, DeliveryState.PENDING)
    finished(world, webhook)
    shown = world.call("GET", f"/api/tasks/{'T' * 22}", ANA).get_json()["webhook"]

    assert shown == {
        "url": HOOK,
        "webhookId": "msg_1",
        "status": "pending",
        "deliveries": [
            {
                "webhookId": "msg_1",
                "at": "2026-11-23T12:00:00.000Z",
                "status": 500,
                "durationMs": 41,
                "answer": "out of order",
            }
        ],
    }


@pytest.mark.parametrize("state", [State.PROCESSED, State.FAILED])
def test_a_replay_delivers_the_same_outcome_with_all_attempts(world: World, state: State) -> None:
    event = event_id("T" * 22, 1001, 1)
    webhook = Webhook(HOOK).with_outcome(event, NOON).closed(event, 1, DeliveryState.GIVEN_UP)
    finished(world, webhook, state)
    world.clock.advance(3600)
    answer = world.call("POST", REPLAY, ANA)

    assert (answer.status_code, answer.get_json()["webhook"]["status"]) == (202, "pending")
    assert world.queue.enqueued == [(event, 2, 1, None)]
    assert world.tasks.stored["T" * 22].webhook.occurred_at == NOON


def test_an_outcome_that_had_no_receiver_can_be_replayed(world: World) -> None:
    finished(world, Webhook())
    put(world, url=HOOK)
    answer = world.call("POST", REPLAY, ANA)

    assert answer.status_code == 202
    assert world.queue.enqueued == [(event_id("T" * 22, 1001, 1), 1, 1, None)]


@pytest.mark.parametrize("state", [State.WAITING, State.CONVERTING, State.CANCELLED, State.EXPIRED])
def test_a_task_without_an_outcome_cannot_be_replayed(world: World, state: State) -> None:
    finished(world, Webhook(HOOK), state)
    answer = world.call("POST", REPLAY, ANA)

    assert (answer.status_code, world.queue.enqueued) == (409, [])


def test_a_replay_without_a_receiver_is_a_conflict(world: World) -> None:
    finished(world, Webhook())

    assert world.call("POST", REPLAY, ANA).status_code == 409


@pytest.mark.parametrize("path", [REPLAY, "/api/tasks/unknown/webhook/replay"])
def test_another_users_task_cannot_be_replayed_and_is_not_found(world: World, path: str) -> None:
    finished(world, Webhook(HOOK))
    answer = world.call("POST", path, BEA)

    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")
    assert world.queue.enqueued == []


def test_each_user_has_their_own_endpoint(world: World) -> None:
    put(world, url=HOOK)

    assert world.call("GET", "/api/webhook", BEA).get_json()["url"] is None


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_webhook_route_needs_a_token(world: World, method: str, path: str) -> None:
    assert world.call(method, path, json={}).status_code == 401
