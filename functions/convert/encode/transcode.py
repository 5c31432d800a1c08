"""One ffmpeg pass that makes all outputs of a task, and listens to what it encodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..ffmpeg.filtergraph import chain
from ..ffmpeg.pcm_taps import PcmTap
from ..metadata.tags import MAX_COVER_BYTES, needs_picture, tagging
from ..metering.levels import Meter
from ..plan.plan import Plan, Sound, unchanged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shared.domain.task import Probe

    from ..ffmpeg.run import FFmpeg
    from ..process.throttle import Throttle


def transcode(
    engine: FFmpeg, found: Probe, targets: Sequence[tuple[Plan, Path]], throttle: Throttle | None = None
) -> dict[Sound, Meter]:
    """Decode once, encode each target, and measure what goes into the encoders.

    Args:
        engine: ffmpeg on the source.
        found: what the probe said of the source.
        targets: each plan with the file to write, in the source's folder.
        throttle: pauses ffmpeg from another thread.

    Returns:
        What was heard of each sound; nothing where all outputs are copied, for then nothing is decoded.

    Raises:
        ConversionError: as `FFmpeg.run` has it.
    """
    plans = [plan for plan, _ in targets]
    picture = _picture(engine, found) if any(needs_picture(plan, found) for plan in plans) else None
    inputs: list[str] = []
    outputs: list[str] = []
    texts = engine.inputs
    for plan, target in targets:
        tags = tagging(plan, found, picture)
        words = [word.replace("{input}", str(texts)) for word in tags.args]
        if tags.text:
            text = target.with_name(f"tags-{texts}")
            text.write_text(tags.text, encoding="utf-8")
            inputs += ["-f", "ffmetadata", "-i", f"file:{text.name}"]
            texts += 1
        sound = f"0:a:{found.stream}" if plan.copied else engine.sound
        outputs += ["-map", sound, *_output(plan, words, target)]
    heard = _meters(plans, found)
    taps = [PcmTap(sound.filters, sound.rate_hz, sound.channels, heard[sound].feed) for sound in heard]
    engine.run(outputs, inputs, taps, throttle=throttle)
    return heard


def _output(plan: Plan, tags: Sequence[str], target: Path) -> list[str]:
    filters = [] if plan.copied else ["-af", chain(plan.filters)]
    muxer = [*plan.form.muxer_args, "-f", plan.form.muxer, f"file:{target.name}"]
    return [*plan.encoder_args, *filters, *tags, *muxer]


def _meters(plans: Sequence[Plan], found: Probe) -> dict[Sound, Meter]:
    """An ear for each sound, and one for the source itself unless only a part of it is decoded."""
    encoded = [plan for plan in plans if not plan.copied]
    expected = {plan.sound(found): plan.duration_s for plan in encoded}
    if encoded and not any(plan.cuts for plan in encoded):
        expected.setdefault(unchanged(found), found.duration_s)
    return {sound: Meter(sound.rate_hz, sound.channels, seconds) for sound, seconds in expected.items()}


def _picture(engine: FFmpeg, found: Probe) -> bytes | None:
    """The cover's bytes; None where it is absurdly large."""
    file = engine.source.with_name("cover")
    engine.run(["-map", f"0:{found.cover}", "-c:v", "copy", "-f", "image2pipe", f"file:{file.name}"])
    return file.read_bytes() if file.stat().st_size <= MAX_COVER_BYTES else None
