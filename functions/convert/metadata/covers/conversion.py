"""Converts a picture with ffmpeg, in bounded time and memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from ...checkpoint import UNBOUNDED
from ...ffmpeg.arguments import MAX_PICTURE_PIXELS
from ...process.limits import Limits
from ...process.runner import run

if TYPE_CHECKING:
    from pathlib import Path

    from ...checkpoint import Checkpoint
    from ...ffmpeg.binaries import Tools

# By media type, ffmpeg's demuxer and decoders; a lossy WebP is a frame of VP8.
_READ = {
    "image/jpeg": ("jpeg_pipe", "mjpeg"),
    "image/png": ("png_pipe", "png"),
    "image/webp": ("webp_pipe", "webp,vp8"),
    "image/gif": ("gif_pipe", "gif"),
    "image/bmp": ("bmp_pipe", "bmp"),
}
JPEG, PNG = "image/jpeg", "image/png"
# 4:2:0 with the full range of values, as all players read it, close to the best quality.
_WRITTEN = {JPEG: ("mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "2"), PNG: ("png",)}
# A cover of 3000 pixels takes 0.3 s. Of all pictures of a file together, more time is not worth it.
_LIMITS = Limits(wall_s=30, cpu_s=4, file_bytes=0)
_ALL_CPU_S, _MAX_BYTES = 8.0, 16 << 20


@dataclass
class PictureConverter:
    """Converts the pictures of one file.

    Attributes:
        tools: with ffmpeg.
        folder: where ffmpeg runs; nothing is written there.
        checkpoint: of the attempt.
    """

    tools: Tools
    folder: Path
    checkpoint: Checkpoint = UNBOUNDED
    _used_s: float = field(default=0.0, init=False)

    def convert(self, data: bytes, mime: str, to: str, edge: int | None = None) -> bytes:
        """Return the first picture in data; empty where it cannot be read, or is not worth the time.

        Args:
            data: a picture.
            mime: what it is.
            to: what it becomes: `JPEG` or `PNG`.
            edge: pixels that it may be wide and high; None for as many as it has.

        Raises:
            Unavailable: the kernel refused ffmpeg's sandbox.
            ConversionTimedOut, LeaseLost: the attempt must end.
        """
        if mime not in _READ or self._used_s >= _ALL_CPU_S:
            return b""
        completed = run(
            self._command(len(data), mime, to, edge),
            self.folder,
            replace(_LIMITS, until=self.checkpoint.until),
            lambda _: self.checkpoint(),
            max_output=_MAX_BYTES,
            write_stdin=partial(_write, data),
        )
        self.checkpoint()
        self._used_s += completed.cpu_s
        return completed.output if completed.code == 0 else b""

    def _command(self, length: int, mime: str, to: str, edge: int | None) -> list[str]:
        demuxer, decoders = _READ[mime]
        codec, *args = _WRITTEN[to]
        guards = ["-protocol_whitelist", "pipe", "-format_whitelist", demuxer, "-codec_whitelist", decoders]
        bounds = ["-max_pixels", str(MAX_PICTURE_PIXELS), "-threads", "1", "-frame_size", str(length)]
        size = f"scale=w=min(iw\\,{edge}):h=min(ih\\,{edge}):force_original_aspect_ratio=decrease"
        return [
            *(self.tools.ffmpeg, "-nostdin", "-hide_banner", "-loglevel", "error", "-xerror"),
            *(*guards, *bounds, "-f", demuxer, "-i", "pipe:0", "-frames:v", "1"),
            *(("-vf", size) if edge else ()),
            *("-c:v", codec, *args, "-threads", "1", "-f", "image2pipe", "pipe:1"),
        ]


def _write(data: bytes, into: BinaryIO) -> None:
    into.write(data)
