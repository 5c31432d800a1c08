"""`make load`: three load scenarios, each compared with a baseline on the same machine.

usage: python -m lab.load [users=750] [songs=6] [seconds=60] [pile=300] [others=10] [every=60]
"""

from __future__ import annotations

import statistics
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

from bench.api import bare_route
from bench.harness.material import write_wav
from bench.harness.measured_cloud import MeasuredCloud, converts_ffmpeg
from bench.pipeline import PREDECESSOR_PER_MINUTE, Job, bare, through
from lab.fairness import beside_a_pile, p95_s
from lab.load_generator import Latencies, LoadGenerator
from tools.cleanup.ending import clean_run

if TYPE_CHECKING:
    from pathlib import Path

DEFAULTS = {"users": 750, "songs": 6, "seconds": 60, "pile": 300, "others": 10, "every": 60}
INSTANCES = (1, 2)
# From the report of the project that Sonube replaces (docs/reliability.md).
PREDECESSOR_ERRORS = "more than 1 %"


def _arguments(arguments: list[str]) -> dict[str, int]:
    options = dict(argument.partition("=")[::2] for argument in arguments)
    if unknown := sorted(set(options) - set(DEFAULTS)):
        raise SystemExit(f"{unknown[0]!r} is not an argument. The arguments are {', '.join(DEFAULTS)}.")
    return DEFAULTS | {name: int(value) for name, value in options.items()}


def _row(name: str, found: Latencies) -> str:
    p50, p95, p99 = (found.percentile_ms(percent) for percent in (50, 95, 99))
    return (
        f"  {name:<22} {len(found.each_s):>6} {found.errors:>7} {found.rate:>8.0f}"
        f" {p50:>8.0f} {p95:>8.0f} {p99:>8.0f}"
    )


def concurrent_users(folder: Path, users: int) -> int:
    """Scenario 1: all users log in, create a task and read it, concurrently. Returns the number of errors."""
    print(f"\n1. {users} concurrent users: log in, create a task, get it, list")
    with ExitStack() as stack:
        cloud = stack.enter_context(MeasuredCloud(folder, "--sweep-s", "0", "--quiet"))
        generator = LoadGenerator(cloud.url, users)
        generator.sign_up()
        body, ours = generator.work()
        route = stack.enter_context(bare_route(folder, body))
        hello = generator.request_baseline(route)
    print(f"  {'':<22} {'calls':>6} {'errors':>7} {'per s':>8} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8}")
    for name, found in [*ours.items(), ("bare function", hello)]:
        print(_row(name, found))
    base = hello.percentile_ms(95)
    ratios = ", ".join(f"{name} {found.percentile_ms(95) / base:.1f}" for name, found in ours.items())
    print(f"  p95 relative to the bare function: {ratios}")
    print(f"  errors: {sum(found.errors for found in ours.values())}; the predecessor: {PREDECESSOR_ERRORS}")
    return sum(found.errors for found in ours.values())


def conversions_per_minute(folder: Path, songs: int, seconds: int) -> None:
    """Scenario 2: songs from upload to PROCESSED, with one and with two convert instances."""
    print(f"\n2. {songs} songs of {seconds} s, wav to mp3, from upload to PROCESSED")
    song = Job(write_wav(folder / "song.wav", "music", seconds), "mp3")
    alone = 60 * songs / bare(converts_ffmpeg(), song, songs)[0]
    print(f"  bare ffmpeg, two at a time {alone:>8.1f} files/min")
    for instances in INSTANCES:
        instance_folder = folder / f"instances-{instances}"
        instance_folder.mkdir()
        options = ("--instances", str(instances), "--idle-s", "3600", "--sweep-s", "0")
        with MeasuredCloud(instance_folder, *options) as cloud:
            through(cloud, song, instances)
            rate = 60 * songs / statistics.median(through(cloud, song, songs)[0] for _ in range(2))
        print(
            f"  {instances} convert instance{'s' if instances > 1 else ' '}        {rate:>8.1f} files/min,"
            f" {rate / alone:.2f} of bare ffmpeg, {rate / PREDECESSOR_PER_MINUTE:.1f} x the predecessor"
        )


def fairness(folder: Path, pile: int, others: int, every_s: int) -> None:
    """Scenario 3: one owner has a pile of files, another sends one at a time."""
    print(f"\n3. an owner with {pile} files; another sends {others}, one each {every_s} s")
    alone, beside = beside_a_pile(folder, pile, others, every_s)
    print(f"  the other's wait, p95: alone {p95_s(alone):.1f} s, beside the pile {p95_s(beside):.1f} s")
    print(f"  beside the pile relative to alone: {p95_s(beside) / p95_s(alone):.1f} (the goal: 2 at most)")


def main(arguments: list[str]) -> int:
    """Run all scenarios; 0 if there were no errors."""
    options = _arguments(arguments)
    with clean_run("sonube-load-") as folder:
        users, songs, pile = (folder / name for name in ("users", "songs", "pile"))
        for each in (users, songs, pile):
            each.mkdir()
        errors = concurrent_users(users, options["users"])
        conversions_per_minute(songs, options["songs"], options["seconds"])
        fairness(pile, options["pile"], options["others"], options["every"])
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
