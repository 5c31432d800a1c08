"""A conversion has a private folder, which is deleted at its end."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from functions.convert.workspace import PREFIX, workspace

ROOT = Path(__file__).resolve().parents[3]


def test_it_is_private(tmp_path: Path) -> None:
    with workspace(tmp_path) as folder:
        assert folder.stat().st_mode & 0o777 == 0o700


def test_it_is_deleted_afterwards(tmp_path: Path) -> None:
    with workspace(tmp_path) as folder:
        (folder / "source").write_bytes(b"x")

    assert list(tmp_path.iterdir()) == []


def test_it_is_deleted_after_a_failure_too(tmp_path: Path) -> None:
    with pytest.raises(LookupError), workspace(tmp_path):
        raise LookupError

    assert list(tmp_path.iterdir()) == []


def test_a_killed_instances_folder_is_deleted_by_the_next(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from functions.convert.workspace import workspace\n"
        f"with workspace(Path({str(tmp_path)!r})) as folder:\n"
        "    (folder / 'source').write_bytes(b'x'); print(folder.name, flush=True); time.sleep(1000)"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE) as dead:
        assert dead.stdout
        left = tmp_path / dead.stdout.readline().decode().strip()
        dead.send_signal(signal.SIGKILL)
    was_left = left.exists()

    with workspace(tmp_path) as folder:
        assert was_left
        assert [folder] == list(tmp_path.iterdir())


def test_a_folder_in_use_is_kept(tmp_path: Path) -> None:
    with workspace(tmp_path) as one, workspace(tmp_path) as other:
        assert {one, other} == set(tmp_path.iterdir())


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    root = tmp_path / "root"
    root.mkdir()
    (root / f"{PREFIX}trap").symlink_to(elsewhere)

    with workspace(root):
        assert elsewhere.exists()
