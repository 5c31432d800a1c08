"""A throw-away localcloud: started in a new folder, ended with everything that it started."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tools.cleanup.ending import PARENT

if TYPE_CHECKING:
    from types import TracebackType

ROOT = Path(__file__).resolve().parent.parent
# For hangs only: on a busy machine it may take a minute.
START_TIMEOUT_S = 300
STOP_TIMEOUT_S = 120


class ThrowawayCloud:
    """Context manager; inside it, `environment` is the content of `.localcloud/env`, and `url` api's address.

    Args:
        folder: where its data and its log live.
        options: further arguments of `python -m localcloud`.
        settings: of the functions, such as `LEASE_S="6"`.
    """

    def __init__(self, folder: Path, *options: str, **settings: str) -> None:
        self.data = folder / "localcloud"
        self._options, self._settings = options, settings
        self.environment: dict[str, str] = {}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address of the api."""
        return self.environment["SONUBE_URL"]

    @property
    def log(self) -> Path:
        """Everything that localcloud and the functions print."""
        return self.data.parent / "localcloud.log"

    def start(self) -> None:
        """Start, and wait until everything answers.

        Raises:
            RuntimeError: it ended or did not answer in time; the text is the end of its log.
        """
        env_file = self.data / "env"
        env_file.unlink(missing_ok=True)
        argv = [
            sys.executable,
            "-m",
            "localcloud",
            "--data",
            str(self.data),
            "--api-port",
            "0",
            *self._options,
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                argv,
                cwd=ROOT,
                env=os.environ | self._settings | {PARENT: str(os.getpid())},
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        try:
            self._wait_for(env_file, self.process)
        except BaseException:
            self.stop()
            raise
        words = shlex.split(env_file.read_text(), comments=True)
        self.environment = dict(word.split("=", 1) for word in words if "=" in word)

    def _wait_for(self, env_file: Path, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not env_file.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"localcloud did not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.05)

    def log_errors(self, most: int = 5) -> list[str]:
        """The last errors in the log."""
        lines = self.log.read_text(errors="replace").splitlines()
        return [line for line in lines if '"severity": "ERROR"' in line or "Traceback" in line][-most:]

    def kill(self) -> None:
        """Kill it without a chance to clean up."""
        if self.process:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        """Stop it cleanly, or by force if that takes too long."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
