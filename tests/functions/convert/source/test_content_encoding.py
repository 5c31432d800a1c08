"""Uploads with a Content-Encoding are decoded, within bounds, or refused with an error that says so."""

from __future__ import annotations

import gzip
import io
import time
import zlib
from typing import TYPE_CHECKING

import pytest

from functions.convert.source.content_encoding import Decoder
from functions.convert.workspace import MIB, DiskQuota
from shared.domain.errors import (
    ConversionError,
    Damaged,
    DiskQuotaExceeded,
    TooLarge,
    Truncated,
    UnsupportedEncoding,
)
from tests.hostile.victim import Victim

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools

AUDIO = b"RIFF\0\0\0\0WAVE" + bytes(range(256)) * 40
PACKED = gzip.compress(AUDIO, mtime=0)
CHUNKED = b"2800;chunk-signature=%064d\r\n" % 7 + AUDIO + b"\r\n0;chunk-signature=%064d\r\n\r\n" % 7


def decoded(
    data: bytes, encoding: str = "gzip", piece: int = 1 << 16, limit: float = 1e9, disk: float = 1e9
) -> bytes:
    into = io.BytesIO()
    decoder = Decoder(into, encoding, limit, DiskQuota(disk))
    for begin in range(0, len(data), piece):
        decoder.write(data[begin : begin + piece])
    decoder.close()
    return into.getvalue()


@pytest.mark.parametrize("piece", [1, 7, 1 << 20])
@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip", "gzip, aws-chunked", "identity,gzip"])
def test_gzip_is_undone(piece: int, encoding: str) -> None:
    assert decoded(PACKED, encoding, piece) == AUDIO


@pytest.mark.parametrize("encoding", ["gzip", "br", "aws-chunked", "identity", "nonsense"])
def test_bytes_that_are_not_encoded_stay_as_they_are(encoding: str) -> None:
    assert decoded(AUDIO, encoding) == AUDIO
    assert decoded(b"RI", encoding) == b"RI"
    assert decoded(b"", encoding) == b""


@pytest.mark.parametrize("encoding", ["br", "identity", "aws-chunked"])
def test_gzip_that_is_not_said_to_be_is_left(encoding: str) -> None:
    assert decoded(PACKED, encoding) == PACKED


@pytest.mark.parametrize("piece", [1, 5, 1 << 20])
def test_several_members_are_one_file(piece: int) -> None:
    """pigz makes them, and so does a composed object."""
    assert decoded(PACKED * 3, piece=piece) == AUDIO * 3


@pytest.mark.parametrize("tail", [b"\0", bytes(1000), b"junk", b"\x1f", b"\x1f\x8b"])
@pytest.mark.parametrize("piece", [1, 1 << 20])
def test_what_follows_the_last_member_is_ignored(tail: bytes, piece: int) -> None:
    assert decoded(PACKED + tail, piece=piece) == AUDIO


def failure(data: bytes, **limits: float) -> type[ConversionError] | None:
    try:
        decoded(data, **limits)  # type: ignore[arg-type]  # only floats are given
    except ConversionError as error:
        return type(error)
    return None


def test_compressed_data_that_ends_early_is_truncated() -> None:
    lengths = range(40, len(PACKED), 5)

    assert {failure(PACKED[:length]) for length in lengths} == {Truncated}


def test_damaged_compressed_data_is_damaged() -> None:
    broken = bytearray(PACKED)
    broken[-8] ^= 1  # the checksum

    assert failure(bytes(broken)) is Damaged
    assert failure(b"\x1f\x8b\x08\0" + b"\xff" * 100) is Damaged


def bomb(mib: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join([*(packer.compress(bytes(MIB)) for _ in range(mib)), packer.flush()])


class Counting(io.RawIOBase):
    """Counts what is written, and keeps nothing."""

    size = 0

    def write(self, data: bytes) -> int:  # type: ignore[override]  # narrower is enough
        self.size += len(data)
        return len(data)


@pytest.mark.parametrize(
    ("limits", "error", "written_mib"),
    [
        ((9.0 * MIB, 1e9), TooLarge, 9),
        ((1e9, 5.0 * MIB), DiskQuotaExceeded, 5),
    ],
    ids=["size", "disk"],
)
def test_a_bomb_is_stopped_at_the_limit(
    limits: tuple[float, float], error: type[ConversionError], written_mib: int
) -> None:
    into = Counting()
    decoder = Decoder(into, "gzip", limits[0], DiskQuota(limits[1]))  # type: ignore[arg-type]  # it is written to
    data = bomb(60)
    with pytest.raises(error):
        decoder.write(data)

    assert into.size <= written_mib * MIB


def test_hours_of_silence_are_no_bomb() -> None:
    """zlib packs them a thousand to one."""
    into = Counting()
    decoder = Decoder(into, "gzip", 1e12, DiskQuota(1e12))  # type: ignore[arg-type]  # it is written to
    decoder.write(bomb(100))
    decoder.close()

    assert into.size == 100 * MIB


def test_many_empty_members_cost_what_their_bytes_cost() -> None:
    """Each takes 20 bytes, and nothing may copy all that follow."""
    members = gzip.compress(b"", mtime=0) * (4 * MIB // 20)
    begin = time.process_time()

    assert decoded(members, piece=len(members)) == b""
    assert time.process_time() - begin < 4


def test_chunks_of_s3_are_refused_by_name() -> None:
    with pytest.raises(UnsupportedEncoding, match="aws-chunked"):
        decoded(CHUNKED, "aws-chunked")


@pytest.fixture
def victim(tools: Tools) -> Victim:
    return Victim(tools)


@pytest.fixture(scope="module")
def plain(tools: Tools, audio: Callable[..., Path]) -> bytes | None:
    """The result of an upload that is not encoded."""
    return Victim(tools).convert(audio("wav").read_bytes(), "flac").output


ENCODED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "gzip, and a lie": lambda data: data,
    "br, and a lie": lambda data: data,
    "aws-chunked, and a lie": lambda data: data,
    "identity": lambda data: data,
}


@pytest.mark.parametrize("name", ENCODED)
def test_an_encoded_upload_gives_the_same_result(
    victim: Victim, audio: Callable[..., Path], plain: bytes | None, name: str
) -> None:
    data = audio("wav").read_bytes()
    outcome = victim.convert(ENCODED[name](data), "flac", content_encoding=name.partition(", and")[0])

    assert outcome.code is None
    assert outcome.output == plain


REFUSED = {
    "br": (b"\x8b\x02\x80" + bytes(range(256)) * 9, "unsupported_encoding"),
    "gzip, br": (PACKED, "unsupported_encoding"),
    "zstd": (b"\x28\xb5\x2f\xfd" + bytes(range(256)) * 9, "unsupported_encoding"),
    "aws-chunked": (CHUNKED, "unsupported_encoding"),
    "gzip": (gzip.compress(b"<html>" * 999), "not_audio"),
    "identity": (b"<html>" * 999, "not_audio"),
}


@pytest.mark.parametrize("encoding", REFUSED)
def test_what_cannot_be_decoded_has_an_error_of_its_own(victim: Victim, encoding: str) -> None:
    data, code = REFUSED[encoding]
    outcome = victim.convert(data, content_encoding=encoding)

    assert outcome.code == code
    if code == "unsupported_encoding":
        assert outcome.task.error
        assert encoding.rsplit(", ", maxsplit=1)[-1] in outcome.task.error.message
