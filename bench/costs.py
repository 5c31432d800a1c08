"""Measures what conversions cost by codec, format and option, and writes `shared/domain/costs/table.py`.

`python -m bench.costs` takes two minutes of CPU, with the layer if it is built. Everything is CPU time of
this process and its children for each second of stereo at 44.1 kHz. Formats and options go through convert's
own steps, with their metering and verification. Another, full ffmpeg encodes what is to be decoded.
"""

from __future__ import annotations

import platform
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from bench.harness.material import write_wav
from bench.harness.process import measure
from shared.domain.formats import FORMATS
from shared.domain.options import Options
from shared.domain.sources import DECODED
from tools.cleanup.ending import clean_run
from tools.docs.conversion_matrix import best_tools, convert
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.convert.ffmpeg.binaries import Tools

TABLE = Path(__file__).resolve().parent.parent / "shared" / "domain" / "costs" / "table.py"
DECODE_S, CONVERT_S = 40.0, 30.0
# Encoders whose name is not that of the codec, with what they need beyond the defaults.
ENCODERS = {
    "mp3": "libmp3lame",
    "vorbis": "libvorbis",
    "opus": "libopus -ar 48000",
    "speex": "libspeex -ar 32000",
    "dts": "dca -strict -2",
    "mlp": "mlp -strict -2",
    "truehd": "truehd -strict -2",
    "gsm": "libgsm -ar 8000 -ac 1",
    "gsm_ms": "libgsm_ms -ar 8000 -ac 1",
    "nellymoser": "nellymoser -ac 1",
    "adpcm_g722": "g722 -ar 16000 -ac 1",
    "adpcm_g726": "g726 -ar 8000 -ac 1",
    "adpcm_g726le": "g726le -ar 8000 -ac 1",
    "adpcm_swf": "adpcm_swf -ac 1",
    "pcm_dvd": "pcm_dvd -ar 48000",
    "pcm_bluray": "pcm_bluray -ar 48000",
}
MUXERS = ("nut", "matroska", "mov", "wav", "caf", "flv", "mpegts", "au")
# A value of each option that costs as much as any.
DEAREST: Mapping[str, object] = {
    "quality": 0.0,
    "bit_rate_kbps": 320,
    "sample_rate_hz": 48_000,
    "channels": 1,
    "bit_depth": 24,
    "start_s": 0.5,
    "end_s": CONVERT_S - 0.5,
    "fade_in_s": 1.0,
    "fade_out_s": 1.0,
    "gain_db": -3.0,
    "trim_silence": True,
    "speed": 0.9,
    "keep_tags": False,
    "tags": {"title": ["Song"]},
    "replay_gain": True,
    "tag_encoding": "utf-8",
    "track": "1",
}
NONE: Mapping[str, object] = MappingProxyType({})
# These are measured for each format, with a sound that needs no second pass and one that needs all of them.
LOUDNESS = ("loudness_lufs", "spec")
# flac does not have them.
MP3_OPTIONS = ("quality", "bit_rate_kbps")
TEMPLATE = '''"""What conversions cost, in CPU seconds for each second of stereo at 44.1 kHz.

Written by `python -m bench.costs`, which `make bench` runs. Tests check that each codec, format and option
has a row.
"""

from __future__ import annotations

DATE = "{date}"
FFMPEG = "{ffmpeg}"
MACHINE = "{machine}"
# Codec → to decode it. None: nothing here encodes it, so it could not be measured.
DECODE: dict[str, float | None] = {{
{decode}
}}
# Format → to encode and verify it, and to meter the sound.
ENCODE: dict[str, float] = {{
{encode}
}}
# Format → what a loudness or a specification adds before corrections: the least and the most of two sounds.
LOUDNESS: dict[str, tuple[float, float]] = {{
{loudness}
}}
# Option → what its most expensive value adds.
OPTION: dict[str, float] = {{
{option}
}}
'''


def _used_s() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


class Bench:
    """Measures on two sounds of `CONVERT_S`, steady and peaky."""

    def __init__(self, tools: Tools, folder: Path) -> None:
        self._tools, self._folder, self._number = tools, folder, 0
        self._steady = write_wav(folder / "steady.wav", "music", CONVERT_S)
        self._song = write_wav(folder / "song.wav", "music", DECODE_S)
        self._peaky = folder / "peaky.wav"
        # Loud for a moment of each second, as a voice close to the microphone.
        louder = "volume='if(lt(mod(t,1),0.05),1,0.06)':eval=frame"
        self._ffmpeg("-i", str(self._steady), "-af", louder, str(self._peaky))

    def decode(self, codec: str) -> float | None:
        """The cost of a codec; None if nothing here encodes it."""
        encoder = ["-c:a", *ENCODERS.get(codec, codec).split()]
        for muxer in MUXERS:
            made = self._folder / f"decode.{muxer}"
            try:
                self._ffmpeg("-i", str(self._song), *encoder, "-f", muxer, str(made))
                argv = [self._tools.ffmpeg, "-nostdin", "-v", "quiet", "-i", str(made), "-f", "null", "-"]
                subprocess.run(argv, check=True, timeout=120)
            except subprocess.CalledProcessError:
                continue
            return measure(argv).cpu_s / DECODE_S
        return None

    def convert(self, form: str, options: Mapping[str, object] = NONE, *, peaky: bool = False) -> float:
        """The cost of a conversion to this format."""
        self._number += 1
        folder = self._folder / str(self._number)
        before = _used_s()
        convert(self._tools, self._peaky if peaky else self._steady, folder, [(form, Options(**options))])  # type: ignore[arg-type]  # by name
        spent = _used_s() - before
        shutil.rmtree(folder)
        return spent / CONVERT_S

    def _ffmpeg(self, *arguments: str) -> None:
        argv = [program("ffmpeg"), "-nostdin", "-v", "quiet", "-y", *arguments]
        subprocess.run(argv, check=True, timeout=120)


def measured(bench: Bench) -> dict[str, dict[str, Any]]:
    """The four tables."""
    encode = {form: bench.convert(form) for form in FORMATS}
    loudness = {
        form: tuple(
            sorted(
                max(0.0, bench.convert(form, {"loudness_lufs": -14.0}, peaky=peaky) - encode[form])
                for peaky in (False, True)
            )
        )
        for form in FORMATS
    }
    option = {}
    for name, value in DEAREST.items():
        form = "mp3" if name in MP3_OPTIONS else "flac"
        option[name] = max(0.0, bench.convert(form, {name: value}) - encode[form])
    decode = {codec: bench.decode(codec) for codec in sorted(DECODED)}
    return {"decode": decode, "encode": encode, "loudness": loudness, "option": option}


def _rows(rows: Mapping[str, Any]) -> str:
    return "\n".join(f'    "{name}": {_cell(value)},' for name, value in rows.items())


def _cell(value: float | tuple[float, ...] | None) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_cell, value))})"
    return "None" if value is None else f"{max(value, 0.0):.4f}"


def _machine() -> str:
    text = Path("/proc/cpuinfo").read_text()
    names = {line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")}
    return " / ".join(sorted(names)) or platform.machine()


def write() -> None:
    """Measure, and write the table."""
    tools = best_tools()
    missing = {field.name for field in fields(Options)} - {*DEAREST, *LOUDNESS}
    if missing:
        sys.exit(f"Add a value for {', '.join(sorted(missing))} to DEAREST.")
    with tempfile.TemporaryDirectory(prefix="sonube-bench-") as name:
        tables = {key: _rows(rows) for key, rows in measured(Bench(tools, Path(name))).items()}
    date = datetime.now(UTC).date().isoformat()
    TABLE.write_text(TEMPLATE.format(date=date, ffmpeg=tools.version, machine=_machine(), **tables))


@clean_run("sonube-bench-")
def main() -> int:
    """Write the table alone."""
    write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
