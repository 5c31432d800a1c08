"""Stands in for gcloud and curl: keeps what exists in a file, refuses what Google would, records each call.

Called under either name by the scripts that `running.py` writes. A command that it does not know is an error,
so that a test fails rather than pass by accident. Descriptions have the shape of the services' own JSON.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HOME = Path(os.environ["STANDIN_HOME"])
NUMBER = "123456789012"
PROJECT = "my-project"


class Refused(Exception):
    """What the service answers instead."""


@dataclass
class Words:
    """A command line: its positional words, and flags with their values in order."""

    positional: list[str] = field(default_factory=list)
    flags: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def parse(cls, arguments: list[str]) -> Words:
        """Flags are written as --name=value throughout."""
        words = cls()
        for argument in arguments:
            if argument.startswith("--"):
                name, _, value = argument[2:].partition("=")
                words.flags.setdefault(name, []).append(value)
            else:
                words.positional.append(argument)
        return words

    def one(self, name: str, default: str = "") -> str:
        """A flag's only value."""
        return self.flags.get(name, [default])[-1]


@dataclass
class Cloud:
    """What exists: kind → name → the service's JSON."""

    things: dict[str, dict[str, Any]]

    def create(self, kind: str, name: str, body: dict[str, Any]) -> Any:
        """Refused if it exists, as the services do."""
        if name in self.kind(kind):
            raise Refused(f"ALREADY_EXISTS: {kind} {name} already exists")
        self.kind(kind)[name] = body
        return body

    def get(self, kind: str, name: str) -> Any:
        """Refused if there is none."""
        if name not in self.kind(kind):
            raise Refused(f"NOT_FOUND: {kind} {name} was not found")
        return self.kind(kind)[name]

    def kind(self, kind: str) -> dict[str, Any]:
        """All of a kind."""
        return self.things.setdefault(kind, {})

    def bind(self, scope: str, words: Words) -> Any:
        """A grant; one that exists already is a call that should not have been made."""
        binding = [words.one("role"), words.one("member")]
        bindings = self.kind("policies").setdefault(scope, [])
        if binding in bindings:
            raise Refused(f"ALREADY_EXISTS: {binding} on {scope}")
        bindings.append(binding)
        return {}


def value(resource: Any, paths: str) -> str:
    """`--format=value(a.b,c)`: tab-separated, empty where there is nothing, booleans as Python's."""
    found = []
    for path in paths.split(","):
        here = resource
        for key in path.strip('"').split("."):
            here = here.get(key, "") if isinstance(here, dict) else ""
        found.append(";".join(f"{k}={v}" for k, v in here.items()) if isinstance(here, dict) else str(here))
    return "\t".join(found)


def shown(answer: Any, form: str) -> str:
    """The answer as `--format` asks for it."""
    if form == "json":
        return json.dumps(answer)
    if not form.startswith("value("):
        return json.dumps(answer) if form else ""
    rows = answer if isinstance(answer, list) else [answer]
    return "\n".join(value(row, form[6:-1]) for row in rows)


def main(program: str, arguments: list[str]) -> int:
    """Record the call, answer it, keep what became of the cloud."""
    from tests.deploy.services import gcloud, rest  # noqa: PLC0415  # it needs what is above

    with (HOME / "calls").open("a") as calls:
        calls.write(json.dumps([program, *arguments]) + "\n")
    line = " ".join([program, *arguments])
    if (failing := os.environ.get("STANDIN_FAILS")) and failing in line:
        sys.stderr.write("ERROR: (gcloud) INTERNAL: it fails because the test says so\n")
        return 1
    place = HOME / "cloud.json"
    cloud = Cloud(json.loads(place.read_text()) if place.exists() else {})
    try:
        answer = gcloud(cloud, Words.parse(arguments)) if program == "gcloud" else rest(cloud, arguments)
    except Refused as error:
        sys.stderr.write(f"ERROR: (gcloud) {error}\n")
        return 1
    place.write_text(json.dumps(cloud.things, indent=1))
    form = Words.parse(arguments).one("format") if program == "gcloud" else "json"
    text = answer if isinstance(answer, str) else shown(answer, form)
    sys.stdout.write(text + "\n" if text else "")
    return 0
