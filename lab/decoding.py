"""Decodes every output, which must be audio of the right duration."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab.checker import Violation
from shared.domain.states import State as TaskState
from tools.examine import decoded_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from google.cloud.storage import Bucket

    from lab.cases import Material
    from lab.state import State
    from lab.user import Intent

TOLERANCE_S = 0.15
TIMEOUT_S = 300


@dataclass(frozen=True, slots=True)
class Decoding:
    """Decodes the outputs in a bucket.

    Attributes:
        folder: for temporary files.
    """

    bucket: Bucket
    material: Material
    folder: Path

    def violations(self, state: State, intents: Sequence[Intent]) -> list[Violation]:
        """The outputs of processed tasks that do not decode to the duration of their source."""
        wanted = {intent.task_id: self.material.seconds(intent.case.file) for intent in intents}
        outputs = [
            (task.id, output.object, wanted[task.id])
            for task in state.tasks.values()
            if task.state is TaskState.PROCESSED and task.id in wanted
            for output in task.outputs
            if output.object in state.objects
        ]
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(self._decode, range(len(outputs)), outputs))
        return [violation for violation in found if violation]

    def _decode(self, number: int, output: tuple[str, str, float]) -> Violation | None:
        task_id, name, seconds = output
        file = self.folder / f"output-{number}"
        file.write_bytes(self.bucket.blob(name).download_as_bytes(timeout=TIMEOUT_S))
        try:
            found = decoded_seconds(file)
        except (subprocess.SubprocessError, IndexError) as error:
            return Violation("corrupt", task_id, f"{name} does not decode: {error!r}")
        finally:
            file.unlink()
        if abs(found - seconds) > TOLERANCE_S:
            return Violation("corrupt", task_id, f"{name} is {found:.2f} s long, its source {seconds:.2f} s")
        return None
