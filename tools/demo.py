"""One conversion through the whole pipeline on a throw-away localcloud, printed step by step.

Exit status 0 only if the downloaded result decodes whole and has the codec and the duration that it should.
Everything that it starts ends with it, also on Ctrl-C and on failure.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from shared.domain.formats import FORMATS
from tools.cleanup.ending import clean_run
from tools.clip import write_clip
from tools.examine import decoded_seconds, inspect_audio
from tools.throwaway import ThrowawayCloud

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
# Of one request, for hangs only: on a busy machine the first call of a function may take half a minute.
TIMEOUT_S = 300
CONVERSION_TIMEOUT_S = 600
TOLERANCE_S = 0.3
FINAL = frozenset({"PROCESSED", "FAILED", "CANCELLED", "EXPIRED"})


class DemoFailed(Exception):
    """The demo failed; the text says why."""


class Demo:
    """Prints each step with the time since the start."""

    def __init__(self, url: str) -> None:
        self._begin = time.monotonic()
        self._url = url
        self._http = requests.Session()

    def say(self, step: str, text: str) -> None:
        """One line."""
        print(f"{time.monotonic() - self._begin:6.2f} s  {step:<9} {text}", flush=True)

    def convert(self, file: Path, to: str, folder: Path) -> Path:
        """Sign up, create the task, upload, wait, download."""
        self._sign_up()
        task = self._create(file, to)
        self._upload(file, task["upload"])
        done = self._wait(task["id"])
        return self._download(done["outputs"][0], folder)

    def _sign_up(self) -> None:
        account = {"email": f"demo-{time.time_ns()}@example.com", "password": "correct horse"}
        session = self._call("POST", "/api/auth/signup", json=account)
        self._http.headers["Authorization"] = f"Bearer {session['idToken']}"
        self.say("sign up", account["email"])

    def _create(self, file: Path, to: str) -> Mapping[str, Any]:
        task = self._call("POST", "/api/tasks", json={"filename": file.name, "newFormat": to})
        self.say("create", f"task {task['id']}: {file.name} → {to}")
        return task

    def _upload(self, file: Path, upload: Mapping[str, Any]) -> None:
        with file.open("rb") as data:
            # requests sends no length for an empty file object, and chunks instead: give the bytes then.
            body = data if file.stat().st_size else b""
            answer = requests.put(upload["url"], data=body, headers=upload["headers"], timeout=TIMEOUT_S)
        if not answer.ok:
            raise DemoFailed(f"the upload was refused: {answer.status_code} {answer.text[:500]}")
        self.say("upload", f"{file.stat().st_size:,} bytes straight to the bucket by signed URL")

    def _wait(self, task_id: str) -> Mapping[str, Any]:
        deadline, seen = time.monotonic() + CONVERSION_TIMEOUT_S, None
        while time.monotonic() < deadline:
            task = self._call("GET", f"/api/tasks/{task_id}")
            if task["state"] != seen:
                seen = task["state"]
                self.say("state", seen)
            if seen in FINAL:
                return _processed(task)
            time.sleep(0.1)
        raise DemoFailed(f"the task was still {seen} after {CONVERSION_TIMEOUT_S} s")

    def _download(self, output: Mapping[str, Any], folder: Path) -> Path:
        target = folder / str(output["filename"])
        with (
            requests.get(output["download"]["url"], stream=True, timeout=TIMEOUT_S) as answer,
            target.open("wb") as file,
        ):
            answer.raise_for_status()
            shutil.copyfileobj(answer.raw, file)
        self.say("download", f"{target.stat().st_size:,} bytes by signed URL")
        return target

    def _call(self, method: str, path: str, **body: Any) -> Mapping[str, Any]:  # noqa: ANN401  # requests' own
        answer = self._http.request(method, self._url + path, timeout=TIMEOUT_S, **body)
        value: dict[str, Any] = answer.json()
        if not answer.ok:
            raise DemoFailed(f"{method} {path}: {value.get('code')}: {value.get('detail')}")
        return value


def check(source: Path, result: Path, to: str) -> str:
    """Decode the whole result and compare it with the source; print what it is.

    Raises:
        DemoFailed: codec or duration are not what they should be, or it does not decode.
    """
    found, expected_s = inspect_audio(result), decoded_seconds(source, tolerant=True)
    codec = "pcm" if found.codec.startswith("pcm_") else found.codec
    if codec != FORMATS[to].codec:
        raise DemoFailed(f"the result is {codec}, not {FORMATS[to].codec}")
    seconds = decoded_seconds(result)
    if abs(seconds - expected_s) > TOLERANCE_S:
        raise DemoFailed(f"the result decodes to {seconds:.2f} s, the source to {expected_s:.2f} s")
    return f"{codec}, {seconds:.2f} s, {found.sample_rate_hz} Hz, {found.channels} channels: decoded whole"


def _show(cloud: ThrowawayCloud, file: Path, to: str, target: Path) -> None:
    """The demo itself; what our own functions complained of is shown if it fails."""
    demo = Demo(cloud.url)
    demo.say("ready", f"api, convert and notify on {cloud.url}")
    try:
        result = demo.convert(file, to, target)
        demo.say("verify", check(file, result, to))
        demo.say("done", str(result))
    except DemoFailed:
        print(*cloud.log_errors(), sep="\n", file=sys.stderr)
        raise


def _processed(task: Mapping[str, Any]) -> Mapping[str, Any]:
    if task["state"] != "PROCESSED":
        error = task.get("error") or {}
        raise DemoFailed(
            f"{task['state']} {error.get('code')}: {error.get('message')} {error.get('hint', '')}"
        )
    return task


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--file", type=Path, help="an audio file; a short clip is made if none is given")
    parser.add_argument(
        "--to", default="mp3", choices=sorted(FORMATS), metavar="FORMAT", help="one of %(choices)s"
    )
    arguments = parser.parse_args()
    if arguments.file and not arguments.file.is_file():
        parser.error(f"there is no file {arguments.file}")
    return arguments


def main() -> int:
    """Run the demo; the exit status is for make."""
    arguments = _arguments()
    target = ROOT / "build" / "demo"
    target.mkdir(parents=True, exist_ok=True)
    try:
        with clean_run("sonube-demo-") as folder, ThrowawayCloud(folder) as cloud:
            file = arguments.file or write_clip(folder / "clip.wav")
            _show(cloud, file, arguments.to, target)
    except (DemoFailed, OSError, RuntimeError) as failure:
        print(f"demo: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
