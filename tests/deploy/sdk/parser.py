"""Checks commands by the Google Cloud SDK's own argument parser, without running them.

Run by the SDK's Python. Standard input: a JSON list of argument lists, each without its `gcloud`.
Standard output: a JSON list with the error of each, null if it is valid.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
from typing import Any, NoReturn


class _Refused(Exception):
    """Raised by the parser instead of exiting."""


def _refuse(self: Any, status: int = 0, message: str = "", exception: Any = None) -> NoReturn:  # noqa: ARG001  # SDK
    raise _Refused(str(exception or message))


def _find_resources(concepts: Any) -> None:  # the SDK has no types
    """Resolve every resource as the command would: this reports a missing --region."""
    for concept in concepts._all_concepts if concepts else ():
        try:
            getattr(concepts, concept["name"]).Parse()
        except Exception as error:
            missing = re.search(r"parsing \[([\w-]+)\].*attribute \[([\w-]+)\]", str(error), re.DOTALL)
            # A resource may be absent as a whole; an error is the missing name of a parent.
            if concept["required"] and missing and missing[1] != missing[2]:
                raise


def error_of(parser: Any, argv: list[str]) -> str | None:  # the SDK has no types
    """The error of a command; None if it is valid."""
    try:
        with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
            _find_resources(parser.parse_args(argv).CONCEPTS)
    except (Exception, SystemExit) as refusal:  # noqa: BLE001  # any error of the SDK is a refusal
        return f"{type(refusal).__name__}: {refusal}".partition("Usage:")[0].strip()
    return None


def main() -> None:
    """Check every command."""
    from googlecloudsdk import gcloud_main  # type: ignore[import-not-found]  # noqa: PLC0415  # the SDK's own
    from googlecloudsdk.calliope import parser_extensions  # type: ignore[import-not-found]  # noqa: PLC0415

    parser_extensions.ArgumentParser.exit = _refuse
    parser_extensions.log.error = lambda *_, **__: None
    parser = gcloud_main.CreateCLI([])._TopElement()._parser
    json.dump([error_of(parser, argv) for argv in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
