"""Asks the Google Cloud SDK's own argument parser about commands, and runs none of them.

Run by the SDK's Python. Standard input: a JSON list of argument lists, each without its `gcloud`.
Standard output: a JSON list of what the parser says of each, null where it takes it.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
from typing import Any, NoReturn


class _Refused(Exception):
    """The parser's way to end, without its exit."""


def _refuse(self: Any, status: int = 0, message: str = "", exception: Any = None) -> NoReturn:  # noqa: ARG001  # SDK
    raise _Refused(str(exception or message))


def _find_resources(concepts: Any) -> None:  # the SDK has no types
    """Find every resource as the command itself would: this is where a missing --region shows."""
    for concept in concepts._all_concepts if concepts else ():
        try:
            getattr(concepts, concept["name"]).Parse()
        except Exception as error:
            missing = re.search(r"parsing \[([\w-]+)\].*attribute \[([\w-]+)\]", str(error), re.DOTALL)
            # A resource of which nothing is given may be left out; it is a parent's name that is forgotten.
            if concept["required"] and missing and missing[1] != missing[2]:
                raise


def complaint(parser: Any, argv: list[str]) -> str | None:  # the SDK has no types
    """What the parser says against a command; None if it takes it."""
    try:
        with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
            _find_resources(parser.parse_args(argv).CONCEPTS)
    except (Exception, SystemExit) as refusal:  # noqa: BLE001  # what the SDK raises is its answer
        return f"{type(refusal).__name__}: {refusal}".partition("Usage:")[0].strip()
    return None


def main() -> None:
    """Answer for every command."""
    from googlecloudsdk import gcloud_main  # type: ignore[import-not-found]  # noqa: PLC0415  # the SDK's own
    from googlecloudsdk.calliope import parser_extensions  # type: ignore[import-not-found]  # noqa: PLC0415

    parser_extensions.ArgumentParser.exit = _refuse
    parser_extensions.log.error = lambda *_, **__: None
    parser = gcloud_main.CreateCLI([])._TopElement()._parser
    json.dump([complaint(parser, argv) for argv in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
