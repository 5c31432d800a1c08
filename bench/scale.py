"""A model of scale: the cost of 1,000 songs, and the time to clear a spike of uploads, from a few figures.

The model is small on purpose: every term is a line below. `bench.pipeline` holds it to what localcloud does
with a spike that fits on this machine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.harness.figures import Figure, figure
from shared.domain.costs.prices import CREATION, GIB, MONTH_DAYS, Operations, attempt_operations, load_prices
from shared.runtime.config import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

PART = "scale"
ONE_INSTANCE = "songs wav→mp3, 1 convert instance"
KEPT_DAYS = float(next(s.default or 0 for s in SETTINGS if s.name == "TASK_LIFETIME_DAYS"))


@dataclass(frozen=True, slots=True)
class Deployment:
    """What deploy/settings.sh deploys.

    Attributes:
        convert_gib: memory of a convert instance, which has one vCPU and takes one event at a time.
        http_gib: memory of the others.
        instances: most convert instances.
        cold_start_s: what the first event of an instance waits for.
        start_rate: instances that the platform starts in a second: a cautious guess, no promise of Google's.
    """

    convert_gib: float = 2.0
    http_gib: float = 0.5
    instances: int = 20
    cold_start_s: float = 3.0
    start_rate: float = 2.0


@dataclass(frozen=True, slots=True)
class Work:
    """One song on its way, as measured.

    Attributes:
        convert_s: an instance is busy with it so long: download, conversion, upload, documents.
        ignored_s: and so long with the events of its own output and waveform, which it ignores.
        http_s: api and notify together, polling included.
        source_gib: of the upload.
        result_gib: of what is made of it.
    """

    convert_s: float = 4.5
    ignored_s: float = 0.04
    http_s: float = 0.1
    source_gib: float = 210 * 176_400 / GIB
    result_gib: float = 210 * 16_000 / GIB


def cost_of_1000(work: Work, deployment: Deployment, kept_days: float = KEPT_DAYS) -> dict[str, float]:
    """US dollars for 1,000 songs, term by term; both files are kept for so many days and downloaded once."""
    usd = {name: price.unit_usd for name, price in load_prices().table.items()}
    busy_s = work.convert_s + work.ignored_s
    month = kept_days / MONTH_DAYS
    counts = Operations(*map(sum, zip(CREATION, attempt_operations(outputs=1), strict=True)))
    terms = {
        "convert, CPU": busy_s * usd["cpu"],
        "convert, memory": busy_s * deployment.convert_gib * usd["memory"],
        "api and notify": work.http_s * (usd["cpu"] + deployment.http_gib * usd["memory"]),
        "requests": counts.requests * usd["request"],
        "Firestore": counts.writes * usd["write"] + counts.reads * usd["read"],
        "storage operations": counts.class_a * usd["class_a"] + counts.class_b * usd["class_b"],
        "storage": (work.source_gib + work.result_gib) * month * usd["stored"],
        "queue": counts.queue * usd["queue"],
        "download to the internet": work.result_gib * usd["egress"],
    }
    return {name: 1000 * value for name, value in terms.items()}


def time_to_clear(uploads: int, work: Work, deployment: Deployment) -> float:
    """Seconds until the last of so many uploads, which arrive at one moment, is converted.

    Instances come one after another until all that may run do; each then works without a pause.
    """
    wanted = min(uploads, deployment.instances)
    ramp_s = wanted / deployment.start_rate
    # While they come, half of them on average are at work.
    done_during_ramp = wanted / 2 * ramp_s / work.convert_s
    left = max(0.0, uploads - done_during_ramp)
    return deployment.cold_start_s + ramp_s + math.ceil(left / wanted) * work.convert_s


def measured_work(figures: Sequence[Figure]) -> Work:
    """The work of one song as the pipeline's part of the bench measured it; the defaults without that part.

    With one instance, and the next song always waiting, the time between two ends is what one song takes.
    """
    rates = [row.value for row in figures if row.part == "pipeline" and row.name == ONE_INSTANCE and row.unit]
    return Work(convert_s=60 / rates[0]) if rates else Work()


def run(work: Work | None = None) -> list[Figure]:
    """The claims that follow from the figures."""
    work, deployment = work or Work(), Deployment()
    costs = cost_of_1000(work, deployment)
    found = [figure(PART, "1,000 songs of 3.5 min, all", "", [sum(costs.values())], unit="USD")]
    found += [figure(PART, f"… {name}", "", [value], unit="USD") for name, value in costs.items()]
    for uploads in (750, 100_000):
        minutes = time_to_clear(uploads, work, deployment) / 60
        found.append(figure(PART, f"{uploads:,} uploads at once, cleared in", "", [minutes], unit="min"))
    return found
