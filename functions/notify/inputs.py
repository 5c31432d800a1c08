"""The bodies of the calls to notify, as typed values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from shared.domain.fields import Field, FieldTable

if TYPE_CHECKING:
    from collections.abc import Mapping

NONCE = Field("nonce", "string", "Secret of the task; proves that the caller knows it.", is_required=True)
COUNT = Field("attempt", "integer", "Attempt of the conversion.", minimum=1, is_required=True)
GENERATION = Field(
    "generation",
    "string",
    "Generation of the converted object; text, for it may exceed the integers of JSON.",
    pattern="^[0-9]{1,19}$",
    must_be="a string of digits",
    is_required=True,
)
FINISHED_ATTEMPT = FieldTable("FinishedAttempt", (NONCE, GENERATION, COUNT), is_open=True)
DELIVERY_ATTEMPT = FieldTable(
    "DeliveryAttempt",
    (
        NONCE,
        replace(NONCE, name="event", description="`webhook-id` of the outcome."),
        replace(COUNT, name="run", description="Run of deliveries; each replay begins another."),
        replace(COUNT, name="number", description="Attempt of the run."),
    ),
    is_open=True,
)


@dataclass(frozen=True, slots=True)
class FinishedAttempt:
    """An attempt of a conversion that has finished, as convert reports it."""

    nonce: str
    generation: int
    attempt: int


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """An attempt to deliver an outcome that is due."""

    nonce: str
    event: str
    run: int
    number: int


def parse_finished_attempt(body: Mapping[str, Any]) -> FinishedAttempt:
    """The body of `POST /api/tasks/{id}/processed`.

    Raises:
        InvalidField: names the invalid field.
    """
    values = FINISHED_ATTEMPT.parse(body)
    return FinishedAttempt(values["nonce"], int(values["generation"]), values["attempt"])


def parse_delivery_attempt(body: Mapping[str, Any]) -> DeliveryAttempt:
    """The body of `POST /api/tasks/{id}/deliver`.

    Raises:
        InvalidField: names the invalid field.
    """
    return DeliveryAttempt(**DELIVERY_ATTEMPT.parse(body))
