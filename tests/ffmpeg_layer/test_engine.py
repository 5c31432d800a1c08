"""The comparison of ffmpegs runs, and tells the same ffmpeg from a quicker one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bench.engine import BASKET, Row, summary
from bench.harness import process
from bench.harness.material import write_wav
from bench.harness.process import measure
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from tests.ffmpeg_layer.conftest import Variant

ROOT = Path(__file__).resolve().parents[2]


def row(case: str, engine: str, cpu: float) -> Row:
    return Row(case, engine, cpu, cpu, cpu, cpu, memory=1.0, memory_mib=10.0, temporary_mib=0.0)


def test_every_pair_is_measured_with_every_ffmpeg(both: list[Variant], tmp_path: Path) -> None:
    program, report = str(both[0].ffmpeg), tmp_path / "rows.json"
    short = ["--song", "1", "--clip", "1", "--runs", "1", "--json", str(report)]
    argv = [sys.executable, "-m", "bench.engine", "--layer", program, "--stock", program, *short]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=HANG_S, check=False)

    assert done.returncode == 0, done.stderr
    measured = {(each["case"], each["engine"]) for each in json.loads(report.read_text())}
    pairs = {f"{kind} 1 s {source}→{target}" for kind in ("music", "speech") for source, target in BASKET}
    assert {(pair, engine) for pair in pairs for engine in ("system", "layer", "pydub")} <= measured


def test_the_basket_is_a_geometric_mean_per_piece() -> None:
    rows = []
    for number, (source, target) in enumerate(BASKET):
        cpu = 0.5 if number % 2 else 0.125
        case = f"music 9 s {source}→{target}"
        rows += [row(case, "layer", cpu), row(case, "pydub", 4 * cpu)]
    rows += [row("start", "layer", 0.1), row("music 9 s m4a→aac", "copy", 0.01)]

    assert summary(rows) == [
        ("basket, layer to system", "music 9 s", pytest.approx(0.25)),
        ("basket, layer to pydub", "music 9 s", pytest.approx(0.25)),
        ("start", "", 0.1),
        ("copy to encode", "", 0.01),
    ]


def test_a_command_beyond_its_deadline_is_killed_and_reported() -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        measure(["sleep", "60"], deadline_s=0.2)

    assert failed.value.returncode == -9


def test_memory_counts_the_children_of_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held, seen = tmp_path / "held", tmp_path / "seen"
    child = f"""
import pathlib, time
memory = bytearray(64 << 20)
pathlib.Path({str(held)!r}).touch()
while not pathlib.Path({str(seen)!r}).exists():
    time.sleep(0.01)
"""
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"

    def looked(pid: int, field: str = process.PEAK) -> int:
        is_held, found = held.exists(), tree_bytes(pid, field)
        if is_held:
            seen.touch()
        return found

    tree_bytes = process.tree_bytes
    monkeypatch.setattr(process, "tree_bytes", looked)

    assert measure([sys.executable, "-c", parent]).peak_bytes > 64 << 20


@pytest.mark.parametrize("kind", ["music", "speech"])
def test_the_same_arguments_make_the_same_audio(tmp_path: Path, kind: str) -> None:
    first, second = (write_wav(tmp_path / name, kind, 1).read_bytes() for name in ("a.wav", "b.wav"))

    assert first == second
    assert first != write_wav(tmp_path / "c.wav", kind, 1, seed=5).read_bytes()
