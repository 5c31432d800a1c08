"""Page tokens: the position after a task in a query that is ordered by a time and then by id."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

from shared.domain.names import TASK_ID


def encode_token(moment: datetime, task_id: str) -> str:
    """A token of URL-safe characters."""
    pair = [moment.isoformat(), task_id]
    return base64.urlsafe_b64encode(json.dumps(pair, separators=(",", ":")).encode()).decode()


def decode_token(token: str) -> tuple[datetime, str]:
    """The time and the id.

    Raises:
        ValueError: the token is not one of ours.
    """
    try:
        moment, task_id = json.loads(base64.urlsafe_b64decode(token.encode()))
        position = datetime.fromisoformat(moment).astimezone(UTC), task_id
        is_ours = TASK_ID.fullmatch(task_id) is not None
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError(token) from error
    if not is_ours:
        raise ValueError(token)
    return position
