"""A JSON object, read strictly: every reader reads the same, or it is refused."""

from __future__ import annotations

import json
import math
from typing import Any

from shared.domain.errors import MalformedBody


def parse_object(raw: bytes) -> dict[str, Any]:
    """As `json_object`, from bytes."""
    try:
        value = json.loads(raw.decode(), object_pairs_hook=_unique, parse_float=_number, parse_constant=_no)
        # An escaped lone surrogate is a string to Python, and a failure to whoever encodes it later.
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeError as error:
        raise MalformedBody("The body is not UTF-8, or holds half of a surrogate pair.") from error
    except (ValueError, RecursionError) as error:
        raise MalformedBody(f"The body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise MalformedBody("The body must be a JSON object.")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object holds the same name twice")
    return found


def _number(text: str) -> float:
    """JSON knows one kind of number: what is written 2.0 or 2e0 is whole, up to where readers differ."""
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"{text[:40]} is beyond all bounds")
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _no(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")
