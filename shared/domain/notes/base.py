"""The base of all notes, and what a task records of one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, ClassVar

from shared.domain.spelling import camel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# In a sentence.
_MAX_NAMED = 8
# A file chooses the names of its tags.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
# A value in JSON.
Figure = int | float | str | list[str] | None


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was.

    Attributes:
        code: stable identifier, snake_case.
        title: one line, the same for every occurrence.
        of_output: whether it concerns one output; otherwise the source, and so all outputs.
    """

    code: ClassVar[str]
    title: ClassVar[str]
    of_output: ClassVar[bool] = False

    @property
    def message(self) -> str:
        """A sentence with the figures."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Note:
    """A finding as the task records it.

    Attributes:
        figures: of the finding, by their names in JSON.
        output: number of the output that it concerns, from 0; None where it concerns the source.
    """

    code: str
    message: str
    figures: Mapping[str, Figure] = field(default_factory=dict)
    output: int | None = None

    def as_json(self) -> dict[str, object]:
        """The note as clients see it."""
        figures = dict(self.figures)
        return {"code": self.code, "message": self.message, "output": self.output, "figures": figures}

    @classmethod
    def of(cls, finding: Finding, output: int | None = None) -> Note:
        """The note for a finding."""
        figures = {camel(entry.name): _plain(getattr(finding, entry.name)) for entry in fields(finding)}
        return cls(finding.code, finding.message, figures, output)


def figure(description: str) -> dict[str, str]:
    """Metadata of a finding's field: what the figure is."""
    return {"description": description}


def count(number: int, what: str) -> str:
    """`1 gap`, `2 gaps`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def named(names: Sequence[str]) -> str:
    """`title, artist`, and how many more there are than fit into a sentence."""
    more = f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
    return f"{', '.join(_CONTROLS.sub(' ', name) for name in names[:_MAX_NAMED])}{more}"


def _plain(value: object) -> Figure:
    if isinstance(value, float):
        return round(value, 3)
    assert value is None or isinstance(value, int | str | tuple)  # noqa: S101  # see the fields above
    return list(value) if isinstance(value, tuple) else value
