"""Memory that a conversion adds: `python -m bench.convert_memory [--from mp3] [--to opus] [--tagged]`.

On Cloud Functions the temporary folder is memory too. The figure is the peak of the process tree's resident
memory and the temporary files together, less the idle process's. Each way runs in its own process: the
pipeline with the layer's and with the system's ffmpeg, and the predecessor's (download to a file, decode all
of it with pydub, export, upload). The bucket is a folder behind our own port.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from bench.harness.figures import figure
from bench.harness.process import NOW, folder_bytes, tree_bytes
from bench.harness.tagged_song import write_song
from tools.cleanup.ending import clean_run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.harness.figures import Figure
    from shared.ports.objects import ObjectInfo

PART = "memory"
ID = "T" * 22
ROOT = Path(__file__).resolve().parent.parent
LAYER = ROOT / "ffmpeg-layer" / "bin" / "x86-64-v3"
MIB = 2**20
WAYS = ("layer", "system", "pydub")
GOAL_MIB = 64
DEADLINE_S = 1800.0
_SAMPLE_S = 0.02
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Peak:
    """One conversion: resident memory, temporary files, and the peak of both together, beyond idle."""

    way: str
    seconds: float
    resident_mib: float
    temporary_mib: float
    added_mib: float
    wall_s: float


@dataclass(frozen=True, slots=True)
class FolderObjects:
    """`ObjectStore` on a folder, so that the bucket's bytes do not count as memory."""

    folder: Path

    def stat(self, name: str) -> ObjectInfo | None:
        """Return the size of the file; the checksum is not needed here."""
        from shared.ports.objects import ObjectInfo  # noqa: PLC0415  # the idle process has imported it
        from tests.fakes.clock import NOON  # noqa: PLC0415  # as above

        path = self.folder / name
        return ObjectInfo(name, 1, path.stat().st_size, "", "", NOON) if path.exists() else None

    def download(self, name: str, _: int, target: Path) -> None:
        """Copy it."""
        with target.open("wb") as file:
            self.read_into(name, 1, file)

    def read_into(self, name: str, _: int, into: BinaryIO, span: range | None = None) -> None:
        """Write it in chunks of a megabyte."""
        with (self.folder / name).open("rb") as file:
            file.seek(span.start if span else 0)
            left = len(span) if span else sys.maxsize
            while left and (chunk := file.read(min(_CHUNK, left))):
                into.write(chunk)
                left -= len(chunk)

    def upload(self, source: Path, name: str, content_type: str, replacing: int = 0) -> ObjectInfo:
        """Copy the file."""
        with self._created(name).open("wb") as target, source.open("rb") as file:
            shutil.copyfileobj(file, target, _CHUNK)
        return self._info(name, content_type, 1 + replacing)

    def upload_stream(self, source: BinaryIO, name: str) -> ObjectInfo:
        """Read it in pieces, as the client library does."""
        from shared.adapters.storage.objects import STREAM_CHUNK_BYTES  # noqa: PLC0415  # the idle process has imported it

        with self._created(name).open("wb") as target:
            while piece := source.read(STREAM_CHUNK_BYTES):
                target.write(piece)
        return self._info(name, "", 1)

    def compose(
        self, parts: Sequence[ObjectInfo], name: str, content_type: str, replacing: int = 0
    ) -> ObjectInfo:
        """Join the parts."""
        with self._created(name).open("wb") as target:
            for part in parts:
                self.read_into(part.name, part.generation, target)
        return self._info(name, content_type, 1 + replacing)

    def reset_headers(self, name: str, generation: int) -> None:
        """Files have no headers."""

    def delete_folder(self, folder: str) -> int:
        """Delete all files of the folder."""
        files = list((self.folder / folder).glob("*"))
        for file in files:
            file.unlink()
        return len(files)

    def _created(self, name: str) -> Path:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        return self.folder / name

    def _info(self, name: str, content_type: str, generation: int) -> ObjectInfo:
        info = self.stat(name)
        assert info is not None  # noqa: S101  # it was just written
        return info._replace(content_type=content_type, generation=generation)

    def delete(self, name: str) -> None:
        """Delete the file."""
        (self.folder / name).unlink(missing_ok=True)


def convert(engine: str, bucket: Path, form: str) -> None:
    """Run the pipeline on `song.wav` in the bucket."""
    import functions.convert.wiring  # noqa: F401, PLC0415  # what an idle instance has imported
    from functions.convert.ffmpeg.binaries import find_tools  # noqa: PLC0415  # as above
    from shared.domain.files import Output, Source  # noqa: PLC0415  # as above
    from shared.runtime.log import Log  # noqa: PLC0415  # as above
    from tests.builders import a_task, an_upload  # noqa: PLC0415  # as above
    from tests.fakes.tasks import FakeTasks  # noqa: PLC0415  # as above
    from tests.real_pipeline import BOUNDS, real_pipeline  # noqa: PLC0415  # as above

    print("idle", flush=True)
    sys.stdin.readline()
    tasks, source = FakeTasks(), f"{ID}/song.wav"
    tasks.create(a_task(source=Source(source), outputs=(Output(form, f"{ID}/song.{form}"),)))
    bounds = replace(BOUNDS, timeout_s=1000, size_bytes=2**31, duration_s=4 * 3600)
    upload = an_upload(object=source, generation=1, size_bytes=(bucket / source).stat().st_size)
    tools = find_tools(str(LAYER) if engine == "layer" else str(Path(shutil.which("ffmpeg") or "").parent))
    pipeline = real_pipeline(tools, tasks, FolderObjects(bucket), bounds=bounds)
    pipeline.run(ID, upload, Log(stream=io.StringIO()))
    print("over", flush=True)
    sys.stdin.readline()
    error = tasks.stored[ID].error
    if error:
        sys.exit(f"{error.code}: {error.message}")


def convert_with_pydub(bucket: Path, form: str) -> None:
    """Convert as the predecessor did: decode the whole file with pydub, then encode it."""
    from pydub import AudioSegment  # noqa: PLC0415  # imported by the idle process

    print("idle", flush=True)
    sys.stdin.readline()
    folder = Path(tempfile.mkdtemp())
    source = next(bucket.glob("*/song.wav"))
    shutil.copyfile(source, folder / "song.wav")
    AudioSegment.from_file(str(folder / "song.wav")).export(str(folder / "song"), format=form)
    shutil.copyfile(folder / "song", source.with_name(f"pydub.{form}"))
    print("over", flush=True)
    sys.stdin.readline()


def measure(way: str, bucket: Path, form: str, seconds: float) -> Peak:
    """Run one way and watch it.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    with tempfile.TemporaryDirectory(prefix="sonube-bench-") as temporary:
        argv = [sys.executable, "-m", "bench.convert_memory", "--inside", way, str(bucket), form]
        environment = {**os.environ, "TMPDIR": temporary}
        with subprocess.Popen(
            argv, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            assert process.stdin  # noqa: S101  # both are pipes
            assert process.stdout  # noqa: S101  # as above
            process.stdout.readline()
            idle, begin = tree_bytes(process.pid, NOW), time.monotonic()
            process.stdin.write(b"\n")
            process.stdin.flush()
            samples, is_over = [], False
            while not is_over and time.monotonic() - begin < DEADLINE_S:
                is_over = bool(select.select([process.stdout], [], [], _SAMPLE_S)[0])
                samples.append((tree_bytes(process.pid, NOW) - idle, folder_bytes(Path(temporary))))
            wall_s = time.monotonic() - begin
            if not is_over:
                process.kill()
            process.communicate(b"\n")
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, argv)
    resident, files = (max(column) / MIB for column in zip(*samples, strict=True))
    added = max(map(sum, samples)) / MIB
    return Peak(way, seconds, resident, files, added, wall_s)


def run(
    lengths_s: Sequence[float], ways: Sequence[str], form: str, source: str = "wav", *, tagged: bool = False
) -> list[Peak]:
    """Measure each way at each length, from a source of that extension; tagged: with all tags and a cover."""
    peaks = []
    with tempfile.TemporaryDirectory(prefix="sonube-bench-", dir=ROOT / "build") as name:
        home = Path(name) / ID
        home.mkdir()
        for seconds in lengths_s:
            write_song(home / "song.wav", seconds, source, tagged=tagged)
            for way in ways:
                peaks.append(measure(way, Path(name), form, seconds))
                print(_line(peaks[-1]), flush=True)
    return peaks


def measured() -> list[Figure]:
    """Measure what `make bench` shows: 1 and 60 minutes, with the layer if it is built, and with pydub."""
    ours = "layer" if LAYER.exists() else "system"
    peaks = {(peak.way, peak.seconds): peak for peak in run([60, 3600], (ours, "pydub"), "mp3")}
    rows = []
    for (way, seconds), peak in peaks.items():
        name = f"{seconds / 60:g} min, {way}"
        goal = GOAL_MIB if (way, seconds) == (ours, 3600) else None
        rows.append(figure(PART, f"{name}, added", "", [peak.added_mib], unit="MiB", goal=goal))
        rows.append(figure(PART, f"{name}, temporary files", "", [peak.temporary_mib], unit="MiB"))
    (mp3,) = run([3600], [ours], "opus", "mp3")
    rows.append(figure(PART, "60 min of MP3 to Opus, added", "", [mp3.added_mib], unit="MiB", goal=GOAL_MIB))
    own, original = peaks[ours, 3600], peaks["pydub", 3600]
    against = "pydub, whole file at once"
    return [
        *rows,
        figure(PART, f"60 min, {ours}, added", against, [own.added_mib / original.added_mib]),
        figure(PART, f"60 min, {ours}, elapsed", against, [own.wall_s / original.wall_s]),
    ]


def _line(peak: Peak) -> str:
    figures = f"{peak.resident_mib:9.1f} {peak.temporary_mib:10.1f} {peak.added_mib:8.1f} {peak.wall_s:7.1f}"
    return f"{peak.way:8} {peak.seconds:7.0f} s {figures}"


def main() -> int:
    """Measure, or be the measured process."""
    parser = argparse.ArgumentParser(prog="python -m bench.convert_memory", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60, help="of the longest piece")
    parser.add_argument("--from", default="wav", dest="source", help="ending of the source")
    parser.add_argument("--to", default="mp3", help="output format")
    parser.add_argument("--tagged", action="store_true", help="also with all tags and a cover (not from wav)")
    parser.add_argument("--ways", nargs="+", default=list(WAYS), choices=WAYS)
    parser.add_argument("--json", type=Path, help="write the figures there as JSON")
    parser.add_argument("--inside", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        way, bucket, form = given.inside
        if way == "pydub":
            convert_with_pydub(Path(bucket), form)
        else:
            convert(way, Path(bucket), form)
        return 0
    return _show(given)


@clean_run("sonube-bench-")
def _show(given: argparse.Namespace) -> int:
    print(f"{'way':8} {'length':>9} {'resident':>9} {'temporary':>10} {'added':>8} {'wall':>7}   MiB, s")
    peaks = run([10, 210, 60 * given.minutes], given.ways, given.to, given.source)
    if given.tagged:
        tagged = run([60 * given.minutes], given.ways, given.to, given.source, tagged=True)
        for with_tags, without in zip(tagged, peaks[-len(tagged) :], strict=True):
            ratio = with_tags.added_mib / without.added_mib
            print(f"{with_tags.way}: with all tags and a cover, {ratio:.3f} of the memory without")
        peaks += tagged
    if given.json:
        given.json.write_text(json.dumps([asdict(peak) for peak in peaks]) + "\n")
    longest = next((peak for peak in peaks[::-1] if peak.way == "layer"), None)
    if longest:
        verdict = "reached" if longest.added_mib <= GOAL_MIB else "NOT REACHED"
        print(
            f"layer, {longest.seconds:.0f} s: {longest.added_mib:.0f} MiB added, goal {GOAL_MIB}: {verdict}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
