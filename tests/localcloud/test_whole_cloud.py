"""The whole cloud with the staged functions: the commands it prints, faults at run time, jobs, its end."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from google.api_core.exceptions import FailedPrecondition, ServiceUnavailable
from google.cloud.firestore import FieldFilter

from shared.adapters.tasks.cloud_tasks import tasks_client
from tests.localcloud.firestore.running import Client
from tests.localcloud.run.service import is_alive
from tests.machine import machine
from tests.sampling import chosen
from tests.signals import default_signals
from tests.sounds import write_long
from tests.users import User
from tests.waiting import HANG_S, wait_until
from tools.throwaway import ThrowawayCloud

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThrowawayCloud]:
    """A cloud that may be spoilt and ended."""
    with default_signals(), ThrowawayCloud(tmp_path_factory.mktemp("own"), "--sweep-s", "1") as running:
        yield running


def control(own: ThrowawayCloud, method: str, path: str, data: str = "") -> dict[str, Any]:
    answer = requests.request(method, own.environment["LOCALCLOUD_URL"] + path, data=data, timeout=HANG_S)
    answer.raise_for_status()
    return dict(answer.json())


@pytest.fixture
def plan(own: ThrowawayCloud) -> Iterator[Callable[[str], dict[str, Any]]]:
    """Sets what goes wrong, until the test ends."""
    yield lambda text: control(own, "PUT", "/faults", text)
    control(own, "PUT", "/faults")


def printed(own: ThrowawayCloud, tool: str) -> list[str]:
    """The commands of a tool that the welcome text shows."""
    return re.findall(rf"^  ({tool} .*)$", own.log.read_text(), re.MULTILINE)


@pytest.mark.parametrize("tool", chosen(["curl", "gsutil", "gcloud"], ["curl"]))
def test_the_commands_that_are_printed_work(
    own: ThrowawayCloud, audio: Callable[..., Path], tmp_path: Path, tool: str
) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    shutil.copy(audio("wav"), tmp_path / "song.wav")
    lines = printed(own, tool)
    script = "\n".join(["set -eu -o pipefail", f". '{own.data}/env'", *lines])
    environment = {**machine(), "LANG": "C.UTF-8"}
    ended = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=False,
    )

    assert lines
    assert ended.returncode == 0, ended.stderr


# How a client may compress what it uploads.
COMPRESSING = {
    "gsutil": "gsutil cp -Z song.wav gs://$BUCKET/drop/flac/gsutil.wav",
    "gcloud": "gcloud storage cp --gzip-local-all song.wav gs://$BUCKET/drop/flac/gcloud.wav",
}


@pytest.mark.parametrize("tool", chosen(COMPRESSING, ["gcloud"]))
def test_a_compressed_upload_is_converted(
    own: ThrowawayCloud, audio: Callable[..., Path], tmp_path: Path, tool: str
) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    shutil.copy(audio("wav"), tmp_path / "song.wav")
    script = f"set -eu; . '{own.data}/env'; {COMPRESSING[tool]}"
    environment = {**machine(), "LANG": "C.UTF-8"}
    subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environment, check=True, timeout=HANG_S)
    bucket = f"{own.environment['STORAGE_EMULATOR_HOST']}/storage/v1/b/{own.environment['BUCKET']}/o"

    def objects() -> dict[str, dict[str, Any]]:
        listed = requests.get(bucket, timeout=HANG_S).json().get("items", [])
        return {each["name"].partition("/")[2]: each for each in listed}

    wait_until(lambda: f"{tool}.flac" in objects())
    assert objects()[f"{tool}.wav"]["contentEncoding"] == "gzip"


def test_faults_are_set_while_everything_runs(
    own: ThrowawayCloud, plan: Callable[[str], dict[str, Any]]
) -> None:
    bucket = f"{own.environment['STORAGE_EMULATOR_HOST']}/storage/v1/b/{own.environment['BUCKET']}"
    before = requests.get(bucket, timeout=HANG_S).status_code
    plan("seed=3,unavailable=1")
    during = requests.get(bucket, timeout=HANG_S).status_code
    with pytest.raises(ServiceUnavailable, match="localcloud injected"):
        list_queues(own)
    plan("seed=3,drop=1")
    with pytest.raises(requests.ConnectionError):
        requests.get(bucket, timeout=HANG_S)
    injected = plan("")["injected"]
    after = requests.get(bucket, timeout=HANG_S).status_code

    assert (before, during, after) == (200, 503, 200)
    assert {"unavailable storage", "unavailable cloudtasks", "dropped storage"} <= set(injected)
    assert len(list_queues(own)) == 4


def list_queues(own: ThrowawayCloud) -> list[str]:
    client = tasks_client(own.environment["CLOUD_TASKS_EMULATOR_HOST"])
    parent = f"projects/{own.environment['GOOGLE_CLOUD_PROJECT']}/locations/us-central1"
    try:
        return [queue.name for queue in client.list_queues(parent=parent, retry=None, timeout=HANG_S)]
    finally:
        client.transport.close()


def test_an_instance_is_killed_at_the_point_that_is_asked_for(
    own: ThrowawayCloud, plan: Callable[[str], dict[str, Any]], audio: Callable[..., Path]
) -> None:
    plan("kill=1,kill_at=after_claim")
    user = User(own.url).sign_up()
    user.upload(user.create(), audio("wav").read_bytes()).raise_for_status()

    wait_until(lambda: "killed after_claim" in control(own, "GET", "/faults")["injected"])


def test_a_query_without_an_index_of_deploys_is_refused(own: ThrowawayCloud) -> None:
    port = own.environment["FIRESTORE_EMULATOR_HOST"].rpartition(":")[2]
    client = Client(int(port), own.environment["GOOGLE_CLOUD_PROJECT"])
    by_owner = FieldFilter("owner", "==", "ana")
    has_an_index = client.collection("tasks").where(filter=by_owner).order_by("createdAt")
    has_none = client.collection("tasks").where(filter=by_owner).order_by("filename")

    assert has_an_index.get(timeout=HANG_S) == []
    with pytest.raises(FailedPrecondition, match="index"):
        has_none.get(retry=None, timeout=HANG_S)
    client.close()


def test_the_sweeper_is_let_in_by_itself_and_out_of_turn(own: ThrowawayCloud) -> None:
    called = control(own, "POST", "/jobs/sonube-sweep/run")

    assert called == {"job": "sonube-sweep", "status": 200}
    wait_until(lambda: own.log.read_text().count('"path": "/api/sweep", "status": 200') >= 3)


def below(pid: int) -> dict[int, str]:
    """A process and all its descendants, with their programs' names."""
    proc = Path("/proc") / str(pid)
    try:
        found = {pid: (proc / "comm").read_text().strip()}
        children = " ".join(each.read_text() for each in proc.glob("task/*/children")).split()
    except OSError:  # it has ended
        return {}
    for child in children:
        found |= below(int(child))
    return found


def steps_of(cloud: ThrowawayCloud, task_id: str) -> list[str]:
    """The logged steps of a task; the last line may be incomplete."""
    lines = cloud.log.read_text().rpartition("\n")[0].splitlines()
    return [json.loads(line)["step"] for line in lines if line.startswith("{") and task_id in line]


# In `make test`, tests/pipeline/test_nothing_left.py does it with a short conversion.
@pytest.mark.wide
def test_ctrl_c_in_the_middle_of_a_conversion_ends_everything_with_it(
    own: ThrowawayCloud, tmp_path: Path
) -> None:
    cloud = own.process
    assert cloud
    user = User(own.url).sign_up()
    task = user.create(to="opus")
    user.upload(task, write_long(tmp_path / "long.wav").read_bytes()).raise_for_status()
    # An instance that starts runs ffmpeg too, to log its version.
    wait_until(lambda: "claimed" in steps_of(own, task["id"]) and "ffmpeg" in below(cloud.pid).values())
    running = below(cloud.pid)
    cloud.send_signal(signal.SIGINT)
    status = cloud.wait(HANG_S)

    assert status == 0
    assert "transcoded" not in steps_of(own, task["id"])
    assert not any(is_alive(pid) for pid in running)
    assert not (own.data / "env").exists()
