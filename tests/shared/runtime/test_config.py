"""Invalid settings stop a function at start-up, with a message that names the setting."""

from __future__ import annotations

import pytest

from shared.runtime.config import SETTINGS, Environment, Misconfigured, refuse_emulators_when_deployed


def test_missing_variable_is_named_with_its_meaning() -> None:
    with pytest.raises(Misconfigured, match="BUCKET is required but not set"):
        Environment({}).text("BUCKET")


def test_defaults_come_from_the_table() -> None:
    env = Environment({})

    assert [s.default for s in SETTINGS if s.default is not None] == [
        env.text(s.name) for s in SETTINGS if s.default is not None
    ]


@pytest.mark.parametrize("value", ["0", "-1", "ten", "1.5", "٣"])
def test_number_must_be_a_positive_integer(value: str) -> None:
    with pytest.raises(Misconfigured, match="it must be a positive integer"):
        Environment({"LEASE_S": value}).number("LEASE_S")


def test_deployed_function_refuses_an_emulator() -> None:
    with pytest.raises(Misconfigured, match="FIREBASE_AUTH_EMULATOR_HOST"):
        refuse_emulators_when_deployed({"K_SERVICE": "api", "FIREBASE_AUTH_EMULATOR_HOST": "x:1"})


def test_local_function_may_use_an_emulator() -> None:
    refuse_emulators_when_deployed({"FIREBASE_AUTH_EMULATOR_HOST": "x:1"})
