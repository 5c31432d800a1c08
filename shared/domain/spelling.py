"""The two spellings of a name: snake_case in code, lowerCamelCase in JSON and in documents."""

from __future__ import annotations

from functools import cache


@cache  # of field names only, which are few; a list of twenty tasks asks for two thousand
def camel(name: str) -> str:
    """`bit_rate_kbps` → `bitRateKbps`."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def snake(name: str) -> str:
    """`bitRateKbps` → `bit_rate_kbps`."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
