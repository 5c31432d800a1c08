"""Compares the whole pipeline with bare ffmpeg: files per minute, overhead per task, where the time goes.

`python -m bench.pipeline`. The clock runs from the first upload to the last task's end. The bare ffmpeg is
the very one that convert uses, with the same encoder settings, two processes at a time.
"""

from __future__ import annotations

import argparse
import math
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench.harness.figures import Figure, figure, ratios, table
from bench.harness.material import write_wav
from bench.harness.measured_cloud import MeasuredCloud, converts_ffmpeg
from bench.scale import Deployment, Work, time_to_clear
from tools.cleanup.ending import clean_run

if TYPE_CHECKING:
    from collections.abc import Sequence

PART = "pipeline"
OPTIONS = {"bitRateKbps": 128}
ENCODERS = {"mp3": "libmp3lame", "ogg": "libvorbis"}
AT_A_TIME = 2
TIMEOUT_S = 1800
STEPS = ("downloaded", "probed", "transcoded", "verified", "stored")
# By the report of the predecessor, a university project on Flask, Celery and pydub, on one machine.
PREDECESSOR_PER_MINUTE = 10


class Job(NamedTuple):
    """What is done to every file of a round."""

    source: Path
    target: str

    def __str__(self) -> str:
        """As the bench's rows name it."""
        return f"{self.source.suffix[1:]}→{self.target}"


def bare(ffmpeg: str, job: Job, files: int) -> tuple[float, float]:
    """Seconds of elapsed and of processor time of so many conversions, two at a time."""
    before, began = _children_cpu_s(), time.perf_counter()
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        targets = [job.source.with_name(f"bare-{number}.{job.target}") for number in range(files)]
        list(pool.map(lambda target: _encode(ffmpeg, job.source, target), targets))
    return time.perf_counter() - began, _children_cpu_s() - before


def _encode(ffmpeg: str, source: Path, target: Path) -> Path:
    quiet = (ffmpeg, "-nostdin", "-v", "error", "-y")
    encoder = ("-map", "0:a:0", "-c:a", ENCODERS[target.suffix[1:]], "-b:a", "128k", "-threads", "1")
    subprocess.run([*quiet, "-i", source, *encoder, target], check=True, timeout=TIMEOUT_S)
    return target


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Run(NamedTuple):
    """What a number of files through the pipeline took.

    Attributes:
        elapsed_s: from the first upload to the last task's end.
        cpu_s: processor time of the functions.
        stand_in_cpu_s: of localcloud, in place of Google, and of the client: no instance would pay for it.
        steps: each step's milliseconds.
    """

    elapsed_s: float
    cpu_s: float
    stand_in_cpu_s: float
    steps: dict[str, list[float]]


def through(cloud: MeasuredCloud, job: Job, files: int) -> Run:
    """The same through the pipeline; what it made is deleted when all is measured."""
    tasks = [cloud.service.create(job.source, job.target, options=OPTIONS) for _ in range(files)]
    list(cloud.lines())
    functions_s, others_s, began = cloud.functions_cpu_s(), _stand_in_cpu_s(cloud), time.perf_counter()
    for task in tasks:
        cloud.service.upload(task, job.source)
    lines = cloud.until_settled(tasks, TIMEOUT_S)
    elapsed_s = time.perf_counter() - began
    cpu_s, stand_in_cpu_s = cloud.functions_cpu_s() - functions_s, _stand_in_cpu_s(cloud) - others_s
    for task in tasks:
        cloud.service.delete(task.id)
    steps = {
        step: [float(line["durationMs"]) for line in lines if line["step"] == step and "durationMs" in line]
        for step in STEPS
    }
    return Run(elapsed_s, cpu_s, stand_in_cpu_s, steps)


def _stand_in_cpu_s(cloud: MeasuredCloud) -> float:
    return cloud.own_cpu_s() + time.process_time()


def throughput(
    clouds: dict[int, MeasuredCloud], ffmpeg: str, song: Job, files: int, rounds: int
) -> list[Figure]:
    """Files a minute with each number of convert instances, beside bare ffmpeg."""
    alone: list[tuple[float, float]] = []
    ours: dict[int, list[Run]] = {instances: [] for instances in clouds}
    for _ in range(rounds):
        alone.append(bare(ffmpeg, song, files))
        for instances, cloud in clouds.items():
            ours[instances].append(through(cloud, song, files))
    bare_s = [elapsed_s for elapsed_s, _ in alone]
    rates = _per_minute(files, bare_s)
    found = [figure(PART, f"bare ffmpeg, {song}, two at a time", "", rates, unit="files/min")]
    for instances, runs in ours.items():
        found += _beside(named(song, instances), runs, bare_s, files, goal=instances == AT_A_TIME)
    both = ours[AT_A_TIME]
    cpu = ratios([run.cpu_s for run in both], [cpu_s for _, cpu_s in alone])
    beside = [run.stand_in_cpu_s / files for run in both]
    return [
        *found,
        figure(PART, f"songs {song}, CPU of the functions", "bare ffmpeg", cpu),
        figure(PART, f"… {song}, CPU of localcloud and client", "", beside, unit="s CPU/song"),
    ]


def named(song: Job, instances: int) -> str:
    """What the rows call it."""
    return f"songs {song}, {instances} convert instance{'s' if instances > 1 else ''}"


def _beside(name: str, runs: list[Run], bare_s: list[float], files: int, *, goal: bool) -> list[Figure]:
    """One way's rate, as it is and beside the others."""
    seconds = [run.elapsed_s for run in runs]
    rates = _per_minute(files, seconds)
    bound = 0.85 if goal else None
    return [
        figure(PART, name, "", rates, unit="files/min"),
        figure(PART, name, "bare ffmpeg", ratios(bare_s, seconds), goal=bound, at_most=False),
        figure(
            PART, name, "the predecessor's 10 files/min", [rate / PREDECESSOR_PER_MINUTE for rate in rates]
        ),
    ]


def overhead(cloud: MeasuredCloud, ffmpeg: str, clip: Job, files: int, rounds: int) -> list[Figure]:
    """What a task with a short clip costs beyond the encoding, and where the time of a lone one goes."""
    cpu: list[float] = []
    for _ in range(rounds):
        bare_cpu = bare(ffmpeg, clip, files)[1]
        cpu.append((through(cloud, clip, files).cpu_s - bare_cpu) / files)
    found = [figure(PART, "10 s clip, CPU besides the encoding", "", cpu, unit="s CPU/task", goal=0.5)]
    alone = [through(cloud, clip, 1) for _ in range(3 * rounds)]
    found.append(
        figure(PART, "10 s clip, upload to PROCESSED", "", [run.elapsed_s * 1000 for run in alone], unit="ms")
    )
    for step in STEPS:
        times = [time_ms for run in alone for time_ms in run.steps[step]]
        if times:
            found.append(figure(PART, f"… {step}", "", times, unit="ms"))
    rest = [run.elapsed_s * 1000 - sum(sum(times) for times in run.steps.values()) for run in alone]
    return [*found, figure(PART, "… events, documents, queue", "", rest, unit="ms")]


def model(clouds: dict[int, MeasuredCloud], clip: Job, files: int, rounds: int) -> list[Figure]:
    """The model's prediction for a spike of clips, relative to what two instances did: 1 is right.

    The model knows only how long one instance takes for half as many clips.
    """
    said, took = [], []
    for _ in range(rounds):
        clip_s = through(clouds[1], clip, files // 2).elapsed_s / (files // 2)
        warm = Deployment(instances=AT_A_TIME, cold_start_s=0, start_rate=math.inf)
        said.append(time_to_clear(files, Work(convert_s=clip_s), warm))
        took.append(through(clouds[AT_A_TIME], clip, files).elapsed_s)
    return [
        figure("scale", f"the model's time for {files} clips", "localcloud, 2 instances", ratios(said, took))
    ]


def _per_minute(files: int, seconds: Sequence[float]) -> list[float]:
    return [60 * files / elapsed for elapsed in seconds]


def run(
    *, song_s: float = 210, files: int = 12, clips: int = 8, spike: int = 20, rounds: int = 3
) -> list[Figure]:
    """Measure on two localclouds, one and two convert instances wide.

    Args:
        song_s: seconds of a song.
        files: songs of a round.
        clips: short clips of a round.
        spike: short clips that come at the same time.
        rounds: how often each is measured.
    """
    ffmpeg = converts_ffmpeg()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sonube-bench-")))
        song = Job(write_wav(folder / "song.wav", "music", song_s), "mp3")
        clip = Job(write_wav(folder / "clip.wav", "music", 10), "mp3")
        compressed = Job(_encode(ffmpeg, song.source, folder / "song.mp3"), "ogg")
        clouds = {}
        for instances in (AT_A_TIME, 1):
            place = folder / str(instances)
            place.mkdir()
            options = ("--instances", str(instances), "--idle-s", "3600", "--sweep-s", "0")
            clouds[instances] = stack.enter_context(MeasuredCloud(place, *options))
            through(clouds[instances], song, 2 * instances)
        wide = {AT_A_TIME: clouds[AT_A_TIME]}
        return [
            *throughput(clouds, ffmpeg, song, files, rounds),
            *throughput(wide, ffmpeg, compressed, files, rounds),
            *overhead(clouds[AT_A_TIME], ffmpeg, clip, clips, rounds),
            *model(clouds, clip, spike, rounds),
        ]


@clean_run("sonube-bench-")
def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.pipeline", description=__doc__)
    parser.add_argument("--song-s", type=float, default=210.0, help="seconds of a song")
    parser.add_argument("--files", type=int, default=12, help="songs of a round")
    parser.add_argument("--rounds", type=int, default=3, help="rounds")
    given = parser.parse_args()
    print(table(run(song_s=given.song_s, files=given.files, rounds=given.rounds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
