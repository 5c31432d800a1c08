"""Cross-origin requests to the XML API, which answers by the bucket's `cors` setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def preflight_headers(rules: Sequence[Mapping[str, Any]], origin: str, method: str) -> dict[str, str]:
    """The answer to `OPTIONS`: what the first rule that fits allows; nothing if none does."""
    rule = _matching(rules, origin, method)
    if rule is None:
        return {}
    return {
        **_allowed_origin(rule, origin),
        "Access-Control-Allow-Methods": ",".join(rule.get("method", [])),
        "Access-Control-Allow-Headers": ",".join(rule.get("responseHeader", [])),
        "Access-Control-Max-Age": str(rule.get("maxAgeSeconds", 3600)),
    }


def response_headers(rules: Sequence[Mapping[str, Any]], origin: str, method: str) -> dict[str, str]:
    """The headers that let a page of `origin` read the answer to its own request."""
    rule = _matching(rules, origin, method)
    if rule is None:
        return {}
    return {
        **_allowed_origin(rule, origin),
        "Access-Control-Expose-Headers": ", ".join(rule.get("responseHeader", [])),
    }


def _matching(rules: Sequence[Mapping[str, Any]], origin: str, method: str) -> Mapping[str, Any] | None:
    for rule in rules:
        origins, methods = rule.get("origin", []), rule.get("method", [])
        if ("*" in origins or origin in origins) and ("*" in methods or method in methods):
            return rule
    return None


def _allowed_origin(rule: Mapping[str, Any], origin: str) -> dict[str, str]:
    if "*" in rule.get("origin", []):
        return {"Access-Control-Allow-Origin": "*"}
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
