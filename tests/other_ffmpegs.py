"""What `make test-ffmpegs` meets on other builds of ffmpeg: encoders and filters that they lack."""

from __future__ import annotations

import re

_LACKING = re.compile(r"(?:Unknown (?:encoder|decoder|input format)|No such filter:?) '?([\w-]+)'?")


def lacking(error: BaseException | None) -> str | None:
    """Return the component that ffmpeg does not have, by an error of convert or one that caused it."""
    while error is not None:
        if found := _LACKING.search(str(error)):
            return found[1]
        error = error.__cause__ or error.__context__
    return None
