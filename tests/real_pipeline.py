"""The pipeline of convert with real ffmpeg, on fakes of its ports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.convert.attempt import Bounds
from functions.convert.pipeline import Pipeline
from functions.convert.upload.streaming_upload import UploadSizes
from shared.domain.costs.prices import nano
from shared.service.conversion_limits import Allowance, ConversionLimits
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import FakeNotifier
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.queueing import Queueing
    from shared.ports.notifier import Notifier
    from shared.ports.objects import ObjectStore
    from shared.ports.tasks import TaskStore

# Large enough for every test; some set smaller ones.
BOUNDS = Bounds(
    timeout_s=HANG_S, lease_s=2 * HANG_S, attempts=3, event_age_s=3600, size_bytes=10**9, duration_s=99_999
)
MANY = 1 << 62


def conversion_limits(
    per_task: int = 9, per_user_day: int = MANY, per_day: int = MANY, *, usd: float = 1000.0
) -> ConversionLimits:
    """Limits of conversions; those in money are the same for a user and for all."""
    return ConversionLimits(per_task, Allowance(nano(usd), per_user_day), Allowance(nano(usd), per_day))


def real_pipeline(
    tools: Tools,
    tasks: TaskStore,
    objects: ObjectStore,
    *,
    notifier: Notifier | None = None,
    bounds: Bounds = BOUNDS,
    clock: FakeClock | None = None,
    sizes: UploadSizes | None = None,
    queueing: Queueing | None = None,
    limits: ConversionLimits | None = None,
) -> Pipeline:
    """A pipeline on these stores; everything else is its own by default."""
    return Pipeline(
        tasks,
        objects,
        notifier or FakeNotifier(),
        tools,
        bounds,
        clock or FakeClock(),
        limits or conversion_limits(),
        sizes or UploadSizes(),
        queueing,
    )
