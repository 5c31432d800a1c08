"""What the files of a run are converted to: formats, preset and options of the command line."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sonube.client import Sonube

# 1:30, 01:02:03.5
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,3}):(\d{1,2}(?:\.\d+)?)")
_SIXTY = 60


@dataclass(frozen=True, slots=True)
class ConversionRequest:
    """What to convert the files of a run to.

    Attributes:
        to: formats; with several, the options apply to each.
        resumed: with --resume, name and extension of each format: a file whose results exist is skipped.
            Else None.
    """

    to: Sequence[str] = ()
    preset: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    overwrite: bool = False
    resumed: Sequence[tuple[str, str]] | None = None

    def asked(self) -> dict[str, Any]:
        """The arguments of `Sonube.create`."""
        common = {"preset": self.preset, "options": dict(self.options)}
        if len(self.to) > 1:
            given = {name: value for name, value in common.items() if value}
            return {"outputs": [{"format": form, **given} for form in self.to]}
        return {"to": self.to[0] if self.to else None, **common}


def known_forms(service: Sonube, to: Sequence[str], preset: str | None) -> list[tuple[str, str]]:
    """Name and extension of each format; unknown ones are left out, because the service will refuse them."""
    listed = service.formats()
    presets = {entry["name"]: entry["format"] for entry in listed["presets"]}
    extensions = {entry["name"]: entry["extension"] for entry in listed["formats"]}
    wanted = to or [presets.get(preset, "")]
    return [(form, extensions[form]) for form in wanted if form in extensions]


def options_of(pairs: Iterable[str]) -> dict[str, Any]:
    """`bitRateKbps=192` and `startS=1:30` → names and JSON values.

    Raises:
        click.BadParameter: a pair does not have this form.
    """
    return dict(_pair(pair) for pair in pairs)


def tags_of(pairs: Iterable[str]) -> dict[str, list[str]]:
    """`artist=Ana` → a field and its values; a name given twice has two, and `comment=` has none.

    Raises:
        click.BadParameter: a pair does not have this form.
    """
    tags: dict[str, list[str]] = {}
    for pair in pairs:
        name, value = _parts(pair, "--tag")
        tags.setdefault(name.lower(), []).extend([value] if value else [])
    return tags


def _parts(pair: str, option: str) -> tuple[str, str]:
    name, equals, value = pair.partition("=")
    if not equals or not name:
        raise click.BadParameter(f"{pair!r} does not have the form NAME=VALUE.", param_hint=option)
    return name, value


def _pair(text: str) -> tuple[str, Any]:
    name, value = _parts(text, "--option")
    if name.endswith("S") and ":" in value:
        return name, _seconds(value)
    try:
        return name, json.loads(value, parse_constant=str)
    except ValueError:
        return name, value


def _seconds(text: str) -> float:
    """Seconds of a time on a clock; in minutes and seconds, the minutes may exceed 59."""
    found = _CLOCK.fullmatch(text)
    hours, minutes, seconds = found.groups() if found else (None, "0", "60")
    if not found or float(seconds) >= _SIXTY or (hours and int(minutes) >= _SIXTY):
        message = (
            f"{text!r} is not a time. Give seconds, such as 90.5, or minutes and seconds, such as 1:30.5."
        )
        raise click.BadParameter(message, param_hint="--option")
    # Exactly what is written: 1:30.1 is not 90.10000000000001.
    return round(int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds), 6)
