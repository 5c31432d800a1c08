"""Compares each function's first real answer after a cold start with a hello world of functions-framework.

`python -m bench.cold_start`. The functions are the staged bundles after a replay of Google's buildpack
(`bench.buildpack`), on a localcloud's APIs; the clock runs from the start of the process to the end of an
answer that took the function's Google clients.
"""

from __future__ import annotations

import base64
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from bench.buildpack import Image, build, compile_sources
from bench.harness.figures import Figure, figure, ratios, table
from bench.harness.measured_cloud import MeasuredCloud
from shared.runtime.config import SETTINGS
from tools.cleanup.ending import clean_run
from tools.ffmpeg import ROOT, ffmpeg_dir
from tools.stage import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PART = "cold start"
ROUNDS = 7
TIMEOUT_S = 300
GOAL = 2.0
HELLO = """
import functions_framework

@functions_framework.http
def hello(request):
    return {"hello": "world"}
"""
# The least that api would take with Google's client of Firestore beside firebase-admin, and nothing done.
CLIENTS = """
import gc

import functions_framework

gc.disable()

@functions_framework.http
def clients(request):
    from firebase_admin import auth
    from google.cloud import firestore
    return {"imported": [auth.__name__, firestore.__name__]}
"""
INVOKER, AUDIENCE = "invoker@example.iam.gserviceaccount.com", "http://127.0.0.1:9"
WIRING = {
    "FIREBASE_API_KEY": "key",
    "TASKS_QUEUE": "projects/p/locations/l/queues/q",
    "LONG_QUEUE": "projects/p/locations/l/queues/long",
    "BULK_QUEUE": "projects/p/locations/l/queues/bulk",
    "QUEUED_URL": "http://127.0.0.1:9",
    "WEBHOOKS_QUEUE": "projects/p/locations/l/queues/w",
    "NOTIFY_URL": AUDIENCE,
    "NOTIFY_INVOKER": INVOKER,
}


@dataclass(frozen=True, slots=True)
class Start:
    """A function, and the request that is its first.

    Attributes:
        image: with its packages.
        source: of functions-framework.
        status: of the answer that shows that it did its work.
    """

    name: str
    image: Image
    source: Path
    method: str = "GET"
    path: str = "/"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    status: int = 200


def starts(cloud: MeasuredCloud, folder: Path, task_id: str) -> list[Start]:
    """The hello world first, then one with api's clients, then the three functions."""
    images = {name: build(ROOT / "build" / name, _made(folder / f"{name}-image")) for name in FUNCTIONS}
    api = images["api"]
    event = {
        "ce-id": "1",
        "ce-source": "//storage.googleapis.com/projects/_/buckets/b",
        "ce-specversion": "1.0",
        "ce-type": "google.cloud.storage.object.v1.finalized",
        "content-type": "application/json",
    }
    # An object that is no task's source: convert reads the task and ignores the object.
    other = {"bucket": "b", "name": f"{task_id}/other.wav", "generation": "1", "size": "1"}
    other |= {"timeCreated": "2026-11-23T12:00:00Z", "crc32c": "AAAAAA==", "contentType": "audio/wav"}
    finished = {"generation": "1", "attempt": 1, "nonce": "not this task's"}
    return [
        Start("hello", api, _written(folder / "hello", HELLO)),
        Start("clients", api, _written(folder / "clients", CLIENTS)),
        # Token verified, not revoked, document written, URL signed.
        Start(
            "api",
            api,
            api.workspace / "main.py",
            "POST",
            "/api/tasks",
            {"Authorization": f"Bearer {cloud.token}", "content-type": "application/json"},
            json.dumps({"filename": "song.wav", "newFormat": "mp3"}),
            status=201,
        ),
        Start(
            "convert",
            images["convert"],
            images["convert"].workspace / "main.py",
            "POST",
            headers=event,
            body=json.dumps(other),
        ),
        Start(
            "notify",
            images["notify"],
            images["notify"].workspace / "main.py",
            "POST",
            f"/api/tasks/{task_id}/processed",
            {"Authorization": f"Bearer {_invokers_token()}", "content-type": "application/json"},
            json.dumps(finished),
            status=403,
        ),
    ]


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _written(folder: Path, source: str) -> Path:
    bundle = _made(folder / "bundle")
    (bundle / "main.py").write_text(source)
    return compile_sources(bundle, folder / "workspace") / "main.py"


def _invokers_token() -> str:
    """As Cloud Run passes it on: verified, and its signature removed."""
    claims = {
        "iss": "https://accounts.google.com",
        "aud": AUDIENCE,
        "email": INVOKER,
        "email_verified": True,
        "exp": int(time.time()) + 3600,
    }
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in ({}, claims)]
    return ".".join([*encoded, "SIGNATURE_REMOVED_BY_GOOGLE"])


def first_answer_s(start: Start, environment: Mapping[str, str]) -> float:
    """Seconds from the start of the process to its first answer."""
    began = time.perf_counter()
    with _running(start, environment) as ask:
        ask()
        return time.perf_counter() - began


def heaviest_import(start: Start, environment: Mapping[str, str]) -> tuple[str, float]:
    """The package whose modules took longest to import until the first answer, and its milliseconds."""
    with tempfile.TemporaryFile() as said:
        with _running(start, {**environment, "PYTHONPROFILEIMPORTTIME": "1"}, said.fileno()) as ask:
            ask()
        said.seek(0)
        lines = said.read().decode(errors="replace").splitlines()
    spent: Counter[str] = Counter()
    for line in lines:
        if found := re.match(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", line):
            parts = found[2].split(".")
            spent[".".join(parts[: 3 if parts[0] == "google" else 1])] += int(found[1])
    name, microseconds = spent.most_common(1)[0]
    return name, microseconds / 1000


@contextmanager
def _running(
    start: Start, environment: Mapping[str, str], errors: int = subprocess.DEVNULL
) -> Iterator[_Ask]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    framework = str(start.image.framework)
    argv = [framework, "--source", str(start.source), "--target", start.name, "--host", "127.0.0.1"]
    process = subprocess.Popen(
        [*argv, "--port", str(port)],
        env={**environment, **start.image.environment},
        stdout=subprocess.DEVNULL,
        stderr=errors,
    )
    try:
        yield _Ask(start, f"http://127.0.0.1:{port}{start.path}")
    finally:
        process.terminate()
        process.wait(TIMEOUT_S)


@dataclass(frozen=True, slots=True)
class _Ask:
    start: Start
    url: str

    def __call__(self) -> None:
        """Ask as soon as the port is open.

        Raises:
            RuntimeError: it did not answer in time, or something else.
        """
        deadline, port = time.monotonic() + TIMEOUT_S, int(self.url.split(":")[2].partition("/")[0])
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.005)
        answer = requests.request(
            self.start.method,
            self.url,
            headers=dict(self.start.headers),
            data=self.start.body,
            timeout=TIMEOUT_S,
        )
        if answer.status_code != self.start.status:
            raise RuntimeError(f"{self.start.name} answered {answer.status_code}: {answer.text[:300]}")


def _environment(cloud: MeasuredCloud, folder: Path) -> dict[str, str]:
    known = {setting.name for setting in SETTINGS} | {"GOOGLE_APPLICATION_CREDENTIALS"}
    clients = {
        name: value
        for name, value in cloud.environment.items()
        if name in known or name.endswith("_EMULATOR_HOST")
    }
    machine = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    machine |= {"HOME": str(folder), "FFMPEG_DIR": ffmpeg_dir()}
    return {**machine, **WIRING, **clients}


def run(*, rounds: int = ROUNDS) -> list[Figure]:
    """Measure all, in turns."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sonube-bench-")))
        cloud = stack.enter_context(MeasuredCloud(folder, "--sweep-s", "0"))
        song = folder / "song.wav"
        song.touch()
        environment = _environment(cloud, _made(folder / "home"))
        given = starts(cloud, folder, cloud.service.create(song, "mp3").id)
        for start in given:
            first_answer_s(start, environment)
        times: dict[str, list[float]] = {start.name: [] for start in given}
        for _ in range(rounds):
            for start in given:
                times[start.name].append(first_answer_s(start, environment))
        return [row for start in given[1:] for row in _rows(start, times, environment)] + [
            figure(PART, "hello world, first answer", "", [1000 * t for t in times["hello"]], unit="ms")
        ]


def _rows(start: Start, times: Mapping[str, list[float]], environment: Mapping[str, str]) -> list[Figure]:
    ratio = ratios(times[start.name], times["hello"])
    if start.name == "clients":
        return [
            figure(
                PART,
                "hello world that imports firebase-admin and Google's Firestore client",
                "hello world",
                ratio,
            )
        ]
    goal = GOAL if start.name == "api" else None
    package, import_ms = heaviest_import(start, environment)
    return [
        figure(PART, f"{start.name}, first answer", "hello world", ratio, goal=goal),
        figure(PART, f"{start.name}, most expensive import: {package}", "", [import_ms], unit="ms"),
    ]


@clean_run("sonube-bench-")
def main() -> int:
    """Print the table."""
    print(table(run()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
