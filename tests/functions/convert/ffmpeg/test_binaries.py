"""The layer is looked for where a bundle has it, and used with its sandbox only."""

from __future__ import annotations

from pathlib import Path

import pytest

from functions.convert.ffmpeg.binaries import LAYER, Tools, find_tools, sandbox_kinds
from shared.runtime.config import Misconfigured
from tools.stage import layer_files

ROOT = Path(__file__).resolve().parents[4]


def test_the_layer_is_where_staging_puts_it(tmp_path: Path) -> None:
    (tmp_path / "ffmpeg-layer" / "bin" / "baseline").mkdir(parents=True)
    (tmp_path / "ffmpeg-layer" / "bin" / "baseline" / "ffmpeg").touch()
    bundle = ROOT / "functions" / "convert"

    assert [str(LAYER.relative_to(bundle) / "baseline" / "ffmpeg")] == list(layer_files(tmp_path))


def install(folder: Path, *names: str, script: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return folder


def test_a_layer_without_its_sandbox_is_refused(tmp_path: Path) -> None:
    folder = install(tmp_path / "baseline", "ffmpeg", "ffprobe")
    (tmp_path / "manifest.json").write_text("{}")

    with pytest.raises(Misconfigured, match="run `make layer`"):
        find_tools(str(folder))

    install(folder, "sonube-sandbox")
    assert find_tools(str(folder)).ffmpeg == str(folder / "ffmpeg")


def test_another_ffmpeg_needs_no_sandbox(tmp_path: Path) -> None:
    tools = find_tools(str(install(tmp_path / "bin", "ffmpeg", "ffprobe")))

    assert sandbox_kinds(tools) == {}


def test_a_sandbox_says_what_it_consists_of(tmp_path: Path) -> None:
    folder = install(tmp_path, "ffmpeg", "sonube-sandbox", script="""echo '{"landlock": 0}'""")

    assert sandbox_kinds(Tools(str(folder / "ffmpeg"), "")) == {"landlock": 0}


def test_a_kernel_that_refuses_the_sandbox_is_reported(tmp_path: Path) -> None:
    folder = install(tmp_path, "ffmpeg", "sonube-sandbox", script="echo 'sandbox: no filter' >&2; exit 125")

    with pytest.raises(Misconfigured, match="sandbox: no filter"):
        sandbox_kinds(Tools(str(folder / "ffmpeg"), ""))
