"""The requests that the reference shows for each operation work as they are printed there."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from functions.api.openapi.operations import OPERATIONS
from functions.api.openapi.samples import samples
from tests.machine import NODE, machine, needs
from tests.users import User
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from pathlib import Path

    from tools.throwaway import ThrowawayCloud

# In an order in which one task can go through them.
RUN = ("listFormats", "createTask", "listTasks", "getTask", "changeOutputs", "cancelTask", "deleteTask")


def sources(label: str, names: tuple[str, ...]) -> list[str]:
    """The samples in one language."""
    found = {operation.name: operation for operation in OPERATIONS}
    return [sample.source for name in names for sample in samples(found[name]) if sample.label == label]


def run(argv: list[str], cloud: ThrowawayCloud, folder: Path) -> None:
    """Run a program for a user who has a task."""
    user = User(cloud.url).sign_up()
    task = user.create("song.wav", "mp3")
    values = {"SONUBE_URL": cloud.url, "SONUBE_TOKEN": user.session["idToken"], "TASK_ID": task["id"]}
    environment = {**machine(), **values, "HOME": str(folder)}
    done = subprocess.run(
        argv, cwd=folder, env=environment, capture_output=True, text=True, timeout=HANG_S, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert user.call("GET", f"/api/tasks/{task['id']}").status_code == 404


@needs("curl")
def test_the_requests_for_curl_work(cloud: ThrowawayCloud, tmp_path: Path) -> None:
    run(["bash", "-euc", "\n".join(sources("curl", RUN))], cloud, tmp_path)


def test_the_requests_for_python_work(cloud: ThrowawayCloud, tmp_path: Path) -> None:
    run([sys.executable, "-c", "\n".join(sources("Python", RUN))], cloud, tmp_path)


def test_the_requests_for_javascript_work(cloud: ThrowawayCloud, tmp_path: Path) -> None:
    module = tmp_path / "requests.mjs"
    module.write_text("\n".join(f"{{\n{source}\n}}" for source in sources("JavaScript", RUN)))

    run([str(NODE), str(module)], cloud, tmp_path)


def test_all_requests_are_programs(tmp_path: Path) -> None:
    names = tuple(operation.name for operation in OPERATIONS)
    module = tmp_path / "all.mjs"
    module.write_text("\n".join(f"{{\n{source}\n}}" for source in sources("JavaScript", names)))

    for source in sources("Python", names):
        compile(source, "sample", "exec")
    subprocess.run([NODE, "--check", module], check=True, timeout=HANG_S)
    subprocess.run(["bash", "-nc", "\n".join(sources("curl", names))], check=True, timeout=HANG_S)
