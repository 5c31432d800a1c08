"""One owner with a pile of files, and another who sends one at a time: what the other waits, and alone."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from bench.harness.material import write_wav
from bench.harness.measured_cloud import MeasuredCloud
from sonube import Sonube
from sonube.sessions import log_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

INSTANCES = 2
CLIP_S = 10
FORMAT = "mp3"
# Uploads of the pile at a time.
UPLOADS = 4
# For hangs only.
TIMEOUT_S = 1800


def p95_s(waits_s: Sequence[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(waits_s, n=20, method="inclusive")[-1]


def waits_s(cloud: MeasuredCloud, other: Sonube, clip: Path, times: int, every_s: float) -> list[float]:
    """Seconds from the end of an upload to the end of its task, of so many, one in each interval."""
    found = []
    for _ in range(times):
        task, begin = other.create(clip, FORMAT), time.monotonic()
        other.upload(task, clip)
        uploaded = time.monotonic()
        cloud.until_settled([task], TIMEOUT_S)
        found.append(time.monotonic() - uploaded)
        time.sleep(max(0.0, begin + every_s - time.monotonic()))
    return found


def beside_a_pile(folder: Path, files: int, times: int, every_s: float) -> tuple[list[float], list[float]]:
    """The other's waits alone, and while the first owner's pile is uploaded and converted.

    Of two instances, one owner may use one (OWNER_CONVERSIONS_MAX), and what waits in the queue has another.
    On the platform each has processors of its own; here no more fit, beside the uploads and the api.
    """
    clip = write_wav(folder / "clip.wav", "music", CLIP_S)
    options = ("--instances", str(INSTANCES), "--queued-instances", "1", "--idle-s", "3600", "--sweep-s", "0")
    with MeasuredCloud(folder, *options, OWNER_CONVERSIONS_MAX="1") as cloud:
        token = log_in(cloud.url, "other@example.com", "correct horse", sign_up=True).id_token
        other = Sonube(cloud.url, token)
        waits_s(cloud, other, clip, 1, 0.0)
        alone = waits_s(cloud, other, clip, times, every_s)
        pile = [cloud.service.create(clip, FORMAT) for _ in range(files)]
        with ThreadPoolExecutor(UPLOADS) as pool:
            uploads = [pool.submit(cloud.service.upload, task, clip) for task in pile]
            beside = waits_s(cloud, other, clip, times, every_s)
            for upload in uploads:
                upload.result(TIMEOUT_S)
    return alone, beside
