"""One conversion whose large outputs are uploaded while they are written, in small pieces."""

from __future__ import annotations

import io
import json
import subprocess
from typing import TYPE_CHECKING

from functions.convert.upload.sparse_file import BLOCK_BYTES
from functions.convert.upload.streaming_upload import UploadSizes
from shared.domain.files import Output
from shared.runtime.log import Log
from tests.builders import a_task, an_upload
from tests.fakes.objects import FakeObjects
from tests.fakes.tasks import FakeTasks
from tests.real_pipeline import BOUNDS, real_pipeline
from tests.waiting import HANG_S
from tools.ffmpeg import program

if TYPE_CHECKING:
    from functions.convert.attempt import Bounds
    from functions.convert.ffmpeg.binaries import Tools

ID = "T" * 22
PIECE = 16 * BLOCK_BYTES
SMALL = UploadSizes(
    start_bytes=2 * PIECE, audio_bytes=8 * BLOCK_BYTES, tail_bytes=8 * BLOCK_BYTES, backlog_bytes=6 * PIECE
)


class Attempt:
    """One pipeline on its own bucket."""

    def __init__(
        self,
        tools: Tools,
        song: bytes,
        *forms: str,
        objects: FakeObjects | None = None,
        bounds: Bounds = BOUNDS,
    ) -> None:
        self.bounds = bounds
        self.tasks, self.lines = FakeTasks(), io.StringIO()
        self.objects = objects or FakeObjects(piece_bytes=PIECE)
        self.tools, self.song = tools, song
        self.tasks.create(a_task(outputs=tuple(Output(form, f"{ID}/out.{form}") for form in forms)))
        self.generation = self.objects.put(f"{ID}/song.wav", song).generation

    def run(self, sizes: UploadSizes = SMALL) -> Attempt:
        pipeline = real_pipeline(self.tools, self.tasks, self.objects, bounds=self.bounds, sizes=sizes)
        upload = an_upload(generation=self.generation, size_bytes=len(self.song))
        pipeline.run(ID, upload, Log(stream=self.lines))
        return self

    def result(self, form: str) -> bytes:
        return self.objects.contents[f"{ID}/out.{form}"]

    @property
    def streamed_outputs(self) -> int:
        lines = map(json.loads, self.lines.getvalue().splitlines())
        return sum(line.get("streamedOutputs", 0) for line in lines)

    @property
    def parts(self) -> list[str]:
        return [name for name in self.objects.contents if "/parts/" in name]


def decoded(data: bytes) -> bytes:
    """The MD5 of the samples."""
    argv = [program("ffmpeg"), "-v", "error", "-i", "pipe:0", "-f", "md5", "pipe:1"]
    return subprocess.run(argv, input=data, check=True, timeout=HANG_S, capture_output=True).stdout
