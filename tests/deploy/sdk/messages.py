"""Reads JSON files as the Google Cloud SDK's own messages, and says what Google's APIs would not know.

Run by the SDK's Python. Standard input: a JSON list of [api, version, message, JSON text]. Standard output: a
JSON list of what is wrong with each, null where nothing is.
"""

from __future__ import annotations

import json
import sys


def complaint(api: str, version: str, name: str, text: str) -> str | None:
    """What the message does not have, or holds another kind of value for; None if it takes all."""
    from apitools.base.py import encoding  # type: ignore[import-not-found]  # noqa: PLC0415  # the SDK's own
    from googlecloudsdk.api_lib.util import apis  # type: ignore[import-not-found]  # noqa: PLC0415  # as above

    try:
        message = encoding.JsonToMessage(getattr(apis.GetMessagesModule(api, version), name), text)
    except Exception as refusal:  # noqa: BLE001  # whatever the SDK raises is its answer
        return f"{type(refusal).__name__}: {refusal}"
    unknown = [
        ".".join(str(edge.field) for edge in edges) + f".{field}"
        for edges, fields in encoding.UnrecognizedFieldIter(message)
        for field in fields
    ]
    return f"unknown: {', '.join(unknown)}" if unknown else None


if __name__ == "__main__":
    json.dump([complaint(*question) for question in json.load(sys.stdin)], sys.stdout)
