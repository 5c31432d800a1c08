"""Sound to measure with: music-like and speech-like WAV files, the same bytes from the same arguments."""

from __future__ import annotations

import math
import random
import sys
import wave
from array import array
from itertools import cycle, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

RATE_HZ = 44_100
# Computing every sample of a song in Python takes long; a phrase, repeated, takes a second, and an encoder,
# which remembers a few frames, works as hard on it.
MAX_PHRASE_S = 12
_PEAK = 28_000
_CHORDS_HZ = ((110.0, 164.8, 220.0, 277.2), (98.0, 146.8, 196.0, 246.9), (130.8, 164.8, 196.0, 329.6))
# Formants (Hz) of a, e, i, o as a male speaker has them, rounded from phonetics tables.
_FORMANTS_HZ = ((730, 1090, 2440), (530, 1840, 2480), (270, 2290, 3010), (570, 840, 2410))


def _pluck(chance: random.Random, frequency_hz: float, frames: int) -> Iterator[float]:
    """A plucked string by Karplus and Strong: noise that circulates in a delay line and dulls."""
    line = [chance.uniform(-1, 1) for _ in range(max(2, round(RATE_HZ / frequency_hz)))]
    size = len(line)
    for step in range(frames):
        at = step % size
        value = line[at]
        line[at] = 0.498 * (value + line[(at + 1) % size])
        yield value


def _drum(chance: random.Random, frames: int) -> Iterator[float]:
    """A burst of noise that dies away within a tenth of a second."""
    level = 1.0
    for _ in range(frames):
        yield level * chance.uniform(-1, 1)
        level *= 0.9992


def _bar(chance: random.Random, chord: tuple[float, ...], frames: int) -> tuple[array[float], array[float]]:
    """One chord with a drum, its strings spread between left and right."""
    left, right = array("d", bytes(8 * frames)), array("d", bytes(8 * frames))
    for index, frequency_hz in enumerate(chord):
        pan = index / (len(chord) - 1)
        for at, value in enumerate(_pluck(chance, frequency_hz, frames)):
            left[at] += value * (1 - pan)
            right[at] += value * pan
    for at, value in enumerate(_drum(chance, frames)):
        left[at] += value
        right[at] += value
    return left, right


def _music(chance: random.Random, length: int) -> array[int]:
    """At least so many frames of stereo music, interleaved."""
    out = array("h")
    frames = RATE_HZ // 2
    for chord in islice(cycle(_CHORDS_HZ), math.ceil(length / frames)):
        left, right = _bar(chance, chord, frames)
        scale = _PEAK / max(1.0, *map(abs, left), *map(abs, right))
        for pair in zip(left, right, strict=True):
            out.extend(round(value * scale) for value in pair)
    return out


def _resonate(samples: list[float], frequency_hz: float, width_hz: float = 90.0) -> list[float]:
    """A two-pole resonator: one formant."""
    radius = math.exp(-math.pi * width_hz / RATE_HZ)
    turn, decay = 2 * radius * math.cos(2 * math.pi * frequency_hz / RATE_HZ), radius * radius
    before = last = 0.0
    out = []
    for value in samples:
        before, last = last, (1 - radius) * value + turn * last - decay * before
        out.append(last)
    return out


def _syllable(chance: random.Random, frames: int) -> list[float]:
    """A fricative, then a vowel on a falling pitch, then a breath of near silence."""
    hiss, voiced = frames // 6, frames * 4 // 6
    period = RATE_HZ / chance.uniform(95, 150)
    source, due = [], 0.0
    for at in range(voiced):
        source.append(1.0 if at >= due else 0.0)
        if at >= due:
            due += period
            period *= 1.004
    vowel = [0.0] * voiced
    for formant_hz in chance.choice(_FORMANTS_HZ):
        vowel = [sum(pair) for pair in zip(vowel, _resonate(source, formant_hz), strict=True)]
    swell = [math.sin(math.pi * at / voiced) * value for at, value in enumerate(vowel)]
    loudest = max(map(abs, swell))
    noise = [0.15 * chance.uniform(-1, 1) for _ in range(hiss)]
    breath = [0.001 * chance.uniform(-1, 1) for _ in range(frames - hiss - voiced)]
    return [*noise, *(value / loudest for value in swell), *breath]


def _speech(chance: random.Random, length: int) -> array[int]:
    """So many frames of mono speech-like sound."""
    out = array("h")
    while len(out) < length:
        frames = min(round(RATE_HZ * chance.uniform(0.15, 0.35)), length - len(out))
        if frames < RATE_HZ // 20:
            out.extend([0] * frames)
            continue
        out.extend(round(_PEAK * value) for value in _syllable(chance, frames))
    return out


_KINDS: dict[str, tuple[int, Callable[[random.Random, int], array[int]]]] = {
    "music": (2, _music),
    "speech": (1, _speech),
}


def write_wav(path: Path, kind: str, seconds: float, seed: int = 4) -> Path:
    """Writes 16-bit PCM at 44.1 kHz.

    Args:
        path: where; overwritten.
        kind: `music` (stereo) or `speech` (mono).
        seconds: length; the phrase is repeated to fill it.
        seed: another seed gives another phrase.

    Returns:
        `path`.
    """
    channels, phrase_of = _KINDS[kind]
    length = math.ceil(min(seconds, MAX_PHRASE_S) * RATE_HZ)
    phrase = phrase_of(random.Random(seed), length)  # noqa: S311 -- sound, not secrets
    if sys.byteorder == "big":
        phrase.byteswap()
    left_bytes = round(seconds * RATE_HZ) * channels * 2
    with wave.open(str(path), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        while left_bytes > 0:
            out.writeframesraw(phrase.tobytes()[:left_bytes])
            left_bytes -= len(phrase) * 2
    return path
