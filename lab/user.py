"""A user who retries every request until it is acknowledged, as a good client does."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import requests

from lab.cases import Behaviour
from shared.domain.files import Upload
from shared.service.drops import drop_task_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.cloud.storage import Bucket

    from lab.cases import Case, Material

TIMEOUT_S = 20
ACTION_TIMEOUT_S = 600
PAUSE_S = 0.2
DONE = frozenset({200, 201, 202, 204})


class GaveUp(Exception):
    """A request was not acknowledged before the timeout; the message names it."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What was acknowledged to a user, and must hold.

    Attributes:
        wanted: the formats of the last request.
        fate: `ended`, `cancelled` or `deleted`.
        targets: number of requests for outputs, including retries.
        repeated: whether a dropped file may exist twice, because its first upload was not acknowledged.
    """

    case: Case
    task_id: str
    wanted: tuple[str, ...]
    fate: str = "ended"
    targets: int = 1
    repeated: bool = False


@dataclass
class User:
    """Works through cases, one after the other."""

    url: str
    bucket: Callable[[], Bucket]
    hook: str
    material: Material
    http: requests.Session = field(default_factory=requests.Session)
    tries: int = 0

    def sign_up(self) -> None:
        """Create an account."""
        account = {"email": f"lab-{uuid.uuid4().hex}@example.com", "password": "correct horse"}

        def session() -> requests.Response:
            made = self.http.post(f"{self.url}/api/auth/signup", json=account, timeout=TIMEOUT_S)
            # The first attempt may have succeeded although its response was lost.
            exists = made.status_code == 409  # noqa: PLR2004  # email_taken
            login = f"{self.url}/api/auth/login"
            return self.http.post(login, json=account, timeout=TIMEOUT_S) if exists else made

        self.http.headers["Authorization"] = f"Bearer {self._until(session, 'sign up').json()['idToken']}"

    def work(self, case: Case) -> Intent:
        """Run the case; what was acknowledged."""
        data = self.material.bytes[case.file]
        if case.behaviour is Behaviour.DROP:
            return self._drop(case, data)
        fields = {"filename": case.filename, "outputs": [{"format": form} for form in case.formats]}
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        task = self._call("POST", "", json=fields | {"webhook": self.hook}, headers=headers).json()
        intent = Intent(case, task["id"], case.formats)
        self._until(lambda: self._put(task["upload"], data), f"upload {case.filename}", also_done={412})
        if case.behaviour is Behaviour.WAIT:
            return intent
        time.sleep(case.after_s)
        return self._act(intent)

    def _act(self, intent: Intent) -> Intent:
        case, path = intent.case, f"/{intent.task_id}"
        if case.behaviour is Behaviour.DELETE:
            # A retried deletion finds nothing.
            self._call("DELETE", path, also_done={404})
            return Intent(case, intent.task_id, (), "deleted")
        if case.behaviour is Behaviour.CANCEL:
            late = self._call("POST", f"{path}/cancel", also_done={409}).status_code == 409  # noqa: PLR2004  # conflict
            return intent if late else Intent(case, intent.task_id, case.formats, "cancelled")
        form = "flac" if case.formats[0] != "flac" else "ogg"
        self._call("PUT", path, json={"newFormat": form})
        return Intent(case, intent.task_id, (form,), targets=1 + self.tries)

    def _drop(self, case: Case, data: bytes) -> Intent:
        name = f"drop/{case.formats[0]}/lab {case.number}/{case.filename}"
        generation = self._dropped(name, data)
        upload = Upload(self.bucket().name, name, generation, len(data), "", "", datetime.now(UTC))
        return Intent(case, drop_task_id(upload), case.formats, repeated=self.tries > 1)

    def _dropped(self, name: str, data: bytes) -> int:
        """Create the object once: its name is unique, and it is never overwritten."""
        deadline, self.tries = time.monotonic() + ACTION_TIMEOUT_S, 0
        while time.monotonic() < deadline:
            self.tries += 1
            blob = self.bucket().blob(name)
            try:
                blob.upload_from_string(data, if_generation_match=0, timeout=TIMEOUT_S, retry=None)
                return int(blob.generation)
            except Exception:  # noqa: BLE001  # any failure: retry
                time.sleep(PAUSE_S)
        raise GaveUp(f"drop {name}")

    def _put(self, upload: dict[str, Any], data: bytes) -> requests.Response:
        return requests.put(upload["url"], data=data, headers=upload["headers"], timeout=TIMEOUT_S)

    def _call(
        self,
        method: str,
        path: str,
        also_done: frozenset[int] | set[int] = frozenset(),
        **arguments: Any,  # noqa: ANN401  # requests' own
    ) -> requests.Response:
        url = f"{self.url}/api/tasks{path}"
        return self._until(
            lambda: self.http.request(method, url, timeout=TIMEOUT_S, **arguments),
            f"{method} {path}",
            also_done,
        )

    def _until(
        self,
        send: Callable[[], requests.Response],
        what: str,
        also_done: frozenset[int] | set[int] = frozenset(),
    ) -> requests.Response:
        """Retry until a response acknowledges the request, or says that it was done before."""
        deadline, last, self.tries = time.monotonic() + ACTION_TIMEOUT_S, "no response", 0
        while time.monotonic() < deadline:
            self.tries += 1
            try:
                response = send()
            except requests.RequestException as error:
                last = repr(error)
            else:
                if response.status_code in DONE | also_done:
                    return response
                last = f"{response.status_code} {response.text[:300]}"
            time.sleep(PAUSE_S)
        raise GaveUp(f"{what}: {last}")
