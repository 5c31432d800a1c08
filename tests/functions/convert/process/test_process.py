"""Misbehaving children are stopped, and nothing is left of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import pytest

from functions.convert.process.limits import MIB, Limits
from functions.convert.process.runner import run
from functions.convert.process.stdin import StdinClosed
from tests.signals import default_signals
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from typing import BinaryIO

ROOT = Path(__file__).resolve().parents[4]
LIMITS = Limits(wall_s=HANG_S, cpu_s=HANG_S, file_bytes=MIB)
FOREVER = 1000


def shell(script: str, folder: Path, limits: Limits = LIMITS) -> str:
    """Run a script and return its standard output."""
    return run(["/bin/sh", "-c", script], folder, limits).output.decode()


def python(program: str) -> list[str]:
    return [sys.executable, "-S", "-c", program]


def is_gone(pid: int) -> bool:
    """Return whether no process has this pid, not even as a zombie of ours."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state[0] == "Z" and int(state[1]) != os.getpid()  # another process has to reap it


def test_the_deadline_kills_the_whole_process_group(tmp_path: Path) -> None:
    script = f"echo $$; sleep {FOREVER} & echo $!; sleep {FOREVER}"
    pids: list[str] = []
    for wall_s in (0.5, 5, 50):  # on a busy machine the script may need longer to get so far
        if len(pids) < 2:
            finished = run(["/bin/sh", "-c", script], tmp_path, replace(LIMITS, wall_s=wall_s))
            pids = finished.output.decode().split()

    assert finished.timed_out
    assert finished.code == -signal.SIGKILL
    assert len(pids) == 2
    wait_until(lambda: all(is_gone(int(pid)) for pid in pids))


def test_the_end_of_the_attempt_is_a_deadline_too(tmp_path: Path) -> None:
    limits = replace(LIMITS, until=time.monotonic() + 0.3)

    assert run(["/bin/sleep", str(FOREVER)], tmp_path, limits).timed_out


def test_a_child_that_closed_its_pipes_is_killed_at_the_deadline(tmp_path: Path) -> None:
    script = f"exec >&- 2>&-; sleep {FOREVER}"

    assert run(["/bin/sh", "-c", script], tmp_path, replace(LIMITS, wall_s=0.5)).timed_out


def test_a_grandchild_does_not_outlive_the_child(tmp_path: Path) -> None:
    orphan = shell(f"sleep {FOREVER} >/dev/null 2>&1 & echo $!", tmp_path)

    wait_until(lambda: is_gone(int(orphan)))


def test_an_error_of_the_output_callback_kills_the_child_and_is_raised(tmp_path: Path) -> None:
    received: list[bytes] = []

    def on_output(chunk: bytes) -> None:
        received.append(chunk)
        raise LookupError

    with pytest.raises(LookupError):
        run(["/bin/sh", "-c", f"echo $$; sleep {FOREVER}"], tmp_path, LIMITS, on_output)

    wait_until(lambda: is_gone(int(received[0])))


def test_the_output_callback_can_stop_a_silent_child(tmp_path: Path) -> None:
    def lost(chunk: bytes) -> None:
        assert chunk == b""
        raise LookupError

    with pytest.raises(LookupError):
        run(["/bin/sleep", str(FOREVER)], tmp_path, LIMITS, lost)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
def test_the_child_dies_with_us(tmp_path: Path, number: int) -> None:
    program = (
        "from pathlib import Path; from functions.convert.process.runner import Limits, run\n"
        f"run(['/bin/sh', '-c', 'echo $$; exec sleep {FOREVER}'], Path({str(tmp_path)!r}),"
        " Limits(wall_s=900, cpu_s=9, file_bytes=9), lambda pid: print(pid.decode(), flush=True))"
    )
    with (
        default_signals(),
        subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE) as parent,
    ):
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.send_signal(number)

    wait_until(lambda: is_gone(child))


def test_cpu_time_is_limited(tmp_path: Path) -> None:
    finished = run(python("while True: pass"), tmp_path, replace(LIMITS, cpu_s=1))

    assert finished.code == -signal.SIGXCPU


def test_file_size_is_limited(tmp_path: Path) -> None:
    finished = run(["/bin/dd", "if=/dev/zero", "of=big", "bs=65536", "count=100"], tmp_path, LIMITS)

    assert finished.code == -signal.SIGXFSZ
    assert (tmp_path / "big").stat().st_size <= MIB


def test_memory_is_limited(tmp_path: Path) -> None:
    finished = run(python("bytearray(600 << 20)"), tmp_path, replace(LIMITS, memory_bytes=400 * MIB))

    assert "MemoryError" in finished.errors


def test_the_threads_of_a_newer_ffmpeg_fit_into_the_memory_limit(tmp_path: Path) -> None:
    program = """
import threading
barrier = threading.Barrier(41)
def work():
    held = [bytes(4096) for _ in range(99)]
    barrier.wait()
for _ in range(40):
    threading.Thread(target=work).start()
barrier.wait()
print("all")
"""
    finished = run(python(program), tmp_path, replace(LIMITS, memory_bytes=250 * MIB))

    assert finished.output == b"all\n", finished.errors


def test_open_files_are_limited(tmp_path: Path) -> None:
    finished = run(python("files = [open('/dev/null') for _ in range(99)]"), tmp_path, LIMITS)

    assert "Too many open files" in finished.errors


def test_our_environment_does_not_reach_the_child(tmp_path: Path) -> None:
    environment = run(["/usr/bin/env"], tmp_path, LIMITS).output

    assert environment == b"LANG=C.UTF-8\nMALLOC_ARENA_MAX=1\nGCONV_PATH=/nonexistent\n"


def test_our_file_descriptors_do_not_reach_the_child(tmp_path: Path) -> None:
    with (tmp_path / "secret").open("w") as ours:
        listed = shell("ls -l /proc/self/fd", tmp_path)

        assert ours.name not in listed


def test_a_missing_program_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        run(["/bin/no-such-program"], tmp_path, LIMITS)


def test_standard_input_is_empty_by_default(tmp_path: Path) -> None:
    assert shell("cat; echo end", tmp_path) == "end\n"


def test_stdin_is_written_while_output_is_read(tmp_path: Path) -> None:
    def write(into: BinaryIO) -> None:
        into.write(b"x" * 4_000_000)

    finished = run(["/bin/cat"], tmp_path, LIMITS, write_stdin=write)

    assert len(finished.output) == 4_000_000
    assert finished.code == 0


def test_a_child_that_stops_reading_stdin_succeeds(tmp_path: Path) -> None:
    def write(into: BinaryIO) -> None:
        while True:
            into.write(b"x" * 100_000)

    assert run(["/usr/bin/head", "-c", "9"], tmp_path, LIMITS, write_stdin=write).output == b"x" * 9


def test_flush_reports_that_the_child_reads_no_more(tmp_path: Path) -> None:
    reported: list[BaseException] = []

    def write(into: BinaryIO) -> None:
        try:
            wait_until(into.flush)
        except BaseException as report:
            reported.append(report)
            raise

    assert run(["/bin/sleep", "0.2"], tmp_path, LIMITS, write_stdin=write).code == 0
    wait_until(lambda: reported)  # on a busy machine the writer may be left behind
    assert [type(report) for report in reported] == [StdinClosed]


def test_an_error_of_the_stdin_writer_kills_the_child_and_is_raised(tmp_path: Path) -> None:
    def write(into: BinaryIO) -> None:
        into.write(b"x")
        raise LookupError

    with pytest.raises(LookupError):
        run(["/bin/cat"], tmp_path, LIMITS, write_stdin=write)


def test_a_writer_blocked_by_a_child_that_does_not_read_ends_at_the_deadline(tmp_path: Path) -> None:
    def write(into: BinaryIO) -> None:
        while True:
            into.write(b"x" * 100_000)

    assert run(
        ["/bin/sleep", str(FOREVER)], tmp_path, replace(LIMITS, wall_s=0.5), write_stdin=write
    ).timed_out


def test_a_writer_that_waits_for_its_own_source_does_not_delay_the_end(tmp_path: Path) -> None:
    has_bytes, ended = Event(), Event()

    def write(into: BinaryIO) -> None:
        has_bytes.wait(HANG_S)
        ended.set()
        into.write(b"x")

    assert run(["/bin/true"], tmp_path, LIMITS, write_stdin=write).code == 0
    assert not ended.is_set()
    has_bytes.set()


def test_output_beyond_the_limit_is_dropped(tmp_path: Path) -> None:
    finished = run(["/bin/sh", "-c", "yes | head -c 9000000"], tmp_path, LIMITS, None, 100)

    assert len(finished.output) == 100


def test_the_end_of_the_errors_is_kept(tmp_path: Path) -> None:
    finished = run(["/bin/sh", "-c", "yes | head -c 900000 >&2; echo end >&2"], tmp_path, LIMITS)

    assert len(finished.errors) <= 16_384
    assert finished.errors.endswith("end\n")
