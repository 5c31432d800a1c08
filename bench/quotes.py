"""Compares what a task was said to cost, before it existed, with what the ledger charged for it.

`python -m bench.quotes`. Songs and a clip go through a localcloud, one after another. Both sides have one
download of the result, which the ledger counts by itself. How many seconds an instance works depends on the
machine; the table of costs was measured on another.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.harness.figures import Figure, figure, table
from bench.harness.material import write_wav
from bench.harness.measured_cloud import MeasuredCloud
from bench.harness.tagged_song import write_song
from shared.domain.costs.prices import load_prices, usd
from tools.cleanup.ending import clean_run

if TYPE_CHECKING:
    from collections.abc import Iterator

PART = "quotes"
# Of what is charged.
TOLERANCE = 0.15
ROUNDS = 3
TIMEOUT_S = 600


class Case(NamedTuple):
    """A conversion."""

    source: Path
    seconds: float
    target: str
    options: dict[str, Any]

    def __str__(self) -> str:
        """As the rows name it."""
        loudness = f" at {self.options['loudnessLufs']} LUFS" if "loudnessLufs" in self.options else ""
        return f"{self.seconds:g} s {self.source.suffix[1:]}→{self.target}{loudness}"


def cases(folder: Path, song_s: float, clip_s: float) -> Iterator[Case]:
    """Lossless and lossy sources and outputs, a loudness, and a clip whose fixed costs are most of it."""
    song = write_wav(folder / "song.wav", "music", song_s)
    kbps = {"bitRateKbps": 128}
    yield Case(song, song_s, "mp3", kbps)
    yield Case(song, song_s, "flac", {})
    yield Case(song, song_s, "m4a", {"loudnessLufs": -16})
    for ending, target in (("mp3", "ogg"), ("flac", "opus")):
        encoded = folder / f"song.{ending}"
        write_song(encoded, song_s, ending, tagged=False)
        yield Case(encoded, song_s, target, kbps)
    yield Case(write_wav(folder / "clip.wav", "music", clip_s), clip_s, "mp3", kbps)


def said_over_charged(cloud: MeasuredCloud, case: Case) -> float:
    """Convert the file; the quote, as a share of what the ledger has in the end."""
    quote = cloud.service.quote(case.source, case.target, options=case.options, duration_s=case.seconds)
    task = cloud.service.create(case.source, case.target, options=case.options)
    cloud.service.upload(task, case.source)
    done = cloud.service.wait(task.id, timeout_s=TIMEOUT_S)
    download = usd(load_prices().download(sum(output["sizeBytes"] for output in done.raw["outputs"])))
    cloud.service.delete(task.id)
    return float(quote.cost_usd or 0.0) / (float(done.raw["cost"]["totalUsd"]) + download)


def run(*, song_s: float = 210, clip_s: float = 10, rounds: int = ROUNDS) -> list[Figure]:
    """Measure all cases in turns."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sonube-bench-")))
        options = ("--instances", "1", "--idle-s", "3600", "--sweep-s", "0")
        cloud = stack.enter_context(MeasuredCloud(folder, *options))
        given = list(cases(folder, song_s, clip_s))
        said_over_charged(cloud, given[-1])
        found = [[said_over_charged(cloud, case) for case in given] for _ in range(rounds)]
    return [
        figure(PART, f"{case}, the quote", "the ledger", list(shares))
        for case, shares in zip(given, zip(*found, strict=True), strict=True)
    ]


@clean_run("sonube-bench-")
def main() -> int:
    """Print the table; status 1 if a quote is further from the ledger than it may be."""
    rows = run()
    print(table(rows))
    far = [row.name for row in rows if abs(row.value - 1) > TOLERANCE]
    print(f"Beyond {TOLERANCE:.0%}: {'; '.join(far) or 'none'}.")
    return int(bool(far))


if __name__ == "__main__":
    sys.exit(main())
