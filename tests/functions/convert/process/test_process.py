"""Children that misbehave, in every way that we can think of, and what is left of them: nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from functions.convert.process.runner import MIB, Limits, run

if TYPE_CHECKING:
    from typing import BinaryIO

ROOT = Path(__file__).resolve().parents[4]
LIMITS = Limits(wall_s=30, cpu_s=20, file_bytes=MIB)
PATIENCE_S = 20
FOREVER = 1000


def shell(script: str, folder: Path, limits: Limits = LIMITS) -> str:
    """Standard output of a script that is over, one way or the other."""
    return run(["/bin/sh", "-c", script], folder, limits).output.decode()


def python(program: str) -> list[str]:
    return [sys.executable, "-S", "-c", program]


def is_gone(pid: int) -> bool:
    """Whether no process has this number any more, not even as a zombie of ours."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state[0] == "Z" and int(state[1]) != os.getpid():  # somebody else's to reap
            return True
        time.sleep(0.01)
    return False


def test_at_the_deadline_the_whole_family_is_killed(tmp_path: Path) -> None:
    script = f"echo $$; sleep {FOREVER} & echo $!; sleep {FOREVER}"
    finished = run(["/bin/sh", "-c", script], tmp_path, replace(LIMITS, wall_s=0.5))

    assert finished.timed_out
    assert finished.code == -signal.SIGKILL
    assert [is_gone(int(pid)) for pid in finished.output.split()] == [True, True]


def test_the_attempts_own_end_comes_first(tmp_path: Path) -> None:
    limits = replace(LIMITS, until=time.monotonic() + 0.3)

    assert run(["/bin/sleep", str(FOREVER)], tmp_path, limits).timed_out


def test_closing_its_pipes_does_not_save_a_child(tmp_path: Path) -> None:
    script = f"exec >&- 2>&-; sleep {FOREVER}"

    assert run(["/bin/sh", "-c", script], tmp_path, replace(LIMITS, wall_s=0.5)).timed_out


def test_a_grandchild_does_not_outlive_the_child(tmp_path: Path) -> None:
    orphan = shell(f"sleep {FOREVER} >/dev/null 2>&1 & echo $!", tmp_path)

    assert is_gone(int(orphan))


def test_what_the_listener_raises_kills_and_passes_on(tmp_path: Path) -> None:
    heard: list[bytes] = []

    def listen(chunk: bytes) -> None:
        heard.append(chunk)
        raise LookupError

    with pytest.raises(LookupError):
        run(["/bin/sh", "-c", f"echo $$; sleep {FOREVER}"], tmp_path, LIMITS, listen)

    assert is_gone(int(heard[0]))


def test_a_silent_child_can_be_stopped_too(tmp_path: Path) -> None:
    def lost(chunk: bytes) -> None:
        assert chunk == b""
        raise LookupError

    with pytest.raises(LookupError):
        run(["/bin/sleep", str(FOREVER)], tmp_path, LIMITS, lost)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
def test_when_we_are_ended_so_is_the_child(tmp_path: Path, number: int) -> None:
    program = (
        "from pathlib import Path; from functions.convert.process.runner import Limits, run\n"
        f"run(['/bin/sh', '-c', 'echo $$; exec sleep {FOREVER}'], Path({str(tmp_path)!r}),"
        " Limits(wall_s=90, cpu_s=9, file_bytes=9), lambda pid: print(pid.decode(), flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.send_signal(number)

    assert is_gone(child)


def test_cpu_is_limited(tmp_path: Path) -> None:
    finished = run(python("while True: pass"), tmp_path, replace(LIMITS, cpu_s=1))

    assert finished.code == -signal.SIGXCPU


def test_the_size_of_a_file_is_limited(tmp_path: Path) -> None:
    finished = run(["/bin/dd", "if=/dev/zero", "of=big", "bs=65536", "count=100"], tmp_path, LIMITS)

    assert finished.code == -signal.SIGXFSZ
    assert (tmp_path / "big").stat().st_size <= MIB


def test_memory_is_limited(tmp_path: Path) -> None:
    finished = run(python("bytearray(600 << 20)"), tmp_path, replace(LIMITS, memory_bytes=400 * MIB))

    assert "MemoryError" in finished.errors


def test_as_many_threads_as_a_newer_ffmpeg_has_fit_into_the_memory(tmp_path: Path) -> None:
    program = """
import threading
barrier = threading.Barrier(41, timeout=20)
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


def test_nothing_of_our_environment_reaches_the_child(tmp_path: Path) -> None:
    assert run(["/usr/bin/env"], tmp_path, LIMITS).output == b"LANG=C.UTF-8\nMALLOC_ARENA_MAX=1\n"


def test_no_descriptor_of_ours_reaches_the_child(tmp_path: Path) -> None:
    with (tmp_path / "secret").open("w") as ours:
        listed = shell("ls -l /proc/self/fd", tmp_path)

        assert ours.name not in listed


def test_a_program_that_is_not_there_is_no_childs_failure(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        run(["/bin/no-such-program"], tmp_path, LIMITS)


def test_it_reads_nothing_from_us(tmp_path: Path) -> None:
    assert shell("cat; echo end", tmp_path) == "end\n"


def test_a_child_is_fed_while_it_is_heard(tmp_path: Path) -> None:
    def feed(into: BinaryIO) -> None:
        into.write(b"x" * 4_000_000)

    finished = run(["/bin/cat"], tmp_path, LIMITS, feed=feed)

    assert len(finished.output) == 4_000_000
    assert finished.code == 0


def test_a_child_that_has_had_enough_fails_nobody(tmp_path: Path) -> None:
    def feed(into: BinaryIO) -> None:
        while True:
            into.write(b"x" * 100_000)

    assert run(["/usr/bin/head", "-c", "9"], tmp_path, LIMITS, feed=feed).output == b"x" * 9


def test_a_feed_learns_that_nobody_eats_any_more_without_writing(tmp_path: Path) -> None:
    told: list[float] = []

    def feed(into: BinaryIO) -> None:
        begin = time.monotonic()
        try:
            while time.monotonic() < begin + 20:
                into.flush()
                time.sleep(0.01)
        finally:
            told.append(time.monotonic() - begin)

    assert run(["/bin/sleep", "0.2"], tmp_path, LIMITS, feed=feed).code == 0
    assert told[0] < 10


def test_a_feed_that_fails_kills_and_passes_on(tmp_path: Path) -> None:
    def feed(into: BinaryIO) -> None:
        into.write(b"x")
        raise LookupError

    with pytest.raises(LookupError):
        run(["/bin/cat"], tmp_path, LIMITS, feed=feed)


def test_a_feed_into_a_child_that_does_not_eat_ends_at_the_deadline(tmp_path: Path) -> None:
    def feed(into: BinaryIO) -> None:
        while True:
            into.write(b"x" * 100_000)

    assert run(["/bin/sleep", str(FOREVER)], tmp_path, replace(LIMITS, wall_s=0.5), feed=feed).timed_out


def test_a_flood_is_read_and_mostly_dropped(tmp_path: Path) -> None:
    finished = run(["/bin/sh", "-c", "yes | head -c 9000000"], tmp_path, LIMITS, None, 100)

    assert len(finished.output) == 100


def test_a_flood_of_errors_keeps_its_end(tmp_path: Path) -> None:
    finished = run(["/bin/sh", "-c", "yes | head -c 900000 >&2; echo end >&2"], tmp_path, LIMITS)

    assert len(finished.errors) <= 16_384
    assert finished.errors.endswith("end\n")
