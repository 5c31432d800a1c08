"""docs/deploy.md: its costs add up, and its commands are valid."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest

from tests.deploy.fake_gcloud.refusals import NEW_PROJECT
from tests.deploy.running import PROJECT, ROOT

if TYPE_CHECKING:
    from tests.deploy.running import Deployer

TEXT = (ROOT / "docs" / "deploy.md").read_text()
COMMANDS = sorted({*re.findall(r"\./deploy\.sh ([^`\n]+)", TEXT)})
ROW = re.compile(r"\| ([^|]+) \| ([\d.]*) ?\| ?([\d.]*) ?\| \*{0,2}([\d.]+)\*{0,2} \|")


def test_documented_costs_are_quantity_times_price_and_add_up() -> None:
    rows = [(name, q, p, float(cost)) for name, q, p, cost in ROW.findall(TEXT)]
    lines = [(float(quantity), float(price), cost) for _, quantity, price, cost in rows if quantity]
    sums = {name.strip("*"): cost for name, quantity, _, cost in rows if not quantity}

    assert len(lines) == 15
    assert [round(quantity * price, 4) for quantity, price, _ in lines] == pytest.approx(
        [cost for *_, cost in lines], abs=6e-5
    )
    assert sum(cost for *_, cost in lines[:-2]) == pytest.approx(sums["work"])
    assert sum(cost for *_, cost in lines) == pytest.approx(sums["work, files and downloads"])


def test_documented_songs_of_the_free_tier_follow_from_the_quantities() -> None:
    quantity = {name: float(q) for name, q, _, _ in ROW.findall(TEXT) if q}
    cpu_s = quantity["convert, vCPU-seconds"] + quantity["api and notify, vCPU-seconds"]
    http_gib_s = quantity["api and notify, GiB-seconds of memory"]

    for convert_gib, documented in ((2, 27_200), (4, 14_800)):
        memory = convert_gib * quantity["convert, vCPU-seconds"] + http_gib_s
        songs = 1000 * min(180_000 / cpu_s, 360_000 / memory)
        assert documented == songs // 100 * 100
        assert f"{documented:,}" in TEXT


@pytest.mark.wide
def test_first_steps_work_as_they_are_written(deploy: Deployer) -> None:
    block = TEXT.partition("## In five minutes")[2].partition("```sh\n")[2].partition("```")[0]
    lines = [line.replace("my-sonube", PROJECT) for line in block.splitlines()]
    deploy.refusals = NEW_PROJECT
    runs = [deploy(*shlex.split(line)[1:]) for line in lines if line.startswith("./deploy.sh")]

    # Cloning, creating and linking the project come first.
    assert [shlex.split(line)[0] for line in lines] == [
        "git",
        "gcloud",
        "gcloud",
        "./deploy.sh",
        "./deploy.sh",
    ]
    assert [(run.status, run.stderr) for run in runs] == [(0, ""), (0, "")]
    assert "0 problems." in runs[0].stdout
    assert "https://sonube-api-" in runs[1].stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_documented_commands_are_valid(deploy: Deployer, command: str) -> None:
    words = [word.replace("my-sonube", PROJECT) for word in shlex.split(command)]
    options = [] if "--project" in words else ["--project", PROJECT]
    run = deploy(*words, *options, "--dry-run")

    assert (run.status, run.calls) == (0, [])


def test_every_command_and_option_is_documented(deploy: Deployer) -> None:
    usage = deploy("--help").stdout
    commands = re.findall(r"^(?:commands)? +([a-z]+)  +\w", usage, re.MULTILINE)
    options = re.findall(r"--[a-z-]+", usage)

    assert len(commands) == 8
    assert [word for word in commands + options if f"`{word}" not in TEXT] == []
