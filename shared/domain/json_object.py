"""JSON objects, parsed strictly: what parsers could read differently is refused."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from shared.domain.errors import MalformedBody

if TYPE_CHECKING:
    from collections.abc import Iterable

# Far more than any request has; Python's own limit depends on its version.
_MAX_LEVELS = 64


def parse_object(raw: bytes) -> dict[str, Any]:
    """The object in these bytes. Raises MalformedBody."""
    try:
        value = json.loads(raw.decode(), object_pairs_hook=_unique, parse_float=_number, parse_constant=_no)
        _check_levels(value)
        # Python accepts an escaped lone surrogate, but cannot encode it later.
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeError as error:
        raise MalformedBody("The body is not valid UTF-8, or contains half of a surrogate pair.") from error
    except (ValueError, RecursionError) as error:
        raise MalformedBody(f"The body is not valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise MalformedBody("The body must be a JSON object.")
    return value


def _check_levels(value: object) -> None:
    level = [value]
    for _ in range(_MAX_LEVELS):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return
    raise ValueError(f"it is nested more than {_MAX_LEVELS} levels deep")


def _children(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has the same name twice")
    return found


def _number(text: str) -> float:
    """2.0 and 2e0 are integers, as in JavaScript, up to where a double is exact."""
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"the number {text[:40]} is too large")
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _no(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")
