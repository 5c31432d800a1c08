"""Parses JSON files as messages of the Google Cloud SDK, and reports fields that Google's APIs do not know.

Run by the SDK's Python. Standard input: a JSON list of [api, version, message, JSON text]. Standard output: a
JSON list with the error of each, null if there is none.
"""

from __future__ import annotations

import json
import sys


def error_of(api: str, version: str, name: str, text: str) -> str | None:
    """Unknown fields, or fields of the wrong type; None if the message is valid."""
    from apitools.base.py import encoding  # type: ignore[import-not-found]  # noqa: PLC0415  # the SDK's own
    from googlecloudsdk.api_lib.util import apis  # type: ignore[import-not-found]  # noqa: PLC0415  # as above

    try:
        message = encoding.JsonToMessage(getattr(apis.GetMessagesModule(api, version), name), text)
    except Exception as refusal:  # noqa: BLE001  # any error of the SDK is a refusal
        return f"{type(refusal).__name__}: {refusal}"
    unknown = [
        ".".join(str(edge.field) for edge in edges) + f".{field}"
        for edges, fields in encoding.UnrecognizedFieldIter(message)
        for field in fields
    ]
    return f"unknown: {', '.join(unknown)}" if unknown else None


if __name__ == "__main__":
    json.dump([error_of(*question) for question in json.load(sys.stdin)], sys.stdout)
