"""A task as the API returns it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sonube.errors import ConversionFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FINAL = frozenset({"PROCESSED", "FAILED", "CANCELLED", "EXPIRED"})
STATES = ("WAITING", "UPLOADED", "CONVERTING", *sorted(FINAL))


@dataclass(frozen=True, slots=True)
class Output:
    """One result. `url` is set once the task is processed, and expires after some minutes."""

    format: str
    filename: str
    size_bytes: int | None
    duration_s: float | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the conversion could not keep as it was.

    Attributes:
        message: a sentence with the figures.
        figures: by the code; their names end in their unit.
        output: index of the output that it concerns; None if it concerns the source.
    """

    code: str
    message: str
    figures: Mapping[str, Any]
    output: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a result meets the specification that was requested.

    Attributes:
        output: index of the result.
        spec: title of the specification.
        meets: None if nothing fails and something was not measured.
        missed: a sentence for each item that is not met.
    """

    output: int
    spec: str
    meets: bool | None
    missed: tuple[str, ...]

    @property
    def message(self) -> str:
        """A sentence."""
        if self.meets:
            return f"meets {self.spec}"
        return f"{self.spec}: " + (" ".join(self.missed) or "not all was measured")


@dataclass(frozen=True, slots=True)
class Task:
    """One conversion. Without notes, nothing of the source is missing in a result."""

    id: str
    filename: str
    state: str
    progress: float
    created_at: str
    outputs: tuple[Output, ...]
    notes: tuple[Note, ...]
    verdicts: tuple[Verdict, ...]
    error: ConversionFailed | None
    raw: Mapping[str, Any]

    @property
    def size_bytes(self) -> int:
        """Of all outputs together, and at least 1."""
        return max(1, sum(output.size_bytes or 0 for output in self.outputs))

    @property
    def is_final(self) -> bool:
        """Whether the task has ended."""
        return self.state in FINAL


def parse_task(raw: Mapping[str, Any]) -> Task:
    """Parse the JSON of the API."""
    error = raw.get("error")
    return Task(
        id=raw["id"],
        filename=raw["filename"],
        state=raw["state"],
        progress=float(raw["progress"]),
        created_at=raw["createdAt"],
        outputs=tuple(_output(entry) for entry in raw["outputs"]),
        notes=tuple(_note(entry) for entry in raw.get("notes", ())),
        verdicts=tuple(_verdicts(raw["outputs"])),
        error=ConversionFailed(error["code"], error["message"], hint=error.get("hint", ""))
        if error
        else None,
        raw=raw,
    )


def _output(raw: Mapping[str, Any]) -> Output:
    link = raw.get("download") or {}
    return Output(raw["format"], raw["filename"], raw.get("sizeBytes"), raw.get("durationS"), link.get("url"))


def _verdicts(outputs: Sequence[Mapping[str, Any]]) -> Iterator[Verdict]:
    for number, output in enumerate(outputs):
        for raw in output.get("verdicts", ()):
            if raw["spec"] == output["options"].get("spec"):
                missed = tuple(item["message"] for item in raw["items"] if item["meets"] is False)
                yield Verdict(number, raw["title"], raw["meets"], missed)


def _note(raw: Mapping[str, Any]) -> Note:
    return Note(raw["code"], raw["message"], raw["figures"], raw["output"])
