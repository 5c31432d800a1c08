"""Real functions deliver to real receivers, good and bad; every attempt is in the task's log."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
import requests
from standardwebhooks import Webhook

from tests.notify.conftest import WAITS_S
from tests.notify.outcomes import delivered, failed_task
from tests.notify.receiver import GIB, LONG_TEXT, Receiver, receiving
from tests.users import User
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tools.throwaway import ThrowawayCloud

ALL = len(WAITS_S) + 1
# Behaviour → state of the delivery at its end, and statuses of its attempts.
EXPECTED: dict[str, tuple[str, list[int | None]]] = {
    "ok": ("delivered", [200]),
    "recovers": ("delivered", [503, 503, 200]),
    "fails": ("givenUp", [500] * ALL),
    "gone": ("gone", [410]),
    "moved": ("givenUp", [302] * ALL),
    "gigabyte": ("delivered", [200]),
    "chatty": ("delivered", [200]),
    "hangs": ("delivered", [None, 200]),
    "drips": ("delivered", [None, 200]),
    "closes": ("givenUp", [None] * ALL),
    "babbles": ("givenUp", [None] * ALL),
    "busy": ("delivered", [429, 200]),
}


@pytest.fixture(scope="module")
def tasks(user: User, receiver: Receiver) -> dict[str, dict[str, Any]]:
    """A task for each behaviour, each with its own receiver, once all deliveries have ended."""
    ids = {kind: failed_task(user, webhook=f"{receiver.url}/{kind}") for kind in EXPECTED}
    return {kind: delivered(user, task_id) for kind, task_id in ids.items()}


@pytest.mark.parametrize("kind", EXPECTED)
def test_every_attempt_is_in_the_log(tasks: dict[str, Any], receiver: Receiver, kind: str) -> None:
    webhook = tasks[kind]["webhook"]
    came = receiver.at(f"/{kind}")

    assert (webhook["status"], [one["status"] for one in webhook["deliveries"]]) == EXPECTED[kind]
    assert len(came) == len(webhook["deliveries"])
    assert {one.headers["webhook-id"] for one in came} == {webhook["webhookId"]}
    assert {one["webhookId"] for one in webhook["deliveries"]} == {webhook["webhookId"]}


def test_each_outcome_has_its_own_id(tasks: dict[str, Any]) -> None:
    assert len({task["webhook"]["webhookId"] for task in tasks.values()}) == len(EXPECTED)


def test_a_hanging_receiver_times_out(tasks: dict[str, Any]) -> None:
    for kind in ("hangs", "drips"):
        left = tasks[kind]["webhook"]["deliveries"][0]

        assert left["answer"] == "No response within 15 s."
        assert left["durationMs"] >= 15_000


def test_the_log_keeps_the_first_kilobyte_of_an_answer(tasks: dict[str, Any], receiver: Receiver) -> None:
    chatty, gigabyte = (tasks[kind]["webhook"]["deliveries"][0] for kind in ("chatty", "gigabyte"))

    assert (chatty["answer"], gigabyte["answer"]) == (LONG_TEXT[:512], "x" * 1024)
    assert receiver.sent_bytes < GIB // 50


def test_a_redirect_is_not_followed(tasks: dict[str, Any], receiver: Receiver) -> None:
    assert tasks["moved"]["webhook"]["deliveries"][0]["answer"] == "over there"
    assert receiver.at("/ok/redirected") == []


@pytest.mark.parametrize(("kind", "wanted_s"), [("fails", WAITS_S), ("busy", (2,))])
def test_waits_grow_and_respect_retry_after(
    tasks: dict[str, Any], kind: str, wanted_s: tuple[float, ...]
) -> None:
    times = [datetime.fromisoformat(one["at"]) for one in tasks[kind]["webhook"]["deliveries"]]
    waited_s = [(after - before).total_seconds() for before, after in pairwise(times)]

    # The log's times are in whole milliseconds.
    assert all(real >= wanted - 0.001 for real, wanted in zip(waited_s, wanted_s, strict=True))


def test_the_official_library_verifies_an_event_whose_links_lead_to_the_outputs(
    user: User, receiver: Receiver, audio: Callable[..., Path]
) -> None:
    secret = new_user_secret(user)
    task = user.create("Ñandú 🎵.wav", "mp3", webhook=f"{receiver.url}/ok/song")
    user.upload(task, audio("wav").read_bytes()).raise_for_status()
    shown = delivered(user, task["id"])
    came = receiver.at("/ok/song")[0]
    event = Webhook(secret).verify(came.body, came.headers)
    output = event["data"]["outputs"][0]

    assert (event["type"], event["data"]["id"]) == ("task.processed", task["id"])
    assert event["data"]["filename"] == "Ñandú 🎵.wav"
    assert output["filename"] == "Ñandú 🎵.mp3"
    assert len(requests.get(output["download"]["url"], timeout=HANG_S).content) == output["sizeBytes"]
    assert shown["webhook"]["status"] == "delivered"


@pytest.fixture
def other(cloud: ThrowawayCloud) -> User:
    """A user whose endpoint no other test uses."""
    return User(cloud.url).sign_up()


@pytest.fixture
def own() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def twice(cloud: ThrowawayCloud) -> Iterator[None]:
    """Cloud Tasks and Eventarc deliver everything twice."""
    control = f"{cloud.environment['LOCALCLOUD_URL']}/faults"
    requests.put(control, "seed=1,duplicate=1", timeout=HANG_S).raise_for_status()
    yield
    requests.put(control, "", timeout=HANG_S).raise_for_status()


@pytest.mark.usefixtures("twice")
def test_duplicate_calls_are_in_the_log_and_deliver_one_outcome(other: User, own: Receiver) -> None:
    own.behaviour["/hook"] = "recovers"
    task_id = delivered(other, failed_task(other, webhook=f"{own.url}/hook"))["id"]
    webhook = logged(other, task_id, own)

    assert webhook["status"] == "delivered"
    assert {one.headers["webhook-id"] for one in own.at("/hook")} == {webhook["webhookId"]}
    assert 200 in {one["status"] for one in webhook["deliveries"]}


def test_410_disables_the_endpoint_until_it_is_set_again_and_a_replay_delivers_the_outcome(
    other: User, own: Receiver
) -> None:
    other.call("PUT", "/api/webhook", json={"url": f"{own.url}/hook"}).raise_for_status()
    own.behaviour["/hook"] = "gone"
    first = delivered(other, failed_task(other))
    disabled = other.call("GET", "/api/webhook").json()
    second = delivered(other, failed_task(other))
    own.behaviour["/hook"] = "ok"
    other.call("PUT", "/api/webhook", json={"url": f"{own.url}/hook"}).raise_for_status()
    replayed = other.call("POST", f"/api/tasks/{first['id']}/webhook/replay")
    again = delivered(other, first["id"])

    assert (first["webhook"]["status"], disabled["enabled"]) == ("gone", False)
    assert (second["webhook"]["status"], second["webhook"]["deliveries"]) == ("none", [])
    assert (replayed.status_code, again["webhook"]["status"]) == (202, "delivered")
    assert [one["status"] for one in again["webhook"]["deliveries"]] == [410, 200]
    assert {one.headers["webhook-id"] for one in own.at("/hook")} == {first["webhook"]["webhookId"]}


def test_during_a_rotation_both_secrets_verify_an_event(other: User, own: Receiver) -> None:
    body = {"url": f"{own.url}/ok"}
    old = other.call("PUT", "/api/webhook", json=body).json()["secret"]
    new = other.call("PUT", "/api/webhook", json={"rotateSecret": True}).json()["secret"]
    tried = other.call("POST", "/api/webhook/test").json()
    came = own.at("/ok")[0]

    assert (tried["delivered"], tried["status"], tried["answer"]) == (True, 200, "taken")
    assert old != new
    for secret in (old, new):
        assert Webhook(secret).verify(came.body, came.headers)["type"] == "webhook.test"


@pytest.mark.parametrize("url", ["https://10.0.0.1/", "https://[::ffff:127.0.0.1]/", "http://example.com/"])
def test_allowing_loopback_allows_no_other_private_address(other: User, url: str) -> None:
    answer = other.call("PUT", "/api/webhook", json={"url": url})

    assert (answer.status_code, answer.json()["field"]) == (422, "url")


def logged(user: User, task_id: str, receiver: Receiver) -> dict[str, Any]:
    """The task's webhook, once the log has as many attempts as came in: of two at once one may come late."""

    def whole() -> dict[str, Any] | None:
        webhook: dict[str, Any] = user.call("GET", f"/api/tasks/{task_id}").json()["webhook"]
        return webhook if len(webhook["deliveries"]) == len(receiver.received) else None

    return wait_until(whole, lambda: len(receiver.received))


def new_user_secret(user: User) -> str:
    """A secret that is known: the first one was shown when the first task was created."""
    return str(user.call("PUT", "/api/webhook", json={"rotateSecret": True}).json()["secret"])
