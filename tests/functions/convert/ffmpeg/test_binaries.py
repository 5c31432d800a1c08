"""The layer is looked for where a bundle has it."""

from __future__ import annotations

from pathlib import Path

from functions.convert.ffmpeg.binaries import LAYER
from tools.stage import layer_files

ROOT = Path(__file__).resolve().parents[4]


def test_the_layer_is_where_staging_puts_it(tmp_path: Path) -> None:
    (tmp_path / "ffmpeg-layer" / "bin" / "baseline").mkdir(parents=True)
    (tmp_path / "ffmpeg-layer" / "bin" / "baseline" / "ffmpeg").touch()
    bundle = ROOT / "functions" / "convert"

    assert [str(LAYER.relative_to(bundle) / "baseline" / "ffmpeg")] == list(layer_files(tmp_path))
