"""The state of the fake Google Cloud: resources in the services' own JSON, errors, and `--format`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NUMBER = "123456789012"
PROJECT = "my-project"


class GoogleError(Exception):
    """An error of the service."""


@dataclass
class Arguments:
    """A command line: positional arguments, and flags with their values in order."""

    program: str = "gcloud"
    positional: list[str] = field(default_factory=list)
    flags: dict[str, list[str]] = field(default_factory=dict)
    directory: Path = Path()

    @classmethod
    def parse(cls, program: str, arguments: list[str], directory: Path) -> Arguments:
        """Flags have the form --name=value; file names are relative to `directory`."""
        parsed = cls(program, directory=directory)
        for argument in arguments:
            if argument.startswith("--"):
                name, _, value = argument[2:].partition("=")
                parsed.flags.setdefault(name, []).append(value)
            else:
                parsed.positional.append(argument)
        return parsed

    def one(self, name: str, default: str = "") -> str:
        """The last value of a flag."""
        return self.flags.get(name, [default])[-1]

    def file(self, name: str) -> Any:
        """The JSON in the file that a flag names."""
        return json.loads((self.directory / self.one(name)).read_text())


@dataclass
class Cloud:
    """Resources: kind → name → the service's JSON."""

    resources: dict[str, dict[str, Any]]

    @property
    def now_s(self) -> float:
        """Seconds that the script has slept."""
        return float(self.kind("times").get("now", 0))

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.kind("times")["now"] = self.now_s + seconds

    def create(self, kind: str, name: str, body: dict[str, Any]) -> Any:
        """Raise GoogleError if it exists, as the services do."""
        if name in self.kind(kind):
            raise GoogleError(f"ALREADY_EXISTS: {kind} {name} already exists")
        self.kind(kind)[name] = body
        return body

    def get(self, kind: str, name: str) -> Any:
        """Raise GoogleError if it does not exist."""
        if name not in self.kind(kind):
            raise GoogleError(f"NOT_FOUND: {kind} {name} was not found")
        return self.kind(kind)[name]

    def kind(self, kind: str) -> dict[str, Any]:
        """All resources of a kind."""
        return self.resources.setdefault(kind, {})

    def bind(self, scope: str, words: Arguments) -> Any:
        """Add a grant. Raise GoogleError if it exists: deploy.sh must not grant twice."""
        binding = [words.one("role"), words.one("member")]
        bindings = self.kind("policies").setdefault(scope, [])
        if binding in bindings:
            raise GoogleError(f"ALREADY_EXISTS: {binding} on {scope}")
        bindings.append(binding)
        self.kind("times").setdefault(" ".join(binding), self.now_s)
        return {}


def value(resource: Any, paths: str) -> str:
    """`--format=value(a.b,c)`: tab-separated, empty for missing values, booleans as in Python."""
    found = []
    for path in paths.split(","):
        here = resource
        for key in path.strip('"').split("."):
            here = here.get(key, "") if isinstance(here, dict) else ""
        found.append(";".join(f"{k}={v}" for k, v in here.items()) if isinstance(here, dict) else str(here))
    return "\t".join(found)


def shown(answer: Any, form: str) -> str:
    """The result in the requested `--format`."""
    if form == "json":
        return json.dumps(answer)
    if not form.startswith("value("):
        return json.dumps(answer) if form else ""
    rows = answer if isinstance(answer, list) else [answer]
    return "\n".join(value(row, form[6:-1]) for row in rows)
