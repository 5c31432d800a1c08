"""What uploads and downloads share: deadlines, pauses between tries, and how the bucket refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sonube.answers import error_in
from sonube.errors import SonubeError

if TYPE_CHECKING:
    import requests

TIMEOUT_S = (10, 60)
# With pauses of up to 8 s this is about two minutes without the bucket.
ATTEMPTS = 18


def pause(attempt: int) -> float:
    """Seconds to wait before the next try."""
    return float(min(8.0, 0.5 * 2**attempt))


def refused_transfer(what: str, answer: requests.Response) -> SonubeError:
    """The error in an answer of the bucket, or of the service in front of it."""
    if "problem+json" in answer.headers.get("Content-Type", ""):
        return error_in(answer)
    reason = re.search(r"<Code>(\w+)</Code>", answer.text)
    said = reason[1] if reason else answer.text[:300] or answer.reason
    message = f"The bucket refused the {what} ({answer.status_code} {said})."
    return SonubeError(f"{what}_refused", message, answer.status_code)
