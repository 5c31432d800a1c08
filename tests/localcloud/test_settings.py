"""The command line of localcloud says what each option is, and gives what it says."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from localcloud.settings import Settings, parse_settings


def test_help_names_every_option_with_its_meaning_and_default(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_settings(["--help"])
    text = " ".join(capsys.readouterr().out.split())

    assert ended.value.code == 0
    for each in fields(Settings):
        assert f"--{each.name.replace('_', '-')} " in text
    assert "--instances INSTANCES maximum number of convert instances (default: 2)" in text


def test_without_options_everything_has_its_default() -> None:
    assert parse_settings([]) == Settings()


def test_each_option_has_its_type() -> None:
    given = ["--data", "elsewhere", "--api-port", "0", "--idle-s", "1.5", "--apis-only", "--faults", "seed=7"]

    expected = Settings(data=Path("elsewhere"), api_port=0, idle_s=1.5, apis_only=True, faults="seed=7")
    assert parse_settings(given) == expected


@pytest.mark.parametrize("arguments", [["--api-port", "many"], ["--nonsense"], ["--data"]])
def test_a_wrong_option_is_refused_in_a_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_settings(arguments)

    assert ended.value.code == 2
    assert "python -m localcloud: error:" in capsys.readouterr().err
