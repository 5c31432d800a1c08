"""Files that refer to other files or addresses: ffmpeg opens nothing but the upload."""

from __future__ import annotations

import re
import socket
import struct
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.hostile import bombs, boxes, ebml
from tests.hostile.playlists import PLAYLISTS
from tests.waiting import HANG_S
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.hostile.canaries import CanaryFile, CanaryServer
    from tests.hostile.victim import Victim

SCHEMES = (
    "http", "https", "tcp", "tls", "rtmp", "rtsp", "ftp", "gopher", "mmsh", "icecast", "hls+http",
)  # fmt: skip


def test_the_canaries_count(canary_file: CanaryFile, canary_server: CanaryServer) -> None:
    """Otherwise no test here would prove anything."""
    canary_file.path.read_bytes()
    with socket.create_connection(("127.0.0.1", canary_server.port), 10):
        pass

    assert canary_file.touches() > 0
    assert canary_server.touches() == 1
    assert (canary_file.touches(), canary_server.touches()) == (0, 0)


def test_an_ffmpeg_without_guards_opens_the_file(canary_file: CanaryFile, tmp_path: Path) -> None:
    """The payload works, unless this machine's ffmpeg lacks the demuxer."""
    bait = tmp_path / "bait.ffconcat"
    bait.write_text(PLAYLISTS["ffconcat, unsafe"](f"{canary_file.path}"))
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-safe", "0", "-i", str(bait), "-f", "null", "-"]
    done = subprocess.run(argv, capture_output=True, timeout=HANG_S, check=False)

    assert (canary_file.touches() > 0) == (done.returncode == 0)


@pytest.mark.parametrize("name", PLAYLISTS)
def test_a_playlist_is_not_audio_and_opens_nothing(
    any_victim: Victim, canary_file: CanaryFile, canary_server: CanaryServer, name: str
) -> None:
    local = any_victim.convert(PLAYLISTS[name](f"file://{canary_file.path}").encode())
    remote = any_victim.convert(PLAYLISTS[name](f"http://127.0.0.1:{canary_server.port}/x.wav").encode())

    assert (local.code, remote.code) == ("not_audio", "not_audio")
    assert (canary_file.touches(), canary_server.touches()) == (0, 0)


# Without the layer, it would try once more what the test above tries.
@pytest.mark.layer
def test_no_playlist_is_audio_to_the_layer(layer_victim: Victim, canary_file: CanaryFile) -> None:
    codes = [layer_victim.convert(build(str(canary_file.path)).encode()).code for build in PLAYLISTS.values()]

    assert {"not_audio"} == set(codes)
    assert canary_file.touches() == 0


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_scheme_reaches_a_server(any_victim: Victim, canary_server: CanaryServer, scheme: str) -> None:
    url = f"{scheme}://127.0.0.1:{canary_server.port}/x"
    outcome = any_victim.convert(PLAYLISTS["HLS segment"](url).encode())

    assert outcome.code == "not_audio"
    assert canary_server.touches() == 0


def avi_with_playlist_subtitles(url: str) -> bytes:
    """Return an AVI whose subtitles (GAB2) are a playlist; files of other services were marker this way."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)

    playlist = PLAYLISTS["HLS segment"](url).encode()
    stream = chunk(b"strh", b"txts" + bytes(44) + bytes(8)) + chunk(b"strf", bytes(40))
    header = chunk(b"avih", struct.pack("<14I", 40000, 0, 0, 0x10, 1, 0, 1, 0, 16, 16, 0, 0, 0, 0))
    gab2 = b"GAB2\0" + struct.pack("<HIH", 2, 2, 0) + b"x\0" + struct.pack("<HI", 4, len(playlist)) + playlist
    lists = chunk(b"LIST", b"hdrl" + header + chunk(b"LIST", b"strl" + stream))
    return chunk(b"RIFF", b"AVI " + lists + chunk(b"LIST", b"movi" + chunk(b"00tx", gab2)))


def test_an_avi_with_a_playlist_as_subtitles_has_no_audio(
    victim: Victim, canary_file: CanaryFile, canary_server: CanaryServer
) -> None:
    local = victim.convert(avi_with_playlist_subtitles(f"file://{canary_file.path}"))
    remote = victim.convert(avi_with_playlist_subtitles(f"http://127.0.0.1:{canary_server.port}/x"))

    assert {local.code, remote.code} <= {"not_audio", "no_audio_stream"}
    assert (canary_file.touches(), canary_server.touches()) == (0, 0)


@pytest.mark.parametrize("kind", ["alias", "address"])
def test_a_movie_that_refers_to_other_media_yields_its_own_or_none(
    victim: Victim,
    audio: Callable[..., Path],
    canary_file: CanaryFile,
    canary_server: CanaryServer,
    kind: str,
) -> None:
    plain = audio("mov").read_bytes()
    url = f"http://127.0.0.1:{canary_server.port}/"
    reference = boxes.alias(str(canary_file.path)) if kind == "alias" else boxes.address(url)
    outcome = victim.convert(boxes.changed(plain, b"dref", lambda _: reference))

    assert outcome.output in {None, victim.convert(plain).output}
    assert (canary_file.touches(), canary_server.touches()) == (0, 0)


def test_a_reference_movie_is_not_audio(victim: Victim, canary_file: CanaryFile) -> None:
    url = f"file://{canary_file.path}".encode() + b"\0"
    reference = boxes.box(b"rdrf", bytes(4) + b"url " + struct.pack(">I", len(url)) + url)
    movie = boxes.box(b"moov", boxes.box(b"rmra", boxes.box(b"rmda", reference)))
    outcome = victim.convert(boxes.box(b"ftyp", b"qt  \0\0\0\0qt  ") + movie)

    assert outcome.code in {"not_audio", "no_audio_stream"}
    assert canary_file.touches() == 0


def test_addresses_in_tags_are_not_opened(
    victim: Victim, audio: Callable[..., Path], canary_file: CanaryFile, canary_server: CanaryServer
) -> None:
    urls = (f"http://127.0.0.1:{canary_server.port}/x", f"file://{canary_file.path}")
    frames = b"".join(
        bombs.id3_frame(b"APIC", b"\0-->\0\3\0" + url.encode())
        + bombs.id3_frame(b"WXXX", b"\0x\0" + url.encode())
        + bombs.id3_frame(b"WOAF", url.encode())
        + bombs.id3_frame(b"LINK", b"APIC" + url.encode() + b"\0")
        for url in urls
    )
    outcome = victim.convert(bombs.id3_tag(frames) + audio("mp3", "-id3v2_version", "0").read_bytes(), "flac")

    assert outcome.code is None
    assert (canary_file.touches(), canary_server.touches()) == (0, 0)


def flac_picture(url: str) -> bytes:
    address = url.encode()
    content = struct.pack(">II3s6I", 3, 3, b"-->", 0, 1, 1, 24, 0, len(address)) + address
    return b"\6" + len(content).to_bytes(3) + content


def test_a_flac_picture_with_an_address_is_not_fetched(
    victim: Victim, audio: Callable[..., Path], canary_file: CanaryFile, canary_server: CanaryServer
) -> None:
    data = audio("flac").read_bytes()
    pictures = flac_picture(f"http://127.0.0.1:{canary_server.port}/") + flac_picture(
        f"file://{canary_file.path}"
    )
    outcome = victim.convert(data[:42] + pictures + data[42:], "mp3")

    assert outcome.code is None
    assert (canary_file.touches(), canary_server.touches()) == (0, 0)


@pytest.mark.parametrize("build", [ebml.linked, ebml.attached])
def test_matroska_segments_and_attachments_are_not_followed(
    victim: Victim, canary_file: CanaryFile, canary_server: CanaryServer, build: Callable[[str], bytes]
) -> None:
    local = victim.convert(build(str(canary_file.path)))
    remote = victim.convert(build(f"http://127.0.0.1:{canary_server.port}/x.mka"))

    assert (local.code, remote.code) == (None, None)
    assert (canary_file.touches(), canary_server.touches()) == (0, 0)


NAMES = [
    "-i",
    "concat:a|b",
    "http:x",
    "..",
    "song\0.mp3",
    "a\nb",
    "%s%n",
    "$(id)",
    "\u202e3pm.gnos",
    "*",
    "a" * 900,
]
# Each like one that is not: of an option, a protocol, a folder, a control character, a shell.
WIDE_NAMES = {"http:x", "a\nb", "%s%n", "*"}


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.wide] if n in WIDE_NAMES else [], id=ascii(n)) for n in NAMES]
)
def test_a_file_name_has_no_effect(any_victim: Victim, name: str) -> None:
    assert any_victim.convert(bombs.wav(8000, 1, bytes(3200)), "flac", name).code is None


def test_nothing_of_the_upload_becomes_an_argument(
    any_victim: Victim, audio: Callable[..., Path], tmp_path: Path
) -> None:
    """A script in ffprobe's place records its arguments."""
    seen = tmp_path / "seen"
    spy = tmp_path / "ffprobe"
    spy.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {seen}\nexec {any_victim.tools.ffprobe} "$@"\n')
    spy.chmod(0o755)
    any_victim.tools = type(any_victim.tools)(any_victim.tools.ffmpeg, str(spy))
    any_victim.convert(audio("wav", "-metadata", "title=marker").read_bytes(), "flac", "marker")

    assert not re.search("marker|result", seen.read_text())
