"""A large file through the staged bundles: it comes in and goes out while it is converted."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
import requests
from google.cloud.storage import Client

from tests.pipeline.logs import steps_of
from tests.waiting import HANG_S, wait_until
from tools.ffmpeg import program

if TYPE_CHECKING:
    from tests.users import User
    from tools.throwaway import ThrowawayCloud


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """24 MiB of noise, with a title."""
    target = tmp_path_factory.mktemp("song") / "song.wav"
    noise = [
        word for seed in (1, 2) for word in ("-f", "lavfi", "-i", f"anoisesrc=d=143:r=44100:seed={seed}")
    ]
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", *noise, "-filter_complex", "amerge", "-bitexact"]
    argv += ["-c:a", "pcm_s16le", "-metadata", "title=Noise", str(target)]
    subprocess.run(argv, check=True, timeout=HANG_S)
    return target.read_bytes()


def samples(data: bytes) -> bytes:
    argv = [program("ffmpeg"), "-v", "error", "-i", "pipe:0", "-f", "md5", "pipe:1"]
    return subprocess.run(argv, input=data, check=True, timeout=HANG_S, capture_output=True).stdout


@pytest.mark.parametrize("form", ["wav", "flac"])
def test_a_large_output_is_composed_and_no_sample_is_lost(
    user: User,
    cloud: ThrowawayCloud,
    song: bytes,
    form: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    task = user.convert("song.wav", form, song)
    result = requests.get(task["outputs"][0]["download"]["url"], timeout=HANG_S).content
    bucket = Client(project=cloud.environment["GOOGLE_CLOUD_PROJECT"]).bucket(cloud.environment["BUCKET"])
    objects = {blob.name: blob for blob in bucket.list_blobs(prefix=f"{task['id']}/")}
    transcoded = wait_until(
        lambda: [line for line in steps_of(cloud, task["id"]) if line["step"] == "transcoded"]
    )

    assert (task["state"], task["notes"]) == ("PROCESSED", [])
    assert samples(result) == samples(song)
    assert len(result) == task["outputs"][0]["sizeBytes"]
    assert [name for name in objects if "/parts/" in name] == []
    assert {2} == {blob.component_count for blob in objects.values() if blob.component_count}
    assert [line["streamedOutputs"] for line in transcoded] == [1]
