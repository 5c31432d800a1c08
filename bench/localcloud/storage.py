"""localcloud's Cloud Storage beside gcp-storage-emulator: `python -m bench.localcloud.storage [ROUNDS]`.

Both run at the same time and take turns, with the same HTTP client. The emulator is installed into a
throw-away environment. Ours is the whole localcloud, with Firestore, and records an event for each object.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
import venv
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import requests

from bench.harness.figures import Figure, figure, ratios, table
from bench.harness.process import tree_bytes
from tools.cleanup.ending import clean_run
from tools.ffmpeg import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

PART = "localcloud's Cloud Storage"
OTHER = "gcp-storage-emulator"
# It imports pkg_resources, which setuptools has dropped since.
PACKAGES = (OTHER, "setuptools<81")
ROUNDS = 5
BURST = 100
CLIENTS = 8
SMALL = bytes(1000)
MIB = 2**20
LARGE_MIB = 500
ADDED_MAX_MIB = 12.0
TIMEOUT_S = 120


@dataclass
class Side:
    """One of the two servers, with a bucket in it; figures by name, one a round."""

    url: str
    pid: int
    start_s: float
    rates: dict[str, list[float]] = field(default_factory=dict)

    def upload(self, session: requests.Session, name: str, body: bytes | BinaryIO) -> None:
        """One simple upload."""
        url = f"{self.url}/upload/storage/v1/b/songs/o?uploadType=media&name={name}"
        session.post(url, data=body, timeout=TIMEOUT_S).raise_for_status()

    def download(self, session: requests.Session, name: str) -> int:
        """The whole of an object; its size."""
        url = f"{self.url}/storage/v1/b/songs/o/{name}?alt=media"
        with session.get(url, stream=True, timeout=TIMEOUT_S) as answer:
            answer.raise_for_status()
            return sum(len(piece) for piece in answer.iter_content(MIB))


@contextmanager
def server(argv: Sequence[str], port: int) -> Iterator[Side]:
    """A server's process, from the start until it has been killed; it answers and has its bucket."""
    url, began = f"http://127.0.0.1:{port}", time.perf_counter()
    process = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not _answers(url):
            if process.poll() is not None or time.perf_counter() - began > TIMEOUT_S:
                raise RuntimeError(f"{argv[0]} did not start.")
            time.sleep(0.01)
        start_s = time.perf_counter() - began
        requests.post(f"{url}/storage/v1/b?project=p", json={"name": "songs"}, timeout=TIMEOUT_S)
        yield Side(url, process.pid, start_s)
    finally:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/storage/v1/b?project=p", timeout=TIMEOUT_S).ok
    except requests.ConnectionError:
        return False


def free_port() -> int:
    """A free port of loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def localcloud(folder: Path) -> AbstractContextManager[Side]:
    """Ours, without the functions."""
    port = free_port()
    argv = [sys.executable, "-m", "localcloud", "--apis-only", "--data", str(folder)]
    return server([*argv, "--storage-port", str(port)], port)


def emulator(programs: Path, folder: Path) -> AbstractContextManager[Side]:
    """The other one, storing on disk as ours does."""
    port = free_port()
    argv = [str(programs / OTHER), "-d", str(folder), "start", "-q", "--host", "127.0.0.1"]
    return server([*argv, "--port", str(port)], port)


def install(folder: Path) -> Path:
    """An environment with the emulator; where its programs are."""
    venv.create(folder, with_pip=True)
    programs = folder / "bin"
    subprocess.run([programs / "pip", "install", "-q", *PACKAGES], check=True, timeout=600)
    return programs


def uploads(side: Side) -> None:
    """Small objects, one after the other."""
    with requests.Session() as session:
        for number in range(BURST):
            side.upload(session, f"small-{number}", SMALL)


def downloads(side: Side) -> None:
    """The same back."""
    with requests.Session() as session:
        for number in range(BURST):
            side.download(session, f"small-{number}")


def together(side: Side) -> None:
    """Small objects, several clients at a time."""

    def one(client: int) -> None:
        with requests.Session() as session:
            for number in range(BURST // CLIENTS):
                side.upload(session, f"together-{client}-{number}", SMALL)

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(one, range(CLIENTS)))


OPERATIONS: dict[str, Callable[[Side], None]] = {
    "1 kB uploads per second": uploads,
    "1 kB downloads per second": downloads,
    f"uploads per second, {CLIENTS} clients": together,
}


def large(side: Side, file: Path) -> tuple[float, float]:
    """One upload and download of a file: MiB a second of both together, and MiB of memory added."""
    before, began = tree_bytes(side.pid), time.perf_counter()
    with requests.Session() as session, file.open("rb") as body:
        side.upload(session, "large", body)
        side.download(session, "large")
    return 2 * LARGE_MIB / (time.perf_counter() - began), (tree_bytes(side.pid) - before) / MIB


def measure(ours: Side, other: Side, rounds: int) -> None:
    """Take turns; the order of the two alternates."""
    for number in range(rounds):
        for name, operation in OPERATIONS.items():
            for side in (ours, other) if number % 2 else (other, ours):
                began = time.perf_counter()
                operation(side)
                side.rates.setdefault(name, []).append(BURST / (time.perf_counter() - began))


def start_times(programs: Path, folder: Path, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds from the start of a process to its first answer, ours and the other's."""
    ours, others = [], []
    for number in range(rounds):
        with localcloud(folder / f"ours-{number}") as our:
            ours.append(our.start_s)
        with emulator(programs, folder / f"other-{number}") as other:
            others.append(other.start_s)
    return ours, others


def run(rounds: int = ROUNDS) -> list[Figure]:
    """Measure both in one run; rates, times and memory as ours to the other's."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        programs = install(folder / "environment")
        starts = start_times(programs, folder, rounds)
        ours = stack.enter_context(localcloud(folder / "ours"))
        other = stack.enter_context(emulator(programs, folder / "other"))
        resting = tree_bytes(ours.pid) / tree_bytes(other.pid)
        measure(ours, other, rounds)
        file = folder / "file"
        with file.open("wb") as sparse:
            sparse.truncate(LARGE_MIB * MIB)
        (our_rate, our_mib), (other_rate, other_mib) = large(ours, file), large(other, file)
    transfer = f"{LARGE_MIB} MiB up and down"
    return [
        figure(PART, "time to the first answer", OTHER, ratios(*starts)),
        figure(PART, "memory at rest", OTHER, [resting]),
        *(figure(PART, name, OTHER, ratios(ours.rates[name], other.rates[name])) for name in OPERATIONS),
        figure(PART, f"{transfer}, rate", OTHER, [our_rate / other_rate]),
        figure(PART, f"{transfer}, memory added", "", [our_mib], unit="MiB", goal=ADDED_MAX_MIB),
        figure(PART, f"{transfer}, memory added by {OTHER}", "", [other_mib], unit="MiB"),
    ]


@clean_run("sonube-bench-")
def main() -> int:
    """Measure and print."""
    print(table(run(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
