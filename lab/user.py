"""A user who does not give up: repeats every request until it is acknowledged, as a good client would."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import requests

from lab.cases import Behaviour
from shared.domain.task import Upload
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
    """A request was not acknowledged in all that time; the text says which."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What was acknowledged to a user, and so has to hold.

    Attributes:
        wanted: formats that were asked for last.
        fate: `ended`, `cancelled`, or `gone`: what the user was told last.
        targets: how often outputs were asked for, repetitions included.
        repeated: a drop whose first try was not acknowledged may be there twice: nobody can know.
    """

    case: Case
    task_id: str
    wanted: tuple[str, ...]
    fate: str = "ended"
    targets: int = 1
    repeated: bool = False


@dataclass
class User:
    """Somebody who works through cases, one after the other."""

    url: str
    bucket: Callable[[], Bucket]
    hook: str
    material: Material
    http: requests.Session = field(default_factory=requests.Session)
    tries: int = 0

    def sign_up(self) -> None:
        """A new account, known by an address of its own."""
        account = {"email": f"lab-{uuid.uuid4().hex}@example.com", "password": "correct horse"}

        def known() -> requests.Response:
            made = self.http.post(f"{self.url}/api/auth/signup", json=account, timeout=TIMEOUT_S)
            # The first try may have been made although its answer was lost.
            taken = made.status_code == 409  # noqa: PLR2004  # email_taken
            login = f"{self.url}/api/auth/login"
            return self.http.post(login, json=account, timeout=TIMEOUT_S) if taken else made

        self.http.headers["Authorization"] = f"Bearer {self._until(known, 'sign up').json()['idToken']}"

    def work(self, case: Case) -> Intent:
        """Do what the case says, and tell what was acknowledged."""
        data = self.material.bytes[case.file]
        if case.behaviour is Behaviour.DROP:
            return self._drop(case, data)
        fields = {"filename": case.filename, "outputs": [{"format": form} for form in case.formats]}
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        task = self._call("POST", "", json=fields | {"webhook": self.hook}, headers=headers).json()
        intent = Intent(case, task["id"], case.formats)
        self._until(lambda: self._put(task["upload"], data), f"upload {case.filename}", taken={412})
        if case.behaviour is Behaviour.WAIT:
            return intent
        time.sleep(case.after_s)
        return self._act(intent)

    def _act(self, intent: Intent) -> Intent:
        case, path = intent.case, f"/{intent.task_id}"
        if case.behaviour is Behaviour.DELETE:
            # A repeated one finds nothing any more.
            self._call("DELETE", path, taken={404})
            return Intent(case, intent.task_id, (), "gone")
        if case.behaviour is Behaviour.CANCEL:
            late = self._call("POST", f"{path}/cancel", taken={409}).status_code == 409  # noqa: PLR2004  # conflict
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
        """Once only: the name is one that nobody else uses, and none overwrites."""
        deadline, self.tries = time.monotonic() + ACTION_TIMEOUT_S, 0
        while time.monotonic() < deadline:
            self.tries += 1
            blob = self.bucket().blob(name)
            try:
                blob.upload_from_string(data, if_generation_match=0, timeout=TIMEOUT_S, retry=None)
                return int(blob.generation)
            except Exception:  # noqa: BLE001  # whatever it was: did it get there?
                time.sleep(PAUSE_S)
        raise GaveUp(f"drop {name}")

    def _put(self, upload: dict[str, Any], data: bytes) -> requests.Response:
        return requests.put(upload["url"], data=data, headers=upload["headers"], timeout=TIMEOUT_S)

    def _call(
        self,
        method: str,
        path: str,
        taken: frozenset[int] | set[int] = frozenset(),
        **arguments: Any,  # noqa: ANN401  # requests' own
    ) -> requests.Response:
        url = f"{self.url}/api/tasks{path}"
        return self._until(
            lambda: self.http.request(method, url, timeout=TIMEOUT_S, **arguments), f"{method} {path}", taken
        )

    def _until(
        self, ask: Callable[[], requests.Response], what: str, taken: frozenset[int] | set[int] = frozenset()
    ) -> requests.Response:
        """Ask until there is an answer that acknowledges, or one that says that it was done before."""
        deadline, last, self.tries = time.monotonic() + ACTION_TIMEOUT_S, "no answer", 0
        while time.monotonic() < deadline:
            self.tries += 1
            try:
                answer = ask()
            except requests.RequestException as error:
                last = repr(error)
            else:
                if answer.status_code in DONE | taken:
                    return answer
                last = f"{answer.status_code} {answer.text[:300]}"
            time.sleep(PAUSE_S)
        raise GaveUp(f"{what}: {last}")
