"""WAV files whose headers say something else than what is in them."""

from __future__ import annotations

from tests.reports.inputs.pcm import UNKNOWN, chunk, ds64, extensible, fmt, riff, swapped, tone, wav
from tests.reports.report import Converted, Refused, Report

SOUND = tone()
ALL_OF_IT = Converted(seconds=0.5, peak_dbfs=-6.02)
UNSURE = Converted(seconds=0.5, peak_dbfs=-6.02, notes=["completeness_unknown"])

REPORTS = (
    Report(
        "A game's WAV states zero for the sizes of its RIFF and data chunks.",
        ["JamesHeinrich/getID3 468"],
        "The audio lasts until the end of the file; a note says that no one can know whether it is complete.",
        lambda: riff(fmt(), chunk(b"data", SOUND, 0), size=0),
        UNSURE,
    ),
    Report(
        "A streamed WAV states 4 GiB for each of its sizes.",
        ["naudio/NAudio 688", "mackron/dr_libs 252"],
        "The audio lasts until the end of the file, with the same note.",
        lambda: riff(fmt(), chunk(b"data", SOUND, UNKNOWN), size=UNKNOWN),
        UNSURE,
    ),
    Report(
        "A WAV's RIFF size is a fraction of its data chunk.",
        ["dancasimiro/WAV.jl 109"],
        "Only the size of the audio counts.",
        lambda: riff(fmt(), chunk(b"data", SOUND), size=1000),
        ALL_OF_IT,
    ),
    Report(
        "A LIST chunk of nothing but zeros hides the audio after it.",
        ["libsndfile/libsndfile 542"],
        "The chunk is skipped.",
        lambda: riff(fmt(), chunk(b"LIST", bytes(3000)), chunk(b"data", SOUND)),
        ALL_OF_IT,
    ),
    Report(
        "The byte after 24-bit audio of odd length is not zero.",
        ["MediaArea/BWFMetaEdit 155"],
        "Any byte pads a chunk; the tags after it are read.",
        lambda: riff(
            fmt(bits=24),
            chunk(b"data", tone(0.3)[: 3 * 7001], pad=b"\x51"),
            chunk(b"LIST", b"INFO" + chunk(b"INAM", b"Take 1\0\0")),
        ),
        Converted(seconds=7001 / 44_100, tags={"title": "Take 1"}),
    ),
    Report(
        "A recorder keeps room for long files in a JUNK chunk before the format.",
        ["ebu/libbw64 12"],
        "The chunk is skipped.",
        lambda: riff(chunk(b"JUNK", bytes(28)), fmt(), chunk(b"data", SOUND)),
        ALL_OF_IT,
    ),
    Report(
        "A BW64 file from a broadcaster has its sizes in a ds64 chunk.",
        ["ebu/libbw64 10", "digital-preservation/droid 109"],
        "RF64 and BW64 are read alike.",
        lambda: riff(
            ds64(len(SOUND), len(SOUND) // 2),
            fmt(),
            chunk(b"data", SOUND, UNKNOWN),
            size=UNKNOWN,
            magic=b"BW64",
        ),
        ALL_OF_IT,
    ),
    Report(
        "An RF64 file's data chunk has a size of its own beside ds64.",
        ["Zeugma440/atldotnet 191"],
        "It is converted whole.",
        lambda: riff(
            ds64(len(SOUND), len(SOUND) // 2), fmt(), chunk(b"data", SOUND), size=UNKNOWN, magic=b"RF64"
        ),
        ALL_OF_IT,
    ),
    Report(
        "An upload that was cut in half is converted as if it were complete.",
        ["MediaArea/BWFMetaEdit 160"],
        "It is refused: the header says how much is missing.",
        lambda: wav(SOUND)[:20_000],
        Refused("truncated"),
    ),
    Report(
        "Big-endian WAV (RIFX) plays as noise.",
        ["mackron/dr_libs 210", "Sohex/musefs 770", "scipy/scipy 13387"],
        "The bytes of each sample are read in the order that the header names.",
        lambda: riff(fmt(order=">"), chunk(b"data", swapped(SOUND), order=">"), magic=b"RIFX", order=">"),
        ALL_OF_IT,
    ),
    Report(
        "24-bit samples in 32-bit containers are refused, or are noise.",
        ["xiph/flac 301", "jstrait/wavefile 11", "alsa-project/alsa-utils 178"],
        "Samples are read at the width of their container.",
        lambda: riff(extensible(1, 32, 24, 4), chunk(b"data", _in_32_bits(SOUND))),
        Converted(seconds=0.5, peak_dbfs=-6.02),
        options={"bitDepth": 24},
    ),
    Report(
        "20-bit samples in 24-bit containers come out at another level.",
        ["xiph/flac 301"],
        "Samples are read at the width of their container.",
        lambda: riff(extensible(1, 24, 20, 4), chunk(b"data", _in_24_bits(SOUND))),
        Converted(seconds=0.5, peak_dbfs=-6.02),
    ),
    Report(
        "A WAVEFORMATEXTENSIBLE without speaker positions is refused.",
        ["jstrait/wavefile 11", "rackfx/Node-WAV-File-Info 12"],
        "Two channels without positions are left and right.",
        lambda: riff(extensible(2, 16, 16, 0), chunk(b"data", tone(channels=2))),
        Converted(seconds=0.5, channels=2, peak_dbfs=-6.02),
    ),
    Report(
        "The last sample of a stereo WAV is incomplete, and the whole file is refused.",
        ["Helco/zzio 322"],
        "Everything before the incomplete sample is converted.",
        lambda: riff(fmt(channels=2), chunk(b"data", tone(channels=2)[:20_003])),
        Converted(seconds=5000 / 44_100, peak_dbfs=-6.02),
    ),
    Report(
        "A recorder stated 16 bytes more than it wrote, the size of a header that it counted.",
        ["cjcliffe/CubicSDR 616"],
        "All samples are converted; a note says that the header promised more.",
        lambda: riff(fmt(), chunk(b"data", SOUND, len(SOUND) + 16)),
        UNSURE,
    ),
    Report(
        "A recording in RF64 that was never closed has zeros for its sizes.",
        ["furrtek/portapack-havoc 186"],
        "The audio lasts until the end of the file, as in a WAV with such a header.",
        lambda: riff(ds64(0, 0), fmt(), chunk(b"data", SOUND, UNKNOWN), size=UNKNOWN, magic=b"RF64"),
        UNSURE,
    ),
)


def _in_32_bits(samples: bytes) -> bytes:
    return b"".join(b"\0\0" + samples[n : n + 2] for n in range(0, len(samples), 2))


def _in_24_bits(samples: bytes) -> bytes:
    return b"".join(b"\0" + samples[n : n + 2] for n in range(0, len(samples), 2))
