"""The two programs: their components, what they cannot do, their size and their speed."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from shared.domain.formats import FORMATS
from shared.domain.sources import COVERS, DECODED, OTHER_COVERS, SOURCES
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from tests.ffmpeg_layer.conftest import Variant

LAYER = Path(__file__).resolve().parents[2] / "ffmpeg-layer"
MAX_BYTES = 10 * 2**20
# What makes a start slow at any load: a distribution's ffmpeg touches 3,400 pages and more.
START_PAGES = 1500


def decoded(variant: Variant) -> dict[str, str]:
    """Return the type of each codec that can be decoded: `A` audio, `V` video, `S` subtitles."""
    words = [line.split() for line in variant.output("-codecs").decode().splitlines()]
    return {each[1]: each[0][2] for each in words[11:] if each[0].startswith("D")}


def test_it_reads_every_source_and_no_other_codec(variant: Variant) -> None:
    assert set(SOURCES) <= variant.listed("demuxers")
    # A lossy WebP is a frame of VP8.
    pictures = dict.fromkeys(COVERS | OTHER_COVERS | {"vp8"}, "V")
    assert dict.fromkeys(DECODED, "A") | pictures == decoded(variant)


def test_it_writes_every_format(variant: Variant) -> None:
    assert {form.muxer for form in FORMATS.values()} <= variant.listed("muxers")


@pytest.mark.parametrize("kind", ["encoder", "filter", "bsf"])
def test_it_has_the_listed_components(variant: Variant, components: ModuleType, kind: str) -> None:
    assert components.components()[kind] <= variant.listed(f"{kind}s")


def test_it_reads_and_writes_only_files_and_pipes(variant: Variant) -> None:
    listed = variant.output("-protocols").decode().partition("Input:")[2].split()

    assert listed == ["file", "pipe", "Output:", "file", "pipe"]


def test_it_opens_no_connection(variant: Variant) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        done = variant.run("-i", f"http://127.0.0.1:{server.getsockname()[1]}/a.mp3", "-f", "null", "-")

        assert b"Protocol not found" in done.stderr
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize(
    "playlist",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{secret}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{secret}'\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n",
        '<?xml version="1.0"?><MPD type="static"><Period><BaseURL>{secret}</BaseURL></Period></MPD>',
    ],
    ids=["hls", "ffconcat", "sdp", "dash"],
)
def test_a_text_that_names_other_files_is_not_audio(
    variant: Variant, tmp_path: Path, audio: Callable[..., Path], playlist: str
) -> None:
    secret = tmp_path / "secret.wav"
    secret.write_bytes(audio("wav").read_bytes())
    payload = tmp_path / "x.mp3"
    payload.write_text(playlist.format(secret=secret))

    done = variant.run("-i", payload, tmp_path / "out.wav")

    assert done.returncode > 0
    assert not (tmp_path / "out.wav").exists()


@pytest.mark.parametrize("name", ["ffmpeg", "ffprobe"])
def test_each_program_is_small_and_needs_no_library(variant: Variant, name: str) -> None:
    program = variant.folder / name
    linked = subprocess.run(["ldd", program], capture_output=True, text=True, timeout=HANG_S, check=False)

    assert program.stat().st_size < MAX_BYTES
    assert "statically linked" in linked.stdout + linked.stderr


def test_it_loads_no_modules_of_the_systems_libc(variant: Variant) -> None:
    assert "--disable-iconv" in variant.output("-buildconf").decode()


def test_it_touches_few_pages_of_memory_to_start(variant: Variant) -> None:
    process = subprocess.Popen([variant.ffmpeg, "-v", "quiet", "-version"], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)

    assert usage.ru_minflt + usage.ru_majflt < START_PAGES


def test_nothing_in_it_is_under_the_gpl_alone(variant: Variant) -> None:
    configured = variant.output("-buildconf").decode()

    assert "GNU Lesser General Public" in variant.output("-L").decode()
    assert "--enable-gpl" not in configured
    assert "--enable-nonfree" not in configured


def test_it_does_not_contain_its_build_folder(variant: Variant) -> None:
    assert str(LAYER).encode() not in variant.ffmpeg.read_bytes()


def test_the_manifest_has_the_hash_of_every_file(manifest: dict[str, dict[str, str]]) -> None:
    layer = LAYER / "bin"
    files = {str(path.relative_to(layer)): path for path in layer.rglob("*") if path.is_file()}
    del files["manifest.json"]
    hashes = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}

    assert hashes == manifest["sha256"]


def test_the_manifest_names_every_source_with_its_hash(manifest: dict[str, dict[str, str]]) -> None:
    descriptions = {name.split("_")[0] for name in manifest["source_sha256"] if name.endswith(".dsc")}

    assert descriptions == set(manifest["sources"]) >= {"ffmpeg", "lame", "libvorbis", "opus"}
    assert all(len(digest) == 64 for digest in manifest["source_sha256"].values())


def test_every_package_in_it_comes_with_its_licence(manifest: dict[str, dict[str, str]]) -> None:
    texts = {path.stem for path in (LAYER / "bin" / "licenses").iterdir()}

    assert {*manifest["sources"], "glibc", "LGPL-2.1"} <= texts
