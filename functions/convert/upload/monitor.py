"""Watches a conversion's outputs grow: large ones leave while they are written, none outgrow the room."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.domain.errors import PlatformError

from ..disk_quota import DiskQuota
from ..process.polling import AdaptiveInterval
from ..process.throttle import Throttle
from .header_size import head_bytes
from .sparse_file import can_punch
from .streaming_upload import Sizes, StreamingUpload

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from shared.ports.objects import ObjectStore


# Outputs that are only copied grow by hundreds of megabytes a second; what is encoded takes its time.
_SHORTEST_S, _LONGEST_S = 0.02, 0.1


@dataclass
class UploadMonitor:
    """The outputs of one conversion that are on their way.

    Attributes:
        objects: where they go; None lets all of them lie in their files.
        prefix: of the names of their parts.
        room: what the conversion's folder may hold.
        failure: what went wrong with one of them while ffmpeg was at work.
    """

    objects: ObjectStore | None = None
    prefix: str = ""
    sizes: Sizes = field(default_factory=Sizes)
    room: DiskQuota = field(default_factory=DiskQuota)
    throttle: Throttle = field(default_factory=Throttle)
    failure: Exception | None = None
    _flows: dict[Path, StreamingUpload] = field(default_factory=dict)
    _waiting: set[Path] = field(default_factory=set)

    @contextlib.contextmanager
    def following(self, folder: Path, files: Sequence[Path]) -> Iterator[None]:
        """Watch for as long as the body runs; `files` of that folder may leave."""
        self._waiting = set(files) if self.objects and can_punch(folder) else set()
        over = threading.Event()
        watch = threading.Thread(target=self._watch, args=(folder, over), name="outflows", daemon=True)
        watch.start()
        try:
            yield
        finally:
            over.set()
            watch.join()
            self.throttle.resume()
        self.check()
        self._look(folder)
        for flow in self._flows.values():
            flow.check_untouched()

    def check(self) -> None:
        """Raise what went wrong meanwhile; ffmpeg waits for that."""
        if self.failure:
            raise self.failure

    def of(self, file: Path) -> StreamingUpload | None:
        """The output of that file, if it has left."""
        return self._flows.get(file)

    def close(self) -> None:
        """Leave nothing behind but what was composed; parts that cannot be removed now are swept up later."""
        while self._flows:
            with contextlib.suppress(PlatformError):
                self._flows.popitem()[1].discard()

    def _watch(self, folder: Path, over: threading.Event) -> None:
        step = self.sizes.start // 4
        interval = AdaptiveInterval(step, _SHORTEST_S, _LONGEST_S)
        is_paused, moved, before = False, step, 0
        while not over.wait(interval.next_s(moved)):
            try:
                there = self._look(folder)
            except Exception as failure:  # noqa: BLE001  # handed to the thread that runs ffmpeg
                self.failure = failure
                self.throttle.pause()
                return
            moved, before = abs(there - before), there
            # Let go of at half: not at every piece.
            backlog = max((flow.backlog for flow in self._flows.values()), default=0)
            is_paused = backlog >= (self.sizes.backlog // 2 if is_paused else self.sizes.backlog)
            (self.throttle.pause if is_paused else self.throttle.resume)()

    def _look(self, folder: Path) -> int:
        """Begin with what has become large; how many bytes lie in the folder."""
        there = self.room.check(folder)
        for file in [file for file in self._waiting if self._is_large(file)]:
            self._waiting.remove(file)
            self._begin(file)
        for flow in self._flows.values():
            if flow.failure:
                raise flow.failure
        return there

    def _is_large(self, file: Path) -> bool:
        try:
            size = file.stat().st_size
        except FileNotFoundError:
            return False
        return size >= self.sizes.start and size >= self.sizes.start + head_bytes(file, self.sizes.sound)

    def _begin(self, file: Path) -> None:
        if self.objects:
            if not self._flows:
                self.objects.delete_folder(self.prefix.rpartition("/")[0])
            self._flows[file] = StreamingUpload(self.objects, file, f"{self.prefix}-{file.name}", self.sizes)
            self._flows[file].start()
