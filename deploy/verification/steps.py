"""The steps of the verification: what a user does, on a throw-away account, with the time of each."""

from __future__ import annotations

import secrets
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from deploy.verification.calls import Refused, call, send
from deploy.verification.mp3 import mp3_seconds
from tools.clip import write_clip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CLIP_S, TOLERANCE_S = 5.2, 0.3
# A new trigger takes minutes; a conversion of this clip takes a second.
WAIT_S, LOOK_S = 300.0, 0.2
ENDED = frozenset({"PROCESSED", "FAILED", "CANCELLED", "EXPIRED"})


class StepFailed(Exception):
    """A step failed.

    Attributes:
        step: the key of its cause in `causes`.
        status: of HTTP, or 0.
    """

    def __init__(self, step: str, text: str, status: int = 0) -> None:
        super().__init__(text)
        self.step, self.status = step, status


@dataclass(frozen=True, slots=True)
class Place:
    """Where the service is.

    Attributes:
        api: its address.
        storage: of the JSON API of Cloud Storage.
        identity: of Identity Toolkit.
        key: the web API key.
        token: that may write to the bucket.
    """

    api: str
    storage: str
    bucket: str
    identity: str
    key: str
    token: str


@dataclass
class Verification:
    """Does the steps; `seconds` has what each took."""

    place: Place
    wait_s: float = WAIT_S
    say: Callable[[str], None] = print
    seconds: dict[str, float] = field(default_factory=dict)
    _token: str = ""
    _tasks: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Do all steps, and always remove what they made.

        Raises:
            StepFailed: a step failed; later ones were not done.
        """
        clip = _clip()
        try:
            self._open_page()
            uid = self._sign_up()
            with self._step("list", "tasks are listed"):
                self._call("GET", "/api/tasks")
            self._convert(clip, "first")
            self._convert(clip, "second")
            self._drop(clip, uid)
        except BaseException:
            self._remove(quietly=True)
            raise
        self._remove(quietly=False)
        cold_s = self.seconds["event, first"] - self.seconds["event, second"]
        self.seconds["cold start of convert, about"] = max(0.0, round(cold_s, 2))

    def _open_page(self) -> None:
        for which in ("first", "second"):
            with self._step("page", f"the page answers, {which}", f"page, {which}"):
                send("GET", f"{self.place.api}/")

    def _sign_up(self) -> str:
        with self._step("account", "a throw-away account is made"):
            account = {
                "email": f"verify-{secrets.token_hex(8)}@example.com",
                "password": secrets.token_hex(12),
            }
            session = self._call("POST", "/api/auth/signup", account)
            self._token = session["idToken"]
        return str(session["userId"])

    def _convert(self, clip: bytes, which: str) -> None:
        with self._step("task", f"a task is created, {which}", f"task, {which}"):
            task = self._call("POST", "/api/tasks", {"filename": "verify.wav", "newFormat": "mp3"})
            self._tasks.append(task["id"])
        with self._step("upload", f"the file is uploaded, {which}", f"upload, {which}"):
            upload = task["upload"]
            headers = {name.replace("-", "_"): value for name, value in upload["headers"].items()}
            send(upload["method"], upload["url"], clip, **headers)
        with self._step("event", f"convert takes the event, {which}", f"event, {which}"):
            self._until(task["id"], lambda found: found["state"] != "WAITING")
        with self._step("conversion", f"the task is PROCESSED, {which}", f"conversion, {which}"):
            done = self._processed(task["id"])
        with self._step("download", f"the result is downloaded and right, {which}", f"download, {which}"):
            _check(send("GET", done["outputs"][0]["download"]["url"]))

    def _drop(self, clip: bytes, uid: str) -> None:
        name = quote(f"drop/mp3/{uid}/dropped.wav", safe="")
        address = (
            f"{self.place.storage}/upload/storage/v1/b/{self.place.bucket}/o?uploadType=media&name={name}"
        )
        with self._step("drop", "a dropped file is converted"):
            send("POST", address, clip, authorization=f"Bearer {self.place.token}", content_type="audio/wav")
            deadline = time.monotonic() + self.wait_s
            while time.monotonic() < deadline:
                found = [task["id"] for task in self._call("GET", "/api/tasks")["tasks"]]
                new = [task for task in found if task not in self._tasks]
                if new:
                    self._tasks += new
                    self._processed(new[0])
                    return
                time.sleep(LOOK_S)
            raise StepFailed("drop", f"After {self.wait_s:.0f} s there is no task for the dropped file.")

    def _remove(self, *, quietly: bool) -> None:
        """Delete the tasks with their files, and the account."""
        try:
            with self._step("delete", "tasks, files and account are deleted", quietly=quietly):
                for task in self._tasks:
                    self._call("DELETE", f"/api/tasks/{task}")
                if self._token:
                    address = f"{self.place.identity}/v1/accounts:delete?key={self.place.key}"
                    call("POST", address, {"idToken": self._token})
        except StepFailed:
            if not quietly:
                raise

    def _processed(self, task_id: str) -> dict[str, Any]:
        done = self._until(task_id, lambda found: found["state"] in ENDED)
        if done["state"] != "PROCESSED":
            error = done.get("error") or {}
            raise StepFailed(
                "conversion", f"The task is {done['state']}: {error.get('code')}: {error.get('message')}"
            )
        return done

    def _until(self, task_id: str, ready: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        deadline = time.monotonic() + self.wait_s
        while True:
            found = self._call("GET", f"/api/tasks/{task_id}")
            if ready(found):
                return found
            if time.monotonic() > deadline:
                step = "event" if found["state"] == "WAITING" else "conversion"
                step = "end" if found.get("progress") == 1 else step
                raise StepFailed(step, f"After {self.wait_s:.0f} s the task is still {found['state']}.")
            time.sleep(LOOK_S)

    def _call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        return call(method, self.place.api + path, body, self._token)

    @contextmanager
    def _step(self, step: str, text: str, name: str = "", *, quietly: bool = False) -> Iterator[None]:
        begin = time.monotonic()
        try:
            yield
        except Refused as error:
            raise StepFailed(step, str(error), error.status) from error
        except (KeyError, IndexError, TypeError) as error:
            raise StepFailed(step, f"The answer has another form than expected: {error!r}") from error
        self.seconds[name or step] = round(time.monotonic() - begin, 3)
        if not quietly:
            self.say(f"  ok     {self.seconds[name or step]:7.2f} s  {text}")


def _clip() -> bytes:
    with tempfile.TemporaryDirectory(prefix="sonube-verify-") as folder:
        return write_clip(Path(folder, "verify.wav")).read_bytes()


def _check(result: bytes) -> None:
    seconds = mp3_seconds(result)
    if abs(seconds - CLIP_S) > TOLERANCE_S:
        raise StepFailed(
            "download", f"The result is {seconds:.2f} s of MP3 ({len(result)} bytes), not {CLIP_S} s."
        )
