"""Watches outputs grow: uploads large ones while they are written, and enforces the disk quota."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.domain.errors import PlatformError

from ..process.polling import AdaptiveInterval
from ..process.throttle import Throttle
from ..workspace import DiskQuota
from .header_size import header_bytes
from .sparse_file import can_punch_holes
from .streaming_upload import StreamingUpload, UploadSizes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from shared.ports.objects import ObjectStore

    from .listener import Listener


# Copied outputs grow by hundreds of megabytes per second, encoded ones much slower.
_SHORTEST_S, _LONGEST_S = 0.02, 0.1


@dataclass
class UploadMonitor:
    """The streaming uploads of one conversion.

    Attributes:
        objects: where the outputs go; None keeps all of them in their files.
        prefix: of the names of their part objects.
        quota: of the conversion's folder.
        throttle: pauses ffmpeg while the uploads fall behind.
        failure: of an upload, while ffmpeg runs.
    """

    objects: ObjectStore | None = None
    prefix: str = ""
    sizes: UploadSizes = field(default_factory=UploadSizes)
    quota: DiskQuota = field(default_factory=DiskQuota)
    throttle: Throttle = field(default_factory=Throttle)
    failure: Exception | None = None
    _uploads: dict[Path, StreamingUpload] = field(default_factory=dict)
    _waiting: dict[Path, Callable[[], Listener] | None] = field(default_factory=dict)

    @contextlib.contextmanager
    def watching(self, folder: Path, files: Mapping[Path, Callable[[], Listener] | None]) -> Iterator[None]:
        """Watch the folder while the body runs; upload `files` once they are large.

        Args:
            folder: to watch.
            files: each with what makes a listener, where it has one.

        Raises:
            DiskQuotaExceeded: the folder's files outgrew the quota.
            PlatformError: an upload failed.
            OutputMismatch: ffmpeg rewrote what had been uploaded.
        """
        self._waiting = dict(files) if self.objects and can_punch_holes(folder) else {}
        body_ended = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(folder, body_ended), name="uploads", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            body_ended.set()
            watcher.join()
            self.throttle.resume()
        self.check()
        self._scan(folder)
        for upload in self._uploads.values():
            upload.check_unchanged()

    def check(self) -> None:
        """Raise the failure, for which ffmpeg is paused."""
        if self.failure:
            raise self.failure

    def find(self, file: Path) -> StreamingUpload | None:
        """Return the upload of that file, if it was started."""
        return self._uploads.get(file)

    def discard(self, file: Path) -> None:
        """Discard the upload of that file, if it was started."""
        upload = self._uploads.pop(file, None)
        if upload:
            with contextlib.suppress(PlatformError):
                upload.discard()

    def close(self) -> None:
        """Discard all uploads; notify's sweep deletes part objects that cannot be deleted now."""
        while self._uploads:
            with contextlib.suppress(PlatformError):
                self._uploads.popitem()[1].discard()

    def _watch(self, folder: Path, body_ended: threading.Event) -> None:
        step_bytes = self.sizes.start_bytes // 4
        interval = AdaptiveInterval(step_bytes, _SHORTEST_S, _LONGEST_S)
        moved_bytes, occupied_before = step_bytes, 0
        while not body_ended.wait(interval.next_s(moved_bytes)):
            try:
                occupied = self._scan(folder)
            except Exception as failure:  # noqa: BLE001  # raised in the thread that runs ffmpeg
                self.failure = failure
                self.throttle.pause()
                return
            moved_bytes, occupied_before = abs(occupied - occupied_before), occupied
            self._throttle_by_backlog()

    def _throttle_by_backlog(self) -> None:
        """Pause ffmpeg at the full backlog, and resume it at half, so that it does not toggle constantly."""
        backlog = max((upload.backlog_bytes for upload in self._uploads.values()), default=0)
        if backlog >= self.sizes.backlog_bytes:
            self.throttle.pause()
        elif backlog < self.sizes.backlog_bytes // 2:
            self.throttle.resume()

    def _scan(self, folder: Path) -> int:
        """Start the uploads of files that have become large; return the bytes that the folder occupies."""
        occupied = self.quota.check(folder)
        for file in list(self._waiting):
            header = self._header_if_large(file)
            if header is not None:
                self._start(file, header, self._waiting.pop(file))
        for upload in self._uploads.values():
            if upload.failure:
                raise upload.failure
        return occupied

    def _header_if_large(self, file: Path) -> int | None:
        """Return the length of the file's header; None while the file is small."""
        try:
            size = file.stat().st_size
        except FileNotFoundError:
            return None
        if size < self.sizes.start_bytes:
            return None
        header = header_bytes(file, self.sizes.audio_bytes)
        return header if size >= self.sizes.start_bytes + header else None

    def _start(self, file: Path, header: int, listen: Callable[[], Listener] | None) -> None:
        assert self.objects  # noqa: S101  # otherwise no file is waiting
        if not self._uploads:
            # An attempt that was killed may have left parts.
            self.objects.delete_folder(self.prefix.rpartition("/")[0])
        part = f"{self.prefix}-{file.name}"
        listener = listen() if listen else None
        self._uploads[file] = StreamingUpload(self.objects, file, header, part, self.sizes, listener)
        self._uploads[file].start()
