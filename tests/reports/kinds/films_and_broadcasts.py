"""Films and broadcasts: audio that starts late or pauses, sound of other lengths than the picture."""

from __future__ import annotations

from tests.reports.inputs.made import encoded, made, sine
from tests.reports.report import Converted, Report

PICTURE = "-f lavfi -i color=s=64x48:r=25:d=2"
SOUND = "-f lavfi -i sine=440:d=1:r=48000"


LIMITED = ["completeness_unknown", "peaks_limited"]


def late(video: str, audio: str, ending: str) -> bytes:
    """A film whose sound begins after half a second."""
    return made(f"{PICTURE} -itsoffset 0.5 {SOUND} -c:v {video} -c:a {audio}", ending)


def ac3(channels: int) -> bytes:
    return encoded("ac3", "ac3", sine(1.0, 48_000, channels))


REPORTS = (
    Report(
        "The sound of an AVI starts after its picture, and is called incomplete.",
        ["SubtitleEdit/subtitleedit 5834", "AcademySoftwareFoundation/xstudio 345"],
        "Audio starts with its first packet.",
        lambda: late("mpeg4", "libmp3lame", "avi"),
        Converted(seconds=1.03, within_s=0.03),
    ),
    Report(
        "The sound of an MP4 starts after its picture.",
        ["RandomEngy/VidCoder 1100"],
        "Audio starts with its first packet.",
        lambda: late("mpeg4", "aac", "mp4"),
        Converted(seconds=1.01, within_s=0.03),
    ),
    Report(
        "Where a broadcast changes from stereo to 5.1, loud parts clip.",
        ["HandBrake/HandBrake 2030"],
        "All parts are mixed by the same matrix, and peaks above full scale are limited.",
        lambda: ac3(2) * 2 + ac3(6) * 2,
        Converted(seconds=4.1, within_s=0.1, channels=2, peak_dbfs=-1.0, notes=LIMITED),
    ),
    Report(
        "A broadcast that was cut in the middle of a frame is refused.",
        ["theori-io/nrsc5 53", "piratfm/eti-tools 36"],
        "The frames around it are converted; a note counts the one that was lost.",
        lambda: made(f"{SOUND} -c:a aac -f adts", "aac")[:-100],
        Converted(seconds=1.02, within_s=0.04, notes=["completeness_unknown", "damaged_packets"]),
    ),
)
