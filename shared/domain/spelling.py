"""Converts names between snake_case in code and lowerCamelCase in JSON and documents."""

from __future__ import annotations

from functools import cache


@cache  # there are few field names; a list of twenty tasks converts two thousand
def camel(name: str) -> str:
    """`bit_rate_kbps` → `bitRateKbps`."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def snake(name: str) -> str:
    """`bitRateKbps` → `bit_rate_kbps`."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
