"""Set-up says what it does, does nothing twice, and names what it cannot do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import HANG_S
from tools import setup

ROOT = Path(__file__).resolve().parent.parent.parent


def run_setup(*arguments: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, str(ROOT / "tools" / "setup.py"), *arguments]
    return subprocess.run(argv, capture_output=True, text=True, timeout=HANG_S, check=False)


def test_a_ready_machine_is_left_unchanged_silently() -> None:
    done = run_setup("run")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_unknown_profile_is_refused_with_the_valid_ones() -> None:
    done = run_setup("everything")

    assert (done.returncode, done.stderr) == (1, "setup: 'everything' is not one of run, test.\n")


def test_packages_are_installed_again_once_a_pin_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pins, calls = tmp_path / "pins.txt", []
    pins.write_text("one==1\n")
    monkeypatch.setattr(setup, "PROFILES", {"run": [pins]})
    monkeypatch.setattr(setup, "VENV", tmp_path)
    monkeypatch.setattr(setup, "run", lambda *argv: calls.append(argv))

    setup.ensure_packages("run")
    setup.ensure_packages("run")
    pins.write_text("one==2\n")
    setup.ensure_packages("run")

    assert len(calls) == capsys.readouterr().out.count("installing the Python packages") == 2


def test_a_command_that_fails_ends_set_up_with_what_it_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"setup: failed: .*python"):
        setup.run(sys.executable, "-c", "raise SystemExit('no room on the device')")

    assert "no room on the device" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("as_root", "said"), [(True, "installing Debian's"), (False, "NO CHROMIUM AVAILABLE")]
)
def test_a_machine_without_a_browser_gets_one_or_a_message(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    as_root: bool,
    said: str,
) -> None:
    installed: list[str] = []
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(setup, "is_debian_root", lambda: as_root)
    monkeypatch.setattr(setup, "apt_install", lambda *names: installed.extend(names))
    monkeypatch.setattr(setup, "succeeds", lambda *_, **__: False)

    setup.ensure_chromium()

    assert said in capsys.readouterr().out
    assert installed == (["chromium-headless-shell"] if as_root else [])


def test_an_installed_browser_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    browser = tmp_path / "google-chrome"
    browser.write_text("#!/bin/sh\n")
    browser.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    setup.ensure_chromium()

    assert capsys.readouterr().out == ""


def test_an_old_python_hands_over_to_a_newer_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer, started = tmp_path / "python3.12", []
    newer.write_text("#!/bin/sh\n")
    newer.chmod(0o755)
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "execv", lambda path, _: started.append(path))

    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed"):
        setup.ensure_python()

    assert started == [str(newer)]
