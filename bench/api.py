"""Compares api with a bare Flask route that returns the same JSON: rate and percentiles.

`python -m bench.api`. Both run under functions-framework; both are asked by the same threads over kept
connections, in turns.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from bench import calls
from bench.harness.figures import Figure, figure, table
from bench.harness.material import write_wav
from bench.harness.measured_cloud import MeasuredCloud
from tools.cleanup.ending import clean_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

PART = "api"
THREADS = 4
TIMEOUT_S = 300
FRAMEWORK = Path(sys.executable).with_name("functions-framework")
BARE = """
import functions_framework
from flask import Response

BODY = open("body.json").read()

@functions_framework.http
def bare(request):
    request.get_data()
    return Response(BODY, 200, mimetype="application/json")
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What a number of requests took: each one's seconds, and all of them together."""

    each_s: list[float]
    elapsed_s: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.each_s) / self.elapsed_s

    def percentile(self, percent: int) -> float:
        """In milliseconds."""
        return 1000 * statistics.quantiles(self.each_s, n=100)[percent - 1]


def load(ask: Callable[[requests.Session], requests.Response], number: int) -> Load:
    """Ask so often from several threads, each with its own connection."""
    sessions = [requests.Session() for _ in range(THREADS)]

    def share(session: requests.Session) -> list[float]:
        return [_timed(ask, session) for _ in range(number // THREADS)]

    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        each = [seconds for part in pool.map(share, sessions) for seconds in part]
    return Load(each, time.perf_counter() - began)


def _timed(ask: Callable[[requests.Session], requests.Response], session: requests.Session) -> float:
    began = time.perf_counter()
    ask(session).raise_for_status()
    return time.perf_counter() - began


@contextmanager
def bare_route(folder: Path, body: str) -> Iterator[str]:
    """The address of a function that only returns this JSON."""
    (folder / "main.py").write_text(BARE)
    (folder / "body.json").write_text(body)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    argv = [str(FRAMEWORK), "--source", "main.py", "--target", "bare", "--host", "127.0.0.1"]
    environment = os.environ | {"HOME": str(folder)}
    process = subprocess.Popen(
        [*argv, "--port", str(port)], cwd=folder, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + TIMEOUT_S
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(TIMEOUT_S)


def _routes(cloud: MeasuredCloud) -> dict[str, tuple[str, str, str]]:
    """Name of each measured request: its method, path and body."""
    # Lists and gets look at tasks that are there; twenty of them are a page.
    made = [_create(cloud) for _ in range(20)]
    new = json.dumps({"filename": "song.wav", "newFormat": "mp3"})
    return {
        "get": ("GET", f"/api/tasks/{made[0]}", ""),
        "list 20": ("GET", "/api/tasks", ""),
        # Last: what it makes would be in the list.
        "create": ("POST", "/api/tasks", new),
    }


def _create(cloud: MeasuredCloud) -> str:
    answer = requests.post(
        f"{cloud.url}/api/tasks",
        json={"filename": "song.wav", "newFormat": "mp3"},
        headers={"Authorization": f"Bearer {cloud.token}"},
        timeout=TIMEOUT_S,
    )
    answer.raise_for_status()
    return str(answer.json()["id"])


def compare(
    cloud: MeasuredCloud, name: str, route: tuple[str, str, str], number: int, rounds: int
) -> list[Figure]:
    """One of our routes, and the bare one with the same body."""
    method, path, body = route
    headers = {"Authorization": f"Bearer {cloud.token}", "Content-Type": "application/json"}

    def ours(session: requests.Session) -> requests.Response:
        url = cloud.url + path
        return session.request(method, url, data=body or None, headers=headers, timeout=TIMEOUT_S)

    answer = ours(requests.Session()).text
    with tempfile.TemporaryDirectory() as folder, bare_route(Path(folder), answer) as url:

        def theirs(session: requests.Session) -> requests.Response:
            return session.request(method, url, data=body or None, headers=headers, timeout=TIMEOUT_S)

        loads = [(load(theirs, number), load(ours, number)) for _ in range(rounds)]
    return [
        figure(PART, f"{name}, rate", "", [mine.rate for _, mine in loads], unit="requests/s"),
        figure(PART, f"{name}, rate", "bare Flask route", [mine.rate / other.rate for other, mine in loads]),
        *(_percentile(name, percent, loads) for percent in (50, 95, 99)),
    ]


def _percentile(name: str, percent: int, loads: Sequence[tuple[Load, Load]]) -> Figure:
    times = [mine.percentile(percent) for _, mine in loads]
    return figure(PART, f"{name}, p{percent}", "", times, unit="ms")


def run(*, number: int = 400, rounds: int = 3) -> list[Figure]:
    """Count the calls of create, get and list, and measure them."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sonube-bench-")))
        cloud = stack.enter_context(MeasuredCloud(folder, "--sweep-s", "0"))
        counted = calls.count(cloud.environment, cloud.token, _processed(cloud, folder), folder)
        routes = _routes(cloud)
        measured = [row for name in routes for row in compare(cloud, name, routes[name], number, rounds)]
        return [*calls.figures(counted), *measured]


def _processed(cloud: MeasuredCloud, folder: Path) -> str:
    clip = write_wav(folder / "clip.wav", "speech", 1.0)
    task = cloud.service.create(clip, "mp3")
    cloud.service.upload(task, clip)
    cloud.until_settled([task], TIMEOUT_S)
    return task.id


@clean_run("sonube-bench-")
def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.api", description=__doc__)
    parser.add_argument("--number", type=int, default=400, help="requests of a round")
    parser.add_argument("--rounds", type=int, default=3, help="rounds")
    given = parser.parse_args()
    print(table(run(number=given.number, rounds=given.rounds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
