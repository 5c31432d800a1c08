"""Meters of 16-bit audio in chunks: peak, level and duration of the whole, and where silence ends.

They use pydub's `AudioSegment`, one chunk at a time, in memory that does not grow with the duration.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field

from shared.domain.media import Levels

from .samples import FULL_SCALE, SAMPLE_BYTES, pydub, segment
from .waveform import Waveform

PEAKS = 200
SILENCE_DBFS = -50.0
# 16 bits say nothing of lower levels.
_LOWEST_DBFS = -100.0
# In a quiet recording, silence is this far below its own peak instead.
_SILENCE_BELOW_PEAK_DB = 40.0
# What the layer's muxer writes of each piece: frames, lowest and highest sample, sum of all squares.
_RECORD = struct.Struct("=IhhQ")


@dataclass
class Meter:
    """Takes interleaved 16-bit samples in chunks of any size.

    Attributes:
        rate_hz: samples per second in each channel.
        expected_s: duration, where it is known.
        waveform: of all audio so far.
    """

    rate_hz: int
    channels: int
    expected_s: float | None = None
    waveform: Waveform = field(init=False)
    _rest: bytes = b""
    _energy: float = 0.0
    _part_energy: float = 0.0
    _part_frames: int = 0
    _quietest: float | None = None

    def __post_init__(self) -> None:
        pydub()
        self.waveform = Waveform(self.rate_hz, self.channels, self.expected_s)

    @property
    def seconds(self) -> float:
        """Duration so far."""
        return self.waveform.frames / self.rate_hz

    @property
    def peak(self) -> float:
        """Highest absolute sample so far, 0 to 1."""
        return self.waveform.peak / FULL_SCALE

    @property
    def loudest_s(self) -> float:
        """Middle of the waveform's highest point, in seconds from the start."""
        return (self.waveform.loudest + 0.5) * self.waveform.frames_per_point / self.rate_hz

    def add(self, data: bytes | memoryview) -> None:
        """Measure a chunk; an incomplete frame waits for the next one."""
        frame_bytes = SAMPLE_BYTES * self.channels
        chunk = memoryview(self._rest + data if self._rest else data)
        whole = len(chunk) - len(chunk) % frame_bytes
        self._rest = bytes(chunk[whole:])
        if whole:
            samples = segment(chunk[:whole], self.rate_hz, self.channels)
            self._measure_energy(chunk[:whole], frame_bytes)
            self.waveform.add(samples.raw_data)

    def add_records(self, records: memoryview) -> None:
        """Take what the layer's `levels` muxer measured, with the waveform's `frames_per_point`."""
        for frames, low, high, squares in _RECORD.iter_unpack(records):
            self._add_energy(frames, squares / self.channels)
            self.waveform.add_piece(frames, low, high)

    def _measure_energy(self, chunk: memoryview, frame_bytes: int) -> None:
        begin = 0
        while begin < len(chunk):
            part = chunk[begin : begin + (self._frames_of_part - self._part_frames) * frame_bytes]
            frames = len(part) // frame_bytes
            self._add_energy(frames, pydub().audioop.rms(part, SAMPLE_BYTES) ** 2 * frames)
            begin += len(part)

    def _add_energy(self, frames: int, energy: float) -> None:
        """Add up energy in parts of half a second, the quietest of which is the noise floor."""
        self._energy += energy
        self._part_energy += energy
        self._part_frames += frames
        if self._part_frames == self._frames_of_part:
            mean = self._part_energy / self._part_frames
            self._quietest = mean if self._quietest is None else min(self._quietest, mean)
            self._part_energy, self._part_frames = 0.0, 0

    @property
    def _frames_of_part(self) -> int:
        return max(1, self.rate_hz // 2)

    def levels(self) -> Levels:
        """Return the levels of all audio so far."""
        frames = self.waveform.frames
        return Levels(
            tuple(round(peak / FULL_SCALE, 4) for peak in self.waveform.peaks(PEAKS)),
            _decibels(self.peak),
            _decibels(math.sqrt(self._energy / frames) / FULL_SCALE if frames else 0.0),
            self._noise_floor(),
        )

    def _noise_floor(self) -> float | None:
        if self._quietest is None:
            return None
        return max(_decibels(math.sqrt(self._quietest) / FULL_SCALE) or _LOWEST_DBFS, _LOWEST_DBFS)


@dataclass
class SilentEnds:
    """Finds the silence at both ends: audio whose samples are below a level.

    It examines whole chunks, and only the first and the last loud one in steps of 10 ms.

    Attributes:
        silence_dbfs: that level.
        peak: highest sample, 0 to 1; of whole chunks, so that it is known after the last one.
    """

    rate_hz: int
    channels: int
    silence_dbfs: float = SILENCE_DBFS
    peak: float = 0.0
    _frames: int = 0
    _rest: bytes = b""
    _begin: int | None = None
    _last: tuple[int, bytes] | None = None

    def __post_init__(self) -> None:
        pydub()

    def add(self, data: bytes | memoryview) -> None:
        """Examine a chunk; an incomplete frame waits for the next one."""
        frame_bytes = SAMPLE_BYTES * self.channels
        chunk = self._rest + bytes(data)
        whole = len(chunk) // frame_bytes * frame_bytes
        chunk, self._rest = chunk[:whole], chunk[whole:]
        loudest = segment(chunk, self.rate_hz, self.channels).max
        self.peak = max(self.peak, loudest / FULL_SCALE)
        if self._is_over(loudest):
            if self._begin is None:
                self._begin = self._frames + self._loud_steps(chunk)[0]
            self._last = (self._frames, chunk)
        self._frames += whole // frame_bytes

    def audible_span(self) -> tuple[float, float] | None:
        """Return where the audible part starts and ends, in seconds; None if there is none."""
        if self._begin is None or self._last is None:
            return None
        offset, chunk = self._last
        end = offset + self._loud_steps(chunk)[-1] + self._step_frames
        return self._begin / self.rate_hz, min(end, self._frames) / self.rate_hz

    def for_its_level(self) -> SilentEnds | None:
        """Return what finds the silence of this recording by its own level; None if that makes no difference.

        It has to examine all audio once more.
        """
        if not self.peak:
            return None
        silence_dbfs = 20 * math.log10(self.peak) - _SILENCE_BELOW_PEAK_DB
        is_lower = silence_dbfs < self.silence_dbfs
        return SilentEnds(self.rate_hz, self.channels, silence_dbfs) if is_lower else None

    @property
    def _step_frames(self) -> int:
        return max(1, self.rate_hz // 100)

    def _loud_steps(self, chunk: bytes) -> list[int]:
        """Return the first frames of the loud steps."""
        size = self._step_frames * SAMPLE_BYTES * self.channels
        starts = range(0, len(chunk), size)
        return [n * self._step_frames for n, at in enumerate(starts) if self._is_loud(chunk[at : at + size])]

    def _is_loud(self, part: bytes) -> bool:
        return self._is_over(segment(part, self.rate_hz, self.channels).max)

    def _is_over(self, sample: int) -> bool:
        return sample > FULL_SCALE * 10 ** (self.silence_dbfs / 20)


def _decibels(ratio: float) -> float | None:
    return round(20 * math.log10(ratio), 2) if ratio else None
