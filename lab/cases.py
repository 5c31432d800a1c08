"""The cases of a round, drawn from a seed: files, formats and what the users do."""

from __future__ import annotations

import random
import subprocess
import wave
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tools.clip import write_clip
from tools.ffmpeg import program

if TYPE_CHECKING:
    from pathlib import Path

CLIP_S = 0.8
# So long that most of the formats below leave it to the queue of long conversions.
LONG_S = 60.0
# Fast to encode, and each finished in a different way.
FORMATS = ("mp3", "ogg", "opus", "flac", "wav")


class Behaviour(StrEnum):
    """What a user does with a task."""

    WAIT = "wait"
    DROP = "drop"
    DELETE = "delete"
    CANCEL = "cancel"
    CHANGE_OUTPUTS = "change outputs"


@dataclass(frozen=True, slots=True)
class Case:
    """One conversion.

    Attributes:
        file: name in `Material`.
        formats: requested; for a dropped file one, which may not exist.
        after_s: from the upload to the deletion, cancellation or change of outputs.
        code: the error that the task must fail with; empty if it must succeed.
    """

    number: int
    behaviour: Behaviour
    file: str
    formats: tuple[str, ...]
    after_s: float = 0.0
    code: str = ""

    @property
    def filename(self) -> str:
        """The name of the file, with a space and non-ASCII letters."""
        return f"{self.number:04} canción ñ.{self.file}"


# File → the error that its conversion fails with.
BAD = {"text": "not_audio", "empty": "empty_file", "cut": "truncated"}


def draw(seed: int, count: int) -> list[Case]:
    """The cases of a round; the same seed gives the same cases."""
    chance = random.Random(seed)  # noqa: S311  # reproducible, not a secret
    return [_case(chance, number) for number in range(count)]


def _case(chance: random.Random, number: int) -> Case:
    behaviour = chance.choices(list(Behaviour), weights=(70, 12, 6, 4, 8))[0]
    formats = tuple(chance.sample(FORMATS, 2 if chance.random() < 0.15 else 1))  # noqa: PLR2004  # a rate
    file, after_s = chance.choice(["wav", "mp3", "flac", "long"]), chance.uniform(0, 1.5)
    is_bad = chance.random() < 0.15  # noqa: PLR2004  # as above
    wrong = chance.choice(sorted(BAD))
    if behaviour in {Behaviour.WAIT, Behaviour.DROP}:
        if behaviour is Behaviour.DROP:
            formats = formats[:1]
            if chance.random() < 0.1:  # noqa: PLR2004  # as above
                return Case(number, behaviour, file, ("nonsense",), code="unknown_format")
        return (
            Case(number, behaviour, wrong, formats, code=BAD[wrong])
            if is_bad
            else Case(number, behaviour, file, formats)
        )
    # A long file half of the time, so that there is a conversion to stop.
    return Case(number, behaviour, "long" if chance.random() < 0.5 else file, formats, after_s)  # noqa: PLR2004  # as above


def _repeated(clip: Path, target: Path) -> Path:
    """The clip, repeated until it is `LONG_S` long."""
    with wave.open(str(clip), "rb") as source, wave.open(str(target), "wb") as long:
        long.setparams(source.getparams())
        long.writeframes(source.readframes(source.getnframes()) * round(LONG_S / CLIP_S))
    return target


class Material:
    """The files, created once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        wav = write_clip(folder / "clip.wav", CLIP_S)
        self.bytes = {"wav": wav.read_bytes(), "text": b"no sound, just words\n" * 40, "empty": b""}
        self.bytes["cut"] = self.bytes["wav"][: len(self.bytes["wav"]) // 2]
        self.bytes["long"] = _repeated(wav, folder / "long.wav").read_bytes()
        for form in ("mp3", "flac"):
            self.bytes[form] = self._encoded(wav, form)

    def seconds(self, file: str) -> float:
        """The duration of a good file."""
        return LONG_S if file == "long" else CLIP_S

    def _encoded(self, wav: Path, form: str) -> bytes:
        target = self._folder / f"clip.{form}"
        argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-y", "-i", str(wav), str(target)]
        subprocess.run(argv, check=True, timeout=60)
        return target.read_bytes()
