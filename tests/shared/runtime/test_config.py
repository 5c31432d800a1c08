"""Configuration fails early, and in words."""

from __future__ import annotations

import pytest

from shared.runtime.config import SETTINGS, Environment, Misconfigured, refuse_emulators_when_deployed


def test_a_missing_variable_says_what_it_is_for() -> None:
    with pytest.raises(Misconfigured, match="Set BUCKET: Bucket that holds"):
        Environment({}).text("BUCKET")


def test_defaults_are_the_tables() -> None:
    env = Environment({})

    assert [s.default for s in SETTINGS if s.default is not None] == [
        env.text(s.name) for s in SETTINGS if s.default is not None
    ]


@pytest.mark.parametrize("value", ["0", "-1", "ten", "1.5", "٣"])
def test_a_number_must_be_one(value: str) -> None:
    with pytest.raises(Misconfigured, match="LEASE_S must be a whole number"):
        Environment({"LEASE_S": value}).number("LEASE_S")


def test_a_deployed_function_refuses_an_emulator() -> None:
    with pytest.raises(Misconfigured, match="FIREBASE_AUTH_EMULATOR_HOST"):
        refuse_emulators_when_deployed({"K_SERVICE": "api", "FIREBASE_AUTH_EMULATOR_HOST": "x:1"})


def test_a_laptop_may_use_one() -> None:
    refuse_emulators_when_deployed({"FIREBASE_AUTH_EMULATOR_HOST": "x:1"})
