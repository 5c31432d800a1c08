"""`make faults`: rounds of the fault lab, each with a seed that replays it.

usage: python -m lab.faults [seed=N] [n=CONVERSIONS] [rounds=N] [crashes=N] [faults=PLAN] [keep=FOLDER]
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from lab.round import FAULTS, Round
from tools.cleanup.ending import clean_run

if TYPE_CHECKING:
    from lab.round import Report

DEFAULTS = {"seed": "1", "n": "50", "rounds": "4", "crashes": "1", "faults": FAULTS, "keep": ""}


def _arguments(arguments: list[str]) -> dict[str, str]:
    options = dict(argument.partition("=")[::2] for argument in arguments)
    if unknown := sorted(set(options) - set(DEFAULTS)):
        raise SystemExit(f"{unknown[0]!r} is not an argument. The arguments are {', '.join(DEFAULTS)}.")
    return DEFAULTS | options


def _run(seed: int, options: dict[str, str]) -> Report:
    folder = Path(tempfile.mkdtemp(prefix=f"{seed}-"))
    try:
        lab = Round(
            folder, seed, int(options["n"]), crashes=int(options["crashes"]), faults=options["faults"]
        )
        report = lab.run()
        if options["keep"] and report.violations:
            shutil.copytree(folder, Path(options["keep"]) / f"seed-{seed}", dirs_exist_ok=True)
        return report
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _show(report: Report, options: dict[str, str]) -> None:
    verdict = "passed" if not report.violations else f"{len(report.violations)} VIOLATIONS"
    ended = ", ".join(f"{times} {what}" for what, times in sorted(report.ended.items()))
    claims, faults = report.steps["claimed"], sum(report.injected.values())
    print(
        f"seed {report.seed:>5}  {report.cases} conversions, {claims} attempts, {faults} faults,"
        f" {report.seconds:.0f} s: {verdict}  ({ended})",
        flush=True,
    )
    for violation in report.violations:
        print(f"    {violation}")
    if report.violations:
        print(f'    replay: make faults ARGS="seed={report.seed} n={options["n"]} rounds=1"')


def _table(reports: list[Report]) -> None:
    injected, steps = Counter[str](), Counter[str]()
    for report in reports:
        injected.update(report.injected)
        steps.update(report.steps)
    print("\ninjected faults")
    for what, times in sorted(injected.items()):
        print(f"  {times:>6}  {what}")
    print("steps of the functions")
    for what in (
        "claimed",
        "finished",
        "ignored",
        "stopped",
        "attempt_failed",
        "repaired",
        "sweep_finished",
        "settled",
    ):
        print(f"  {steps[what]:>6}  {what}")


def main(arguments: list[str]) -> int:
    """Run the rounds; 0 if there were no violations."""
    options = _arguments(arguments)
    seeds = range(int(options["seed"]), int(options["seed"]) + int(options["rounds"]))
    print(f"faults: {options['faults']}; {options['crashes']} crashes of localcloud in each round")
    reports = []
    with clean_run("sonube-lab-"):
        for seed in seeds:
            reports.append(_run(seed, options))
            _show(reports[-1], options)
    _table(reports)
    broken = sum(bool(report.violations) for report in reports)
    total = sum(report.cases for report in reports)
    print(
        f"\n{total} conversions, {len(reports)} seeds: "
        + (f"{broken} rounds with violations" if broken else "no violations")
    )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
