"""The table of specifications, each with its publisher's document as the source, and when it was checked.

It needs a new look once a year: publishers change their pages.
"""

from __future__ import annotations

from dataclasses import dataclass

_CHECKED = "2026-11-29"


@dataclass(frozen=True, slots=True)
class Spec:
    """What a publisher requires or recommends. None and empty mean that it says nothing about that.

    Attributes:
        name: its name in the API.
        title: for people.
        source: address of the publisher's own page or document.
        checked: date on which the figures were compared with what is public.
        lufs: integrated loudness.
        tolerance_lu: allowed difference from it; half a LU where the publisher names none.
        above_lu: allowed difference upwards, where it is another than downwards.
        ceiling_dbtp: highest true peak. Where the publisher limits samples only, the true peak is stricter.
        max_short_term_lufs: loudest 3 s.
        rms_dbfs: lowest and highest root mean square, in place of a loudness.
        noise_floor_dbfs: highest level of the quietest half second.
        dual_mono: whether mono is measured as it is played, by two speakers.
        formats: names of the accepted formats.
        stereo_formats: those of them that may not be mono.
        sample_rates_hz: accepted ones.
        min_kbps: lowest bit rate of a lossy format with one and with two channels.
        constant_rate: whether the bit rate has to be constant.
    """

    name: str
    title: str
    source: str
    lufs: float | None = None
    tolerance_lu: float = 0.5
    above_lu: float | None = None
    ceiling_dbtp: float = -1.0
    max_short_term_lufs: float | None = None
    rms_dbfs: tuple[float, float] | None = None
    noise_floor_dbfs: float | None = None
    dual_mono: bool = False
    formats: tuple[str, ...] = ()
    stereo_formats: tuple[str, ...] = ()
    sample_rates_hz: tuple[int, ...] = ()
    min_kbps: tuple[int, int] | None = None
    constant_rate: bool = False
    checked: str = _CHECKED

    @property
    def loudness_range(self) -> tuple[float, float] | None:
        """Lowest and highest integrated loudness."""
        if self.lufs is None:
            return None
        above_lu = self.tolerance_lu if self.above_lu is None else self.above_lu
        return self.lufs - self.tolerance_lu, self.lufs + above_lu

    @property
    def target_rms_dbfs(self) -> float | None:
        """What to aim at: the middle of the allowed range."""
        return None if self.rms_dbfs is None else sum(self.rms_dbfs) / 2


SPECS: dict[str, Spec] = {
    spec.name: spec
    for spec in (
        Spec(
            "apple-podcasts",
            "Apple Podcasts",
            "https://podcasters.apple.com/support/893-audio-requirements",
            lufs=-16,
            tolerance_lu=1,
            formats=("mp3", "m4a", "aac", "wav", "flac"),
            stereo_formats=("wav", "flac"),
            sample_rates_hz=(44_100, 48_000, 88_200, 96_000, 176_400, 192_000),
            min_kbps=(32, 64),
        ),
        Spec(
            "spotify",
            "Spotify",
            "https://support.spotify.com/us/artists/article/loudness-normalization",
            lufs=-14,
        ),
        Spec(
            "ebu-r128",
            "EBU R 128",
            "https://tech.ebu.ch/publications/r128",
            lufs=-23,
            tolerance_lu=0.2,
        ),
        Spec(
            "ebu-r128-s1",
            "EBU R 128 s1 (short-form content)",
            "https://tech.ebu.ch/publications/r128s1",
            lufs=-23,
            tolerance_lu=0.2,
            max_short_term_lufs=-18,
        ),
        Spec(
            "atsc-a85",
            "ATSC A/85",
            "https://www.atsc.org/wp-content/uploads/2026/07/A85-2026-07-Annex-M.pdf",
            lufs=-24,
            tolerance_lu=2,
            ceiling_dbtp=-2,
        ),
        Spec(
            "acx",
            "ACX (audiobooks)",
            "https://help.acx.com/s/article/what-are-the-acx-audio-submission-requirements",
            ceiling_dbtp=-3,
            rms_dbfs=(-23, -18),
            noise_floor_dbfs=-60,
            formats=("mp3",),
            sample_rates_hz=(44_100,),
            min_kbps=(192, 192),
            constant_rate=True,
        ),
        Spec(
            "aes-td1008",
            "AES TD1008 (speech)",
            "https://aes.org/wp-content/uploads/2024/01/20210924_TD1008_v3.13.pdf",
            lufs=-18,
            above_lu=2,  # where speech is not measured on its own
            dual_mono=True,
        ),
    )
}
