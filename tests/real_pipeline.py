"""The pipeline of convert with real ffmpeg, on fakes of its ports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.convert.attempt import Bounds
from functions.convert.pipeline import Pipeline
from functions.convert.upload.streaming_upload import UploadSizes
from shared.service.conversion_limits import ConversionLimits
from tests.fakes.clock import FakeClock
from tests.fakes.conversion_counts import FakeConversionCounter
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
        limits or ConversionLimits(FakeConversionCounter(), 9, 9, 9),
        sizes or UploadSizes(),
        queueing,
    )
