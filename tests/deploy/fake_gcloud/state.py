"""The Google Cloud that the stand-in for gcloud keeps: what exists, refusals as Google's, and `--format`.

Descriptions have the shape of the services' own JSON.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NUMBER = "123456789012"
PROJECT = "my-project"


class Refused(Exception):
    """What the service answers instead."""


@dataclass
class Words:
    """A command line: its positional words, and flags with their values in order."""

    positional: list[str] = field(default_factory=list)
    flags: dict[str, list[str]] = field(default_factory=dict)
    directory: Path = Path()

    @classmethod
    def parse(cls, arguments: list[str], directory: Path) -> Words:
        """Flags are written as --name=value throughout; files are named from `directory`."""
        words = cls(directory=directory)
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

    def file(self, name: str) -> Any:
        """The JSON in the file that a flag names."""
        return json.loads((self.directory / self.one(name)).read_text())


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
