"""Properties of audio: what ffprobe finds, chapters, levels, loudness."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Chapter:
    """A named section of the audio, in seconds from its start."""

    start_s: float
    end_s: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels over time, for a waveform of a screen's width.

    Attributes:
        peaks: highest absolute sample of up to 200 equal sections, over all channels, from 0 to 1 of full
            scale; the format of wavesurfer.js.
        peak_dbfs: the highest sample; None for digital silence.
        rms_dbfs: root mean square of all samples; None for digital silence.
        noise_floor_dbfs: the same of the quietest half second, at least -100; None for a shorter sound.
    """

    peaks: tuple[float, ...]
    peak_dbfs: float | None
    rms_dbfs: float | None
    noise_floor_dbfs: float | None = None


@dataclass(frozen=True, slots=True)
class Loudness:
    """One measurement by EBU R 128.

    Attributes:
        integrated_lufs: integrated loudness; None if everything is below the gate of -70 LUFS.
        range_lu: loudness range (EBU Tech 3342).
        true_peak_dbtp: highest true peak (ITU-R BS.1770, oversampled).
        max_short_term_lufs: loudest 3 s; None where it was not measured, as by the system's ffmpeg, or where
            there are no 3 s.
    """

    integrated_lufs: float | None
    range_lu: float
    true_peak_dbtp: float | None
    max_short_term_lufs: float | None = None


@dataclass(frozen=True, slots=True)
class Normalisation:
    """The loudness of an output before and after normalisation."""

    before: Loudness
    after: Loudness


@dataclass(frozen=True, slots=True)
class Track:
    """One audio track of a file, as the container describes it.

    Attributes:
        number: from 1, in the container's order.
        codec: by ffprobe's name.
        language: as the container has it, mostly by ISO 639-2; empty if it does not say.
        title: empty if it has none.
        channels, sample_rate_hz: 0 if they are unknown, because nothing decodes the track.
        is_default: whether the container marks it as the one to play.
        purpose: `main`, `commentary`, `description` (of the picture, for those who do not see it) or `other`.
    """

    number: int
    codec: str
    language: str = ""
    title: str = ""
    channels: int = 0
    sample_rate_hz: int = 0
    is_default: bool = False
    purpose: str = "main"


@dataclass(frozen=True, slots=True)
class DecodedTags:
    """All tags of a file, by ffmpeg's names.

    Attributes:
        guessed: encodings that had to be guessed, by the names of tags in lower case; `chapters` stands for
            the titles of these.
        recording: tags of the file, which include those of its track.
    """

    guessed: dict[str, str]
    recording: dict[str, str]


@dataclass(frozen=True, slots=True)
class Probe:
    """What ffprobe found in a file: its container, and the audio track that is converted.

    Attributes:
        duration_s: None if the container does not state it.
        stream: index among the streams that ffmpeg takes for audio.
        track: number of the track that is converted, from 1.
        tracks: all audio tracks.
        track_is_chosen: whether it is one of several, and no option selected it.
        length_is_bound: `duration_s` includes other streams, so the audio may be shorter.
        states_length: whether the container says where its audio ends, so that a cut would show.
        sample_format: of the decoder, by ffmpeg's name: `s16`, `s32`, `fltp`.
        profile: of the codec, such as `LC` or `HE-AAC`; empty if it has none.
        layout: of the channels, such as `stereo` or `5.1(side)`; empty if the container does not state it.
        cover: index of the stream with the attached picture, if there is one.
        pictures: number of attached pictures, with those that ffmpeg cannot read.
        chapters: all of them, or none where there are too many to read; a stored probe has the first ones.
        chapter_count: number of chapters.
        tag_count: number of tags, of which `tags` has the first ones.
        decoded_tags: all tags, of which `tags` are the first; a stored probe has none.
        levels: of the decoded audio.
        waveform: name of the object with its waveform; None if the file was not decoded completely.
    """

    container: str
    codec: str
    duration_s: float | None
    sample_rate_hz: int
    channels: int
    bit_rate_kbps: int | None = None
    bits_per_sample: int | None = None
    tags: dict[str, str] = field(default_factory=dict)
    sample_format: str = ""
    profile: str = ""
    layout: str = ""
    cover: int | None = None
    chapters: tuple[Chapter, ...] = ()
    levels: Levels | None = None
    waveform: str | None = None
    stream: int = 0
    length_is_bound: bool = False
    states_length: bool = True
    pictures: int = 0
    chapter_count: int = 0
    tag_count: int = 0
    track: int = 1
    tracks: tuple[Track, ...] = ()
    track_is_chosen: bool = False
    decoded_tags: DecodedTags | None = None
