"""DSD, as on SACDs, is read from its three containers, and becomes 88.2 kHz in lossless outputs."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

import pytest

from functions.convert.plan.sample_format import is_dsd
from shared.domain.errors import Truncated
from shared.domain.media import Probe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.verify.verified_output import VerifiedOutput

RATE_HZ, SECONDS, CHANNELS = 2_822_400, 0.25, 2
# At 0 dB of an SACD, half of the pulses' range.
LEVEL, PEAK_DBFS = 0.5, -6.02
BLOCK = 4096
REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@pytest.fixture(scope="module")
def pulses() -> bytes:
    """A tone of 1 kHz by a modulator of second order, the first bit highest."""
    step, first, second, result = 2 * math.pi * 1000 / RATE_HZ, 0.0, 0.0, bytearray()
    for begin in range(0, round(SECONDS * RATE_HZ), 8):
        byte = 0
        for n in range(begin, begin + 8):
            pulse = 1.0 if second >= 0 else -1.0
            first += LEVEL * math.sin(step * n) - pulse
            second += first - 0.5 * pulse
            byte = byte << 1 | (pulse > 0)
        result.append(byte)
    return bytes(result)


def dsf(pulses: bytes) -> bytes:
    blocks = [pulses.translate(REVERSED)[at : at + BLOCK] for at in range(0, len(pulses), BLOCK)]
    data = b"".join(block.ljust(BLOCK, b"\0") * CHANNELS for block in blocks)
    about = (52, 1, 0, 2, CHANNELS, RATE_HZ, 1, 8 * len(pulses), BLOCK, 0)
    body = b"fmt " + struct.pack("<QIIIIIIQII", *about) + b"data" + struct.pack("<Q", 12 + len(data)) + data
    return b"DSD " + struct.pack("<QQQ", 28, 28 + len(body), 0) + body


def chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack(">Q", len(content)) + content + b"\0" * (len(content) % 2)


def dsdiff(pulses: bytes) -> bytes:
    properties = (
        b"SND "
        + chunk(b"FS  ", struct.pack(">I", RATE_HZ))
        + chunk(b"CHNL", struct.pack(">H", CHANNELS) + b"SLFTSRGT")
        + chunk(b"CMPR", b"DSD \x0enot compressed\0")
    )
    samples = bytes(byte for byte in pulses for _ in range(CHANNELS))
    return chunk(
        b"FRM8",
        b"DSD " + chunk(b"FVER", b"\1\5\0\0") + chunk(b"PROP", properties) + chunk(b"DSD ", samples),
    )


@pytest.mark.parametrize("made_of", [dsf, dsdiff])
def test_dsd_is_converted_at_its_level(
    made_each: Callable[..., list[VerifiedOutput]],
    pulses: bytes,
    tmp_path: Path,
    made_of: Callable[[bytes], bytes],
) -> None:
    """HighResMusicPlayer/hrmp 98 and DeaDBeeF-Player/deadbeef 1820: DSF and DFF to FLAC, at 88.2 kHz."""
    source = tmp_path / "source"
    source.write_bytes(made_of(pulses))
    flac, high, mp3 = made_each(source, ("flac", {}), ("wav", {"sampleRateHz": 176_400}), ("mp3", {}))

    assert (flac.probe.sample_rate_hz, flac.probe.bits_per_sample) == (88_200, 24)
    assert (high.probe.sample_rate_hz, mp3.probe.sample_rate_hz) == (176_400, 44_100)
    assert flac.probe.duration_s == pytest.approx(SECONDS, abs=0.0001)
    assert flac.levels
    assert flac.levels.peak_dbfs == pytest.approx(PEAK_DBFS, abs=0.5)


def test_dsd_in_wavpack_is_known_by_its_width() -> None:
    """Its packed samples have 8 bits; floats have 32."""
    packed = Probe("wv", "wavpack", 1.0, 352_800, 2, sample_format="fltp", bits_per_sample=8)
    floats = Probe("wv", "wavpack", 1.0, 44_100, 2, sample_format="fltp", bits_per_sample=32)

    assert is_dsd(packed)
    assert not is_dsd(floats)


@pytest.mark.parametrize("made_of", [dsf, dsdiff])
def test_dsd_that_was_cut_is_truncated(
    made: Callable[..., VerifiedOutput], pulses: bytes, tmp_path: Path, made_of: Callable[[bytes], bytes]
) -> None:
    source = tmp_path / "source"
    source.write_bytes(made_of(pulses)[:-1000])

    with pytest.raises(Truncated):
        made(source, "flac")
