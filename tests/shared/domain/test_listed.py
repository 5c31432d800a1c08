"""The text of a task in a list."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from shared.domain.presentation import listed
from shared.domain.presentation.listed import listed_text, text_version
from shared.domain.presentation.specimen import specimen
from shared.domain.presentation.task import present_task


def test_text_is_the_task_without_tags_and_tracks() -> None:
    shown = present_task(specimen())
    del shown["source"]["tags"], shown["source"]["tracks"]

    assert shown == json.loads(listed_text(specimen()))


def test_another_presentation_has_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = text_version.__wrapped__()
    monkeypatch.setattr(listed, "present_task", lambda task: present_task(task) | {"mood": None})

    assert before != text_version.__wrapped__()


@pytest.mark.parametrize("part", ["error", "notes", "outputs"])
def test_every_part_of_a_task_tells_versions_apart(part: str) -> None:
    without = replace(specimen(), **{part: None if part == "error" else ()})  # type: ignore[arg-type]  # one of two

    assert listed_text(without) != listed_text(specimen())


def test_the_specimen_leaves_out_nothing_that_clients_see() -> None:
    """What is null in it may change its form without changing the version."""
    of_a_verdict = {"minimum", "maximum", "value", "meets"}

    assert set() == set(_null_fields(json.loads(listed_text(specimen())))) - of_a_verdict


def _null_fields(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [name for name, entry in value.items() if entry is None]
        return own + [name for entry in value.values() for name in _null_fields(entry)]
    return [name for entry in value for name in _null_fields(entry)] if isinstance(value, list) else []
