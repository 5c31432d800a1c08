"""One round of the fault lab: users and faults on a new cloud, then recovery, then the check."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests
from google.api_core.exceptions import GoogleAPIError
from google.cloud import firestore
from google.cloud.storage import Client

from lab.cases import Material, draw
from lab.checker import Violation, check, outcomes
from lab.decoding import Decoding
from lab.receiver import Receiver
from lab.state import State, read_ledgers, read_log, read_objects, read_tasks
from lab.user import GaveUp, Intent, User
from shared.domain.costs.prices import nano
from shared.domain.states import FINAL
from tools.throwaway import ThrowawayCloud

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lab.cases import Case

ATTEMPTS = 4
# Short limits: a killed instance loses its lease within seconds, and the sweeper repairs soon after.
LIMITS = {
    "CONVERT_TIMEOUT_S": "40",
    "LEASE_S": "6",
    "ATTEMPTS_MAX": str(ATTEMPTS),
    "SWEEP_GRACE_S": "12",
    "CONVERSIONS_PER_TASK": "40",
    # Three attempts of a queue at a time may reserve their time; the fourth of a user has to wait.
    "USD_PER_USER_MONTH": "0.16",
    # A conversion of the long file waits in a queue.
    "LONG_CONVERSION_S": "1",
    # And so does the second of one user.
    "OWNER_CONVERSIONS_MAX": "1",
}
FAULTS = "duplicate=0.15,delay=0.15:2s,reorder=0.15,unavailable=0.03,drop=0.02,kill=0.15"
CAP = nano(float(LIMITS["USD_PER_USER_MONTH"]))
USERS = 6
WORK_TIMEOUT_S = 120
# For hangs only: on a busy machine either may take minutes.
QUIESCE_TIMEOUT_S, TIMEOUT_S = 600, 300


@dataclass
class Report:
    """The result of a round."""

    seed: int
    violations: list[Violation] = field(default_factory=list)
    injected: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)
    cases: int = 0
    seconds: float = 0.0


class Round:
    """One round.

    Args:
        folder: for the data of its cloud.
        seed: of the cases and the faults.
        count: number of conversions.
        crashes: how often localcloud is killed and restarted.
        faults: rates, in localcloud's syntax.
    """

    def __init__(
        self, folder: Path, seed: int, count: int, *, crashes: int = 1, faults: str = FAULTS
    ) -> None:
        self._folder, self._crashes = folder, crashes
        self._cases = draw(seed, count)
        self._material = Material(folder)
        self.report = Report(seed, cases=count)
        plan = f"seed={seed},{faults}"
        # A restarted cloud has the same plan.
        self._cloud = ThrowawayCloud(folder, "--sweep-s", "4", "--faults", plan, **LIMITS)
        self._done = threading.Semaphore(0)

    def run(self) -> Report:
        """Inject faults, recover, check."""
        begin = time.monotonic()
        with Receiver() as receiver, self._cloud, _environment(self._cloud.environment):
            intents = self._run_users(receiver)
            self._wait_until_processed()
            self._quiesce(intents, receiver)
            self._count_injected()
            state = self._state(receiver)
            self.report.violations += check(state, intents, ATTEMPTS, CAP)
            decoding = Decoding(self._bucket(), self._material, self._folder)
            self.report.violations += decoding.violations(state, intents)
        self.report.ended, self.report.steps = outcomes(state), state.steps
        self.report.seconds = time.monotonic() - begin
        return self.report

    def _run_users(self, receiver: Receiver) -> list[Intent]:
        queue, lock = list(reversed(self._cases)), threading.Lock()

        def work() -> list[Intent]:
            user = User(self._cloud.url, self._bucket, receiver.url, self._material)
            user.sign_up()
            intents: list[Intent] = []
            while True:
                with lock:
                    case: Case | None = queue.pop() if queue else None
                if case is None:
                    return intents
                intents.append(user.work(case))
                self._done.release()

        with ThreadPoolExecutor(USERS) as pool:
            users = [pool.submit(work) for _ in range(USERS)]
            self._crash_between_cases()
            return [intent for user in users for intent in user.result()]

    def _crash_between_cases(self) -> None:
        """Kill the whole cloud between two cases, and restart it with its data."""
        chance = random.Random(self.report.seed)  # noqa: S311  # repeatable, not secret
        moments = sorted(chance.sample(range(1, len(self._cases)), min(self._crashes, len(self._cases) - 1)))
        passed = 0
        for moment in moments:
            while passed < moment:
                if not self._done.acquire(timeout=QUIESCE_TIMEOUT_S):
                    raise GaveUp(f"No case was completed within {QUIESCE_TIMEOUT_S} s.")
                passed += 1
            self._count_injected()
            self._cloud.kill()
            self.report.injected["killed localcloud"] += 1
            self._cloud.start()

    def _wait_until_processed(self) -> None:
        """Keep injecting faults until nearly all tasks have ended: users are faster than conversions."""
        deadline = time.monotonic() + WORK_TIMEOUT_S
        while time.monotonic() < deadline:
            # Reads are subject to faults too.
            with suppress(GoogleAPIError):
                tasks = read_tasks(self._database()).values()
                if sum(task.state not in FINAL for task in tasks) <= len(self._cases) // 20:
                    return
            time.sleep(0.5)

    def _quiesce(self, intents: list[Intent], receiver: Receiver) -> None:
        """Stop injecting faults, and wait until the cloud is idle."""
        requests.put(f"{self._control}/faults", data="", timeout=TIMEOUT_S).raise_for_status()
        deadline, idle = time.monotonic() + QUIESCE_TIMEOUT_S, 0
        while idle < 2 and time.monotonic() < deadline:  # noqa: PLR2004  # twice in a row
            idle = idle + 1 if self._is_idle(intents, receiver) else 0
            time.sleep(0.5)

    def _is_idle(self, intents: list[Intent], receiver: Receiver) -> bool:
        pending = requests.get(f"{self._control}/status", timeout=TIMEOUT_S).json()["events"]["pending"]
        return not pending and not check(self._state(receiver), intents, ATTEMPTS, CAP)

    def _state(self, receiver: Receiver) -> State:
        tasks, objects = read_tasks(self._database()), read_objects(self._bucket())
        received, ledgers = list(receiver.received), read_ledgers(self._database())
        return State(tasks, objects, received, *read_log(self._cloud.log), ledgers)

    def _database(self) -> firestore.Client:
        return firestore.Client(project=self._cloud.environment["GOOGLE_CLOUD_PROJECT"])

    def _bucket(self) -> Any:  # noqa: ANN401  # the SDK publishes no types
        environment = self._cloud.environment
        return Client(project=environment["GOOGLE_CLOUD_PROJECT"]).bucket(environment["BUCKET"])

    @property
    def _control(self) -> str:
        return self._cloud.environment["LOCALCLOUD_URL"]

    def _count_injected(self) -> None:
        shown = requests.get(f"{self._control}/faults", timeout=TIMEOUT_S).json()
        self.report.injected.update(shown["injected"])


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set these variables within the block, for this process and its children."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
