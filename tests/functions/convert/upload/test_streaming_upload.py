"""Large outputs are uploaded while ffmpeg writes them, with the same result as afterwards."""

from __future__ import annotations

import io
import math
import random
import struct
import subprocess
import zlib
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, BinaryIO

import pytest

from functions.convert.ffmpeg.run import FFmpeg
from functions.convert.metering.levels import Meter
from functions.convert.process.limits import Limits
from functions.convert.upload.header_size import header_bytes
from functions.convert.upload.sparse_file import BLOCK_BYTES, can_punch_holes, first_data, punch_hole
from functions.convert.upload.streaming_upload import StreamingUpload, UploadSizes
from functions.convert.verify.audibility import Playback, check_audible
from functions.convert.workspace import MIB, occupied_bytes
from shared.domain.errors import OutputMismatch, Unavailable
from shared.domain.formats import FORMATS
from tests.fakes.objects import FakeObjects
from tests.functions.convert.upload.attempt import ID, PIECE, SMALL, Attempt, decoded
from tests.sampling import chosen
from tests.waiting import HANG_S, wait_until
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.convert.ffmpeg.binaries import Tools
    from shared.ports.objects import ObjectInfo

LIMITS = Limits(wall_s=HANG_S, cpu_s=HANG_S, file_bytes=100 * MIB)
STREAMABLE = [name for name, form in FORMATS.items() if not form.whole]
# Streams of Ogg and WebM have random numbers.
SAME_BYTES = {"mp3", "wav", "flac", "aac", "aiff"}


@pytest.fixture(scope="module")
def covered(song: bytes, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The same as FLAC, with a cover several times larger than the audio kept behind tags."""
    folder = tmp_path_factory.mktemp("covered")
    (folder / "song.wav").write_bytes(song)
    (folder / "cover.png").write_bytes(picture(300))
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-i", str(folder / "song.wav")]
    argv += ["-i", str(folder / "cover.png"), "-map", "0", "-map", "1", "-c:v", "copy"]
    argv += ["-disposition:v", "attached_pic", str(folder / "song.flac")]
    subprocess.run(argv, check=True, timeout=HANG_S)
    return (folder / "song.flac").read_bytes()


def picture(side: int) -> bytes:
    """Return a square PNG of random colours, which does not compress."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    colours = random.Random(1)  # noqa: S311  # a picture
    rows = b"".join(b"\0" + colours.randbytes(3 * side) for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(name, data) for name, data in ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )


@pytest.fixture(scope="module")
def whole(tools: Tools, song: bytes) -> Attempt:
    """Every format, uploaded afterwards, from one pass."""
    return Attempt(tools, song, *STREAMABLE).run(UploadSizes())


# `make test` tries a form of each kind: with a header, with pages, and with neither.
@pytest.mark.parametrize("form", chosen(STREAMABLE, ["wav", "mp3", "ogg", "webm"]))
def test_a_streamed_output_equals_one_uploaded_afterwards(
    tools: Tools, song: bytes, whole: Attempt, form: str
) -> None:
    streamed = Attempt(tools, song, form).run()

    assert (streamed.streamed_outputs, whole.streamed_outputs) == (1, 0)
    assert streamed.parts == []
    assert decoded(streamed.result(form)) == decoded(whole.result(form))
    assert form not in SAME_BYTES or streamed.result(form) == whole.result(form)
    stored = streamed.tasks.stored[ID].outputs[0]
    assert (stored.size_bytes, stored.duration_s) == (
        len(streamed.result(form)),
        whole.tasks.stored[ID].outputs[STREAMABLE.index(form)].duration_s,
    )


@pytest.mark.parametrize("form", chosen(["mp3", "flac", "ogg", "aiff", "wav"], {"mp3", "flac", "ogg"}))
def test_a_large_cover_is_kept(tools: Tools, covered: bytes, form: str) -> None:
    streamed, whole = Attempt(tools, covered, form).run(), Attempt(tools, covered, form).run(UploadSizes())

    assert (streamed.streamed_outputs, whole.streamed_outputs) == (1, 0)
    assert len(streamed.result(form)) == len(whole.result(form))
    assert form not in SAME_BYTES or streamed.result(form) == whole.result(form)


def test_several_outputs_stream_beside_one_that_cannot(tools: Tools, song: bytes) -> None:
    attempt = Attempt(tools, song, "wav", "flac", "m4a", "mp3").run()

    assert attempt.streamed_outputs == 3
    assert attempt.parts == []
    assert decoded(attempt.result("flac")) == decoded(song)


def test_streaming_starts_again_when_the_source_changes_its_channels(
    tools: Tools, song: bytes, tmp_path: Path
) -> None:
    (tmp_path / "song.wav").write_bytes(song)
    parts = []
    for channels in ("2", "1"):
        argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-i", str(tmp_path / "song.wav")]
        argv += ["-ac", channels, "-f", "ac3", "pipe:1"]
        done = subprocess.run(argv, check=True, timeout=HANG_S, capture_output=True)
        parts.append(done.stdout)
    streamed, whole = (
        Attempt(tools, b"".join(parts), "wav", "flac", "mp3").run(sizes) for sizes in (SMALL, UploadSizes())
    )

    assert streamed.streamed_outputs == 3
    assert streamed.parts == []
    assert streamed.result("wav") == whole.result("wav")
    assert decoded(streamed.result("flac")) == decoded(streamed.result("wav"))
    task = streamed.tasks.stored[ID]
    assert task.source.probe
    assert (task.outputs[0].duration_s, task.source.probe.duration_s) == pytest.approx((60, 60), abs=0.2)


class Breaking(FakeObjects):
    """Fails the first upload after two pieces, without creating an object."""

    broken = False

    def upload_stream(self, source: BinaryIO, name: str) -> ObjectInfo:
        if self.broken:
            return super().upload_stream(source, name)
        self.broken = True
        for _ in range(2):
            source.read(self.piece_bytes)
        raise Unavailable


def test_a_failed_upload_ends_the_attempt_and_the_next_one_succeeds(tools: Tools, song: bytes) -> None:
    attempt = Attempt(tools, song, "wav", objects=Breaking(piece_bytes=PIECE))
    with pytest.raises(Unavailable):
        attempt.run()
    assert list(attempt.objects.contents) == [f"{ID}/song.wav"]

    attempt.objects.put(f"{ID}/parts/killed-output-0.body", b"left behind")
    attempt.run()
    assert attempt.parts == []
    assert decoded(attempt.result("wav")) == decoded(song)


def test_an_earlier_attempts_object_is_replaced(tools: Tools, song: bytes) -> None:
    attempt = Attempt(tools, song, "wav")
    old = attempt.objects.put(f"{ID}/out.wav", b"old").generation
    attempt.run()

    assert attempt.tasks.stored[ID].outputs[0].generation != old
    assert decoded(attempt.result("wav")) == decoded(song)


@pytest.fixture
def streaming(tmp_path: Path) -> Iterator[tuple[StreamingUpload, Path]]:
    """An output that is uploaded as far as it is written."""
    file = tmp_path / "output-0"
    file.write_bytes(b"\1" * 40 * PIECE)
    upload = StreamingUpload(FakeObjects(piece_bytes=PIECE), file, SMALL.audio_bytes, "parts/0", SMALL)
    upload.start()
    wait_until(lambda: occupied_bytes(tmp_path) <= 4 * PIECE)
    yield upload, file
    upload.discard()


def test_uploaded_bytes_take_no_space_and_can_be_read_back(streaming: tuple[StreamingUpload, Path]) -> None:
    upload, file = streaming
    whole = io.BytesIO()
    upload.check_unchanged()
    upload.write_to(whole)

    assert file.stat().st_size == 40 * PIECE
    assert whole.getvalue() == b"\1" * 40 * PIECE


def test_a_change_to_uploaded_bytes_is_noticed(streaming: tuple[StreamingUpload, Path]) -> None:
    upload, file = streaming
    with file.open("r+b") as late:
        late.seek(10 * PIECE)
        late.write(b"changed")

    with pytest.raises(OutputMismatch):
        upload.check_unchanged()


class Hanging(FakeObjects):
    """A bucket that does not answer until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = Event()

    def upload_stream(self, source: BinaryIO, name: str) -> ObjectInfo:
        self.may_answer.wait(HANG_S)
        return super().upload_stream(source, name)


def test_discarding_does_not_wait_for_a_bucket_that_hangs(tmp_path: Path) -> None:
    file, bucket = tmp_path / "output-0", Hanging()
    file.write_bytes(b"\1" * PIECE)
    upload = StreamingUpload(bucket, file, 0, "parts/0", SMALL)
    upload.start()
    before = {path.name for path in Path("/proc/self/fd").iterdir()}
    upload.discard()
    bucket.may_answer.set()

    wait_until(lambda: {path.name for path in Path("/proc/self/fd").iterdir()} < before)
    assert not bucket.contents


def wav(silent_s: float, loud_s: float) -> bytes:
    """Return silence, and then a tone."""
    tone = (round(9000 * math.sin(n / 10)) for n in range(round(loud_s * 8000)))
    samples = bytes(2 * round(silent_s * 8000)) + b"".join(struct.pack("<h", sample) for sample in tone)
    head = struct.pack(
        "<4sI4s4sIHHIIHH", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16
    )
    return head + struct.pack("<4sI", b"data", len(samples)) + samples


@pytest.mark.parametrize(("silent_s", "loud_s"), [(0, 60), (50, 10)], ids=["in the head", "far behind it"])
def test_a_streamed_output_is_audible_wherever_its_audio_is(
    tools: Tools, tmp_path: Path, silent_s: float, loud_s: float
) -> None:
    play(tools, tmp_path, wav(silent_s, loud_s))


def test_a_silent_streamed_output_is_refused(tools: Tools, tmp_path: Path) -> None:
    with pytest.raises(OutputMismatch):
        play(tools, tmp_path, wav(60, 0))


def play(tools: Tools, folder: Path, data: bytes) -> None:
    """Check a streamed output for which something loud was encoded."""
    file = folder / "output-0"
    file.write_bytes(data)
    upload = StreamingUpload(FakeObjects(piece_bytes=PIECE), file, SMALL.audio_bytes, "parts/0", SMALL)
    upload.start()
    encoded = Meter(8000, 1)
    encoded.add(wav(0, 1)[44:])
    try:
        check_audible(FFmpeg(tools, file, LIMITS, lambda _: None), [Playback(file, encoded, 8000, 1, upload)])
    finally:
        upload.discard()


def test_a_hole_reads_as_zeros_takes_no_space_and_can_be_found(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"\1" * 100 * BLOCK_BYTES)
    with file.open("r+b") as data:
        punch_hole(data.fileno(), 10 * BLOCK_BYTES, 90 * BLOCK_BYTES)
        found = [first_data(data.fileno(), n * BLOCK_BYTES, 100 * BLOCK_BYTES) for n in (0, 10)]

    assert can_punch_holes(tmp_path)
    assert found == [0, 90 * BLOCK_BYTES]
    assert set(file.read_bytes()) == {0, 1}
    assert occupied_bytes(tmp_path) <= 24 * BLOCK_BYTES


def test_the_header_reaches_beyond_tags_and_cover(tmp_path: Path) -> None:
    file = tmp_path / "file"
    sizes = {}
    for name, head in {
        "plain": b"plain",
        "wav": b"RIFF\0\0\0\0WAVELIST" + (2 * MIB).to_bytes(4, "little") + bytes(2 * MIB) + b"data",
        "aiff": b"FORM\0\0\0\0AIFFID3 " + (2 * MIB).to_bytes(4) + bytes(2 * MIB) + b"SSND",
        "webm": b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x01"
        + b"\xff" * 7
        + b"\x12\x54\xc3\x67\x10\x20\0\0"
        + bytes(2 * MIB)
        + b"\x1f\x43\xb6\x75\x01"
        + b"\xff" * 7,
        "id3": b"ID3\4\0\0" + bytes([1, 0, 0, 0]),
        "flac": b"fLaC\0\0\0\x22" + bytes(34) + b"\x86\x20\0\0",
        "ogg": (b"OggS\0" + bytes(21) + b"\xff" + b"\xff" * 255 + bytes(255 * 255)) * 40,
    }.items():
        file.write_bytes(head + b"\1" * 3 * MIB)
        sizes[name] = header_bytes(file, MIB) / MIB

    assert sizes == {
        "plain": 1,
        "wav": pytest.approx(3, abs=0.01),
        "aiff": pytest.approx(3, abs=0.01),
        "webm": pytest.approx(3, abs=0.01),
        "id3": pytest.approx(3, abs=0.01),
        "flac": pytest.approx(3, abs=0.01),
        "ogg": pytest.approx(1 + 40 * 65307 / MIB, abs=0.01),
    }
