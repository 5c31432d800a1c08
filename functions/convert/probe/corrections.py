"""What ffprobe gets wrong or does not say of a container, by our own parsers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from shared.domain.media import DecodedTags

from ..containers.asf import ASF, Unread, unread_metadata
from ..containers.chunked.lengths import caf_states_length
from ..containers.chunked.wave import misread_samples
from ..containers.mp3_end import is_cut
from ..containers.mp4 import MP4, is_protected
from ..containers.pages import flv_is_complete, ogg_has_end, ogg_is_joined
from ..containers.reader import unless_complex
from ..metadata.model.view import by_ffmpeg_names, ffmpeg_name
from .report import kept_tags

if TYPE_CHECKING:
    from shared.domain.media import Probe

    from ..containers.reader import Reader
    from ..metadata.model.tags import Tags

# Containers that state the length of their audio, though ffprobe reports no duration.
_SIZED = frozenset({"dsf", "iff", "w64"})
# Frames one after the other, of which ffprobe reads the length from the last one's clock, or not at all.
_ENDLESS = frozenset(
    ["aac", "ac3", "amr", "amrnb", "amrwb", "dts", "eac3", "loas", "mlp", "mpeg", "mpegts", "truehd"],
)


def with_samples(report: dict[str, Any], data: Reader) -> dict[str, Any]:
    """Return ffprobe's report of a WAV with what its samples are; other reports as they are."""
    if report.get("format", {}).get("format_name") != "wav" or len(report.get("streams", [])) != 1:
        return report
    samples = unless_complex(misread_samples, data, None)
    if samples is None:
        return report
    stream = report["streams"][0] | {
        "codec_name": samples.codec,
        "sample_fmt": samples.sample_format,
        "bits_per_sample": samples.bits,
        "bits_per_raw_sample": samples.bits,
        "duration": samples.seconds,
    }
    return report | {"streams": [stream]}


def is_encrypted(found: Probe, data: Reader) -> bool:
    """Return whether what ffprobe found is encrypted, of which decoders make noise or nothing."""
    protected = partial(is_protected, number=found.stream)
    return found.container == MP4 and unless_complex(protected, data, unknown=False)


def corrected(found: Probe, data: Reader) -> Probe:
    """Return the probe as it should be.

    ffprobe reports the last one's duration for joined Oggs, the whole one's for a truncated FLV and for a
    piece of an MP3, and not all pictures of ASF.
    """
    found = replace(found, states_length=_states_length(found, data))
    if found.container == "ogg" and ogg_is_joined(data):
        return replace(found, duration_s=None)
    if found.container == "mp3" and is_cut(data):
        found = replace(found, duration_s=None, states_length=False)
    if found.container == "flv" and not flv_is_complete(data):
        return replace(found, length_is_bound=False)
    return _with_unread(found, data) if found.container == ASF else found


def with_tags(found: Probe, tags: Tags) -> Probe:
    """Return the probe with what our readers found, which is more than ffprobe does."""
    shown = by_ffmpeg_names(tags)
    guessed = {ffmpeg_name(name): encoding for name, encoding in tags.guessed.items()}
    chapters = tags.chapters if len(tags.chapters) > found.chapter_count else found.chapters
    return replace(
        found,
        tags=kept_tags(shown),
        tag_count=len(shown),
        chapters=chapters,
        chapter_count=max(found.chapter_count, len(chapters)),
        decoded_tags=DecodedTags(guessed, shown),
    )


def _states_length(found: Probe, data: Reader) -> bool:
    """Return whether the container says where its audio ends; ffprobe reports what is there."""
    if found.container == "ogg":
        return ogg_has_end(data)
    if found.container == "caf":
        return caf_states_length(data)
    return found.container in _SIZED or (found.duration_s is not None and found.container not in _ENDLESS)


def _with_unread(found: Probe, data: Reader) -> Probe:
    """Return the probe with what no output will have, so that its loss is noted."""
    unread = unless_complex(unread_metadata, data, Unread(0, {}))
    seen = found.decoded_tags
    decoded = seen and replace(seen, recording={**seen.recording, **unread.tags})
    return replace(found, pictures=found.pictures + unread.pictures, decoded_tags=decoded)
