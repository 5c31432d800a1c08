"""Covers of a source as its outputs can have them; one that cannot be converted costs nothing but itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shared.domain.formats import FORMATS

from ..metadata.covers.conversion import PictureConverter
from ..metadata.covers.fitting import are_fitted, fitted_pictures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.domain.files import Output

    from ..attempt import Attempt
    from ..source.probed_source import ProbedSource


def with_fitted_covers(attempt: Attempt, source: ProbedSource, outputs: Sequence[Output]) -> ProbedSource:
    """Return the source with its pictures as JPEG or PNG that are small enough, where an output holds any.

    Raises:
        Unavailable: the kernel refused ffmpeg's sandbox.
        ConversionTimedOut, LeaseLost: the attempt must end.
    """
    pictures = source.tags.pictures
    if are_fitted(pictures) or not any(map(_has_pictures, outputs)):
        return source
    converter = PictureConverter(attempt.tools, source.file.parent, attempt.checkpoint)
    fitted = fitted_pictures(pictures, converter)
    return replace(source, tags=replace(source.tags, pictures=fitted))


def _has_pictures(output: Output) -> bool:
    return FORMATS[output.format].holds_pictures and output.options.keep_tags is not False
