"""The layer's programs are found where a bundle has them."""

from __future__ import annotations

from pathlib import Path

from functions.convert.ffmpeg.binaries import LAYER
from tools.stage import layer_files

ROOT = Path(__file__).resolve().parents[3]


def test_the_layer_is_looked_for_where_staging_puts_it(tmp_path: Path) -> None:
    (tmp_path / "ffmpeg-layer" / "bin" / "baseline").mkdir(parents=True)
    (tmp_path / "ffmpeg-layer" / "bin" / "baseline" / "ffmpeg").touch()
    bundle = ROOT / "functions" / "convert"

    assert [str(LAYER.relative_to(bundle) / "baseline" / "ffmpeg")] == list(layer_files(tmp_path))
