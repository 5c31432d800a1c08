"""The webhook of a task, and the secrets of an endpoint."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from shared.domain.webhook import LOG_ENTRIES, Delivery, DeliveryState, Webhook
from shared.webhooks.endpoint import ROTATION_OVERLAP, Endpoint
from tests.fakes.clock import NOON

PENDING = Webhook().with_outcome("msg_1", NOON)
FAILED = Delivery("msg_1", NOON, 5, "out of order", 500)


def test_attempt_made_by_two_instances_counts_once_and_is_logged_twice() -> None:
    once = PENDING.attempted(1, 1, FAILED, DeliveryState.PENDING)
    twice = once.attempted(1, 1, FAILED, DeliveryState.PENDING)

    assert (twice.sent, len(twice.deliveries)) == (1, 2)


def test_delivery_by_one_of_two_instances_stands() -> None:
    delivered = PENDING.attempted(1, 1, replace(FAILED, status=200), DeliveryState.DELIVERED)
    after = delivered.attempted(1, 1, FAILED, DeliveryState.PENDING)

    assert (after.state, len(after.deliveries)) == (DeliveryState.DELIVERED, 2)


def test_attempt_for_an_earlier_outcome_is_only_logged() -> None:
    newer = PENDING.with_outcome("msg_2", NOON)
    after = newer.attempted(1, 1, FAILED, DeliveryState.GONE)

    assert (after.state, after.sent, after.deliveries) == (DeliveryState.PENDING, 0, (FAILED,))


def test_log_keeps_the_latest_attempts() -> None:
    webhook = PENDING
    for number in range(1, LOG_ENTRIES + 5):
        webhook = webhook.attempted(1, number, replace(FAILED, duration_ms=number), DeliveryState.PENDING)

    assert [one.duration_ms for one in webhook.deliveries] == list(range(5, LOG_ENTRIES + 5))


def test_full_log_fits_into_a_document() -> None:
    longest = replace(FAILED, answer="€" * 1024)
    size = LOG_ENTRIES * (len(longest.answer.encode()) + len(longest.event) + 200)

    assert size < 1024 * 1024 / 4


def test_both_secrets_sign_for_a_day_after_a_rotation() -> None:
    endpoint = Endpoint.new("ana", "whsec_old", NOON).rotated("whsec_new", NOON)
    almost, after = NOON + ROTATION_OVERLAP - timedelta(seconds=1), NOON + ROTATION_OVERLAP

    assert endpoint.secrets(almost) == ("whsec_new", "whsec_old")
    assert endpoint.secrets(after) == ("whsec_new",)


def test_second_rotation_ends_the_oldest_secret() -> None:
    endpoint = Endpoint.new("ana", "whsec_1", NOON).rotated("whsec_2", NOON).rotated("whsec_3", NOON)

    assert endpoint.secrets(NOON) == ("whsec_3", "whsec_2")


def test_disabled_receiver_is_enabled_by_setting_it_again() -> None:
    endpoint = Endpoint.new("ana", "whsec_1", NOON).with_url("https://a.example/", NOON)
    gone = endpoint.disabled("https://a.example/", NOON)

    assert (endpoint.receiver, gone.receiver) == ("https://a.example/", None)
    assert gone.with_url("https://a.example/", NOON).receiver == "https://a.example/"


def test_410_of_an_earlier_receiver_does_not_disable_the_current_one() -> None:
    endpoint = Endpoint.new("ana", "whsec_1", NOON).with_url("https://b.example/", NOON)

    assert endpoint.disabled("https://a.example/", NOON) is endpoint
