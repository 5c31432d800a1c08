"""Converts an upload through the pipeline's own entrance, and keeps what came out."""

from __future__ import annotations

import array
import io
import json
import subprocess
import wave
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from shared.domain.files import Output, Source
from shared.domain.formats import FORMATS
from shared.domain.options import parse_options
from shared.runtime.log import Log
from tests.builders import a_task, an_upload
from tests.fakes.objects import FakeObjects
from tests.fakes.tasks import FakeTasks
from tests.real_pipeline import real_pipeline
from tests.waiting import HANG_S
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.convert.ffmpeg.binaries import Tools
    from shared.domain.task import Task


@dataclass(frozen=True)
class Result:
    """A finished task with one output.

    Attributes:
        data: of the output; empty if the task failed.
    """

    task: Task
    data: bytes

    @property
    def output(self) -> Output:
        """What the task records of it."""
        return self.task.outputs[0]

    @cached_property
    def samples(self) -> array.array[int]:
        """All samples of a WAV of 16 bits, channels interleaved."""
        with wave.open(io.BytesIO(self.data)) as wav:
            assert wav.getsampwidth() == 2
            return array.array("h", wav.readframes(wav.getnframes()))

    def peak(self, begin_s: float = 0.0, end_s: float | None = None, channel: int = 0) -> float:
        """Return the highest sample of a part of a channel, 1 for full scale."""
        rate_hz, channels = self.output.sample_rate_hz or 0, self.output.channels or 1
        one = self.samples[channel::channels]
        part = one[round(begin_s * rate_hz) : None if end_s is None else round(end_s * rate_hz)]
        return max(map(abs, part), default=0) / 32768

    @cached_property
    def examined(self) -> dict[str, Any]:
        """What ffprobe reports of the output."""
        show = ["-show_format", "-show_streams", "-show_chapters"]
        argv = [program("ffprobe"), "-v", "error", *show, "-of", "json", "pipe:0"]
        done = subprocess.run(argv, input=self.data, capture_output=True, check=True, timeout=HANG_S)
        report: dict[str, Any] = json.loads(done.stdout)
        return report

    @property
    def tags(self) -> dict[str, str]:
        """Of the output's container and its audio, in lower case."""
        audio = next(s for s in self.examined["streams"] if s["codec_type"] == "audio")
        tags = {**self.examined["format"].get("tags", {}), **audio.get("tags", {})}
        return {name.lower(): text for name, text in tags.items()}

    @property
    def has_cover(self) -> bool:
        """Whether the output has a picture."""
        return any(s["disposition"].get("attached_pic") for s in self.examined["streams"])


def convert(tools: Tools, data: bytes, form: str, options: Mapping[str, object]) -> Result:
    """Upload the bytes for one output, and run the pipeline until the task has ended."""
    tasks, objects = FakeTasks(), FakeObjects()
    task_id = "T" * 22
    output = Output(form, f"{task_id}/out.{form}", parse_options(options, FORMATS[form]))
    task = tasks.create(a_task(filename="upload", source=Source(f"{task_id}/upload"), outputs=(output,)))
    info = objects.put(task.source.object, data)
    upload = an_upload(
        object=info.name, generation=info.generation, size_bytes=info.size_bytes, crc32c=info.crc32c
    )
    real_pipeline(tools, tasks, objects).run(task_id, upload, Log(stream=io.StringIO()))
    return Result(tasks.stored[task_id], objects.contents.get(output.object, b""))
