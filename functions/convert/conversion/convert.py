"""Plans, encodes and verifies all outputs of a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.errors import EncoderFailed, NotAudio, OutputMismatch

from ..encode.covers import with_fitted_covers
from ..encode.encode import discard_outputs, encode_outputs
from ..encode.finite import InvalidSamples, has_invalid_samples
from ..ffmpeg.errors import CopyDiffers, MustNormalise
from ..plan.targets import plan_outputs
from ..verify.verify import conclude, verify_outputs
from .correct import correct_loudness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.domain.files import Output

    from ..attempt import Attempt
    from ..encode.transcode import Encoded
    from ..source.probed_source import ProbedSource
    from ..verify.verified_output import VerifiedOutput

# For its layout or its gaps, for a copy that differs, for samples that are no numbers, and for a cover or
# chapters that ffmpeg fails at.
_MAX_RESTARTS = 4


def convert_source(
    attempt: Attempt, source: ProbedSource, outputs: Sequence[Output]
) -> tuple[list[VerifiedOutput], Encoded]:
    """Plan, encode and verify every output; start again where the source turns out to need another way.

    Joined files, broadcasts and recordings with long pauses are too rare to look for them beforehand.

    Returns:
        The outputs, and what was found out while they were encoded.
    """
    source = with_fitted_covers(attempt, source, outputs)
    for _ in range(_MAX_RESTARTS):
        try:
            return _plan_encode_verify(attempt, source, outputs)
        except MustNormalise as reason:
            another, why = source.normalised(reason.gaps), type(reason).__name__
        except CopyDiffers as reason:
            another, why = source.without_copying(), type(reason).__name__
        except InvalidSamples as reason:
            another, why = source.with_finite_samples(), type(reason).__name__
        except (EncoderFailed, NotAudio, OutputMismatch) as error:
            if not source.has_accessories:
                raise
            # The audio may be perfect: covers and chapters must not decide over it.
            another, why = source.without_accessories(), f"{type(error).__name__} with accessories"
        attempt.log.info("restarted", reason=why)
        discard_outputs(attempt, source.file.parent)
        attempt.notes.clear()
        source = another
    return _plan_encode_verify(attempt, source, outputs)


def _plan_encode_verify(
    attempt: Attempt, source: ProbedSource, outputs: Sequence[Output]
) -> tuple[list[VerifiedOutput], Encoded]:
    on_progress = attempt.analysis_progress(source.probe.duration_s)
    ffmpeg = source.ffmpeg(attempt.tools, attempt.limits, on_progress)
    targets = plan_outputs(ffmpeg, source.probe, outputs, may_copy=source.may_copy)
    try:
        encoded = encode_outputs(attempt, source, targets)
    except EncoderFailed as error:
        if has_invalid_samples(ffmpeg, source.probe):
            raise InvalidSamples from error
        raise
    verified = verify_outputs(attempt, source.probe, targets, encoded)
    verified, encoded = correct_loudness(attempt, source, verified, encoded)
    conclude(attempt, source.probe, verified, encoded)
    return verified, encoded
