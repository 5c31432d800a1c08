"""Recordings of phones and browsers: edit lists, fragments, files without an index or a length."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from tests.reports.inputs.made import encoded, made, sine
from tests.reports.inputs.mp4 import with_edits
from tests.reports.report import Converted, Refused, Report
from tools.material import make_amr

if TYPE_CHECKING:
    from tests.reports.outcome import Result

PRIMING = 1024
TICK = 48_000
# Of WebM: what its audio is in.
CLUSTER = b"\x1f\x43\xb6\x75"


def aac(seconds: float = 3.0) -> bytes:
    """A voice memo."""
    return encoded("aac", "m4a", sine(seconds, TICK))


def webm(options: str = "", seconds: float = 2.0) -> bytes:
    return encoded(f"libopus {options}", "webm", sine(seconds, TICK))


def caf(*chunks: tuple[bytes, bytes, int | None]) -> bytes:
    """A CAF of 16 bits, mono: chunks with names, contents and the sizes that they claim."""
    desc = struct.pack(">d4sIIIII", 44_100.0, b"lpcm", 2, 2, 1, 1, 16)
    body = b"caff\0\1\0\0" + b"desc" + struct.pack(">q", len(desc)) + desc
    for name, content, size in chunks:
        body += name + struct.pack(">q", len(content) if size is None else size) + content
    return body


def aiff(form: bytes, bits: int, samples: bytes) -> bytes:
    """An AIFF-C, mono."""
    count = len(samples) * 8 // bits
    rate = bytes.fromhex("400eac44000000000000")
    comm = struct.pack(">hIh", 1, count, bits) + rate + form + b"\0\0"
    chunks = b"FVER" + struct.pack(">II", 4, 0xA2805140)
    chunks += b"COMM" + struct.pack(">I", len(comm)) + comm
    chunks += b"SSND" + struct.pack(">III", len(samples) + 8, 0, 0) + samples
    return b"FORM" + struct.pack(">I", len(chunks) + 4) + b"AIFC" + chunks


def is_loud(result: Result) -> None:
    assert result.peak() > 0.2


def encrypted() -> bytes:
    """A voice memo under Common Encryption."""
    key = "00112233445566778899aabbccddeeff"
    options = f"-encryption_scheme cenc-aes-ctr -encryption_key {key} -encryption_kid {key}"
    return made(f"-i 0 -c copy {options}", "mp4", aac())


REPORTS = (
    Report(
        "A recording that was trimmed on the phone comes back at its full length.",
        ["HandBrake/HandBrake 1900", "react-native-cameraroll/react-native-cameraroll 510"],
        "The edit list says what is played.",
        lambda: with_edits(aac(), (1000, PRIMING)),
        Converted(seconds=1.0, within_s=0.001),
    ),
    Report(
        "A part from the middle of a recording starts at the wrong place.",
        ["HandBrake/HandBrake 1900"],
        "It starts and ends at the sample of the edit list, also where it could be copied.",
        lambda: with_edits(aac(), (1000, PRIMING + TICK)),
        Converted(seconds=1.0, within_s=0.001),
        to="m4a",
    ),
    Report(
        "Audio files from a phone get longer with each conversion.",
        ["nu774/qaac 109"],
        "Neither priming nor padding is audio.",
        aac,
        Converted(seconds=3.0),
    ),
    Report(
        "Safari's recordings in fragments have no duration, and come out silent.",
        ["gpac/mp4box.js 360", "kentcdodds/kody-video 44", "goldfire/howler.js 513"],
        "Every fragment is decoded.",
        lambda: made(
            f"{sine(2.0, TICK)} -c:a aac -movflags empty_moov+default_base_moof+frag_keyframe"
            " -use_editlist 0",
            "mp4",
        ),
        Converted(seconds=2.0267, within_s=0.03, also=is_loud),
    ),
    Report(
        "A recording whose helper was killed has fragments, and no index at its end.",
        ["getopenscreen/openscreen 662"],
        "What was written is converted.",
        lambda: made(
            f"{sine(2.0, TICK)} -c:a aac -movflags empty_moov+default_base_moof -frag_duration 200000", "mp4"
        ),
        Converted(seconds=2.0267, within_s=0.03),
    ),
    Report(
        "A download ended before the index of an MP4, and it will not open.",
        ["jellyfin/jellyfin 9248", "anthwlock/untrunc 111"],
        "It is refused: its index is missing.",
        lambda: aac()[:20_000],
        Refused("truncated"),
    ),
    Report(
        "MediaRecorder's WebM has no duration, or an infinite one.",
        ["muaz-khan/RecordRTC 274", "DeltaCircuit/react-media-recorder 91", "katspaugh/wavesurfer.js 2763"],
        "The length is what is decoded; a note says that no one knows whether it is complete.",
        lambda: webm("-live 1"),
        Converted(seconds=2.0, within_s=0.03, notes=["completeness_unknown"]),
    ),
    Report(
        "Opus in WebM fails with an error about its packet header.",
        ["yt-dlp/yt-dlp 14333"],
        "It is copied into Ogg where nothing else is asked for.",
        webm,
        Converted(seconds=2.0, within_s=0.03),
        to="opus",
    ),
    Report(
        "Of a recording that a browser saves every few seconds, only the first piece can be opened.",
        ["muaz-khan/RecordRTC 550", "streamproc/Record-Entire-Meeting 2"],
        "The error says that its beginning is missing, and to join the pieces.",
        lambda: webm()[webm().index(CLUSTER) :],
        Refused("not_audio", "later piece of a recording"),
    ),
    Report(
        "A browser's first piece is one byte, and a program drops it.",
        ["muaz-khan/RecordRTC 657"],
        "The error says that the beginning is missing, and to join the pieces.",
        lambda: webm()[1:],
        Refused("not_audio", "Join all pieces"),
    ),
    Report(
        "A browser's recording has no bytes, and is saved all the same.",
        ["ScratchAddons/ScratchAddons 5236"],
        "It is called empty.",
        lambda: b"",
        Refused("empty_file"),
    ),
    Report(
        "An MP4 whose edit states a length of zero is taken for one without sound.",
        ["google/ExoPlayer 1102", "jellyfin/jellyfin 17543"],
        "The edit lasts to the end of the track.",
        lambda: with_edits(aac(), (0, PRIMING)),
        Converted(seconds=3.0, also=is_loud),
    ),
    Report(
        "An MP4 under Common Encryption cannot be opened, and no one says why.",
        ["nilaoda/N_m3u8DL-RE 453", "gpac/gpac 2776"],
        "It is refused as encrypted.",
        encrypted,
        Refused("encrypted"),
    ),
    Report(
        "Chunks behind the audio of a CAF are played as noise.",
        ["libsndfile/libsndfile 50"],
        "Only the audio chunk is audio.",
        lambda: caf((b"data", bytes(4) + b"\x10\0" * 22_050, None), (b"free", b"\xff" * 2000, None)),
        Converted(seconds=0.5),
    ),
    Report(
        "A CAF of a recorder that cannot seek states a size of -1.",
        ["libsndfile/libsndfile 50"],
        "The audio lasts until the end of the file.",
        lambda: caf((b"data", bytes(4) + b"\x10\0" * 22_050, -1)),
        Converted(seconds=0.5, notes=["completeness_unknown"]),
    ),
    Report(
        "Little-endian AIFF-C of a sampler is noise.",
        ["git-moss/ConvertWithMoss 205", "libsndfile/libsndfile 1078"],
        "The compression type says the order of the bytes.",
        lambda: aiff(b"sowt", 16, b"\0\x10" * 22_050),
        Converted(seconds=0.5, peak_dbfs=-18.06),
    ),
    Report(
        "Voice messages in AMR do not play after an update.",
        ["usememos/memos 1487", "kevinho/opencore-amr-android 8"],
        "They are converted at 8 kHz; a note says that the format cannot say whether it is complete.",
        make_amr,
        Converted(seconds=1.5, rate_hz=8000, notes=["completeness_unknown"]),
    ),
)
