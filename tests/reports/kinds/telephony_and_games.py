"""Codecs of telephone systems, dictation and games: laws, GSM, G.722, ADPCM, and rates that few know."""

from __future__ import annotations

import struct

from tests.reports.inputs.made import encoded, sine
from tests.reports.inputs.pcm import chunk, fmt, riff, tone, wav
from tests.reports.report import Converted, Refused, Report

ULAW, ALAW = 7, 6


def call(codec: str, ending: str = "wav", rate_hz: int = 8000, seconds: float = 1.0) -> bytes:
    return encoded(codec, ending, sine(seconds, rate_hz))


def with_count(source: bytes, samples: int) -> bytes:
    """Return a WAV whose `fact` counts so many samples."""
    at = source.index(b"fact") + 8
    return source[:at] + struct.pack("<I", samples) + source[at + 4 :]


REPORTS = (
    Report(
        "A recording of a telephone system in GSM inside WAV does not play.",
        ["CyCoreSystems/ari 113", "prog-it/Asterisk-CDR-Viewer-Mod 22"],
        "It is decoded at 8 kHz.",
        lambda: call("libgsm_ms"),
        Converted(seconds=1.0, within_s=0.04, rate_hz=8000, peak_dbfs=-5.5, within_db=1.5),
    ),
    Report(
        "A prompt in µ-law is not a WAV to the telephone system.",
        ["voiceglue/voiceglue 19", "Facepunch/sbox-issues 1069"],
        "It becomes 16 bits.",
        lambda: call("pcm_mulaw"),
        Converted(seconds=1.0, rate_hz=8000, peak_dbfs=-6.0, within_db=0.4),
        options={"bitDepth": 16},
    ),
    Report(
        "A game crashes at A-law.",
        ["Facepunch/sbox-issues 1069"],
        "It becomes 16 bits.",
        lambda: call("pcm_alaw"),
        Converted(seconds=1.0, rate_hz=8000, peak_dbfs=-6.0, within_db=0.4),
    ),
    Report(
        "A game's IMA ADPCM is noise in other players.",
        ["hex007/freej2me 143", "nathan/phosphorus 494", "Rello/audioplayer 89"],
        "It is decoded.",
        lambda: call("adpcm_ima_wav", rate_hz=22_050),
        Converted(seconds=1.0, within_s=0.1, rate_hz=22_050, peak_dbfs=-6.0, within_db=0.5),
    ),
    Report(
        "The end of an ADPCM file is not decoded.",
        ["tenacityteam/tenacity-legacy 455"],
        "Every block is decoded.",
        lambda: call("adpcm_ms", rate_hz=44_100, seconds=3.0),
        Converted(seconds=3.0, within_s=0.05, peak_dbfs=-6.0, within_db=0.5),
    ),
    Report(
        "ADPCM at 33,075 Hz is a jumble, because of the size of its blocks.",
        ["dbry/adpcm-xq 20"],
        "Any size of block is decoded.",
        lambda: encoded("adpcm_ima_wav -block_size 512", "wav", sine(1.0, 33_075)),
        Converted(seconds=1.0, within_s=0.05, rate_hz=33_075, peak_dbfs=-6.0, within_db=0.5),
    ),
    Report(
        "A sound effect in ADPCM gets silence at its end, and no longer loops.",
        ["dbry/adpcm-xq 20"],
        "The padding of the last block is not audio: the header counts the samples.",
        lambda: with_count(call("adpcm_ima_wav", rate_hz=22_050), 22_050),
        Converted(seconds=1.0, rate_hz=22_050),
    ),
    Report(
        "A game's music is a MIDI file, and the converter does not say why it fails.",
        ["Tichau/FileConverter 105", "ArijanJ/midi-converter 26"],
        "The error says that it holds notes and no sound.",
        lambda: b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk\0\0\0\4\0\xff\x2f\0",
        Refused("not_audio", "MIDI"),
    ),
    Report(
        "A sample rate of zero makes a program divide by it.",
        ["sahaRatul/sela 15"],
        "The file is refused.",
        lambda: wav(tone(0.1), fmt(rate_hz=0)),
        Refused("not_audio"),
    ),
    Report(
        "A description of fewer than eight bits makes an encoder divide by zero.",
        ["xiph/flac 917"],
        "The file is refused.",
        lambda: riff(fmt(bits=0), chunk(b"data", tone(0.1))),
        Refused("not_audio"),
    ),
    Report(
        "A recording with a header and no audio is converted to nothing.",
        ["CyCoreSystems/ari 113"],
        "It is called empty.",
        lambda: wav(b""),
        Refused("empty_file"),
    ),
    Report(
        "Three thousand files were renamed to .wav, and none of them opens.",
        ["jiaaro/pydub 775"],
        "The content counts, not the name.",
        lambda: encoded("pcm_s16be", "aiff"),
        Converted(seconds=1.0, peak_dbfs=-6.02),
    ),
)
