"""One public report: what it says, a file like the reporter's, and the right answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.reports.outcome import Result


# Builds the bytes of the upload; called once for each test.
Source: TypeAlias = "Callable[[], bytes]"


@dataclass(frozen=True, slots=True)
class Refused:
    """The task fails.

    Attributes:
        code: of the error.
        says: part of its message or its hint.
    """

    code: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Converted:
    """The task is processed. What is None is not compared.

    Attributes:
        seconds: length of the output.
        within_s: by which the length may differ: nothing but rounding, unless the codec or the case needs it.
        rate_hz, channels: of the output.
        peak_dbfs: highest sample that entered the encoder.
        within_db: by which the peak may differ.
        tags: that the output has, among others; those that it must not have are None.
        chapters: how many the output has.
        has_cover: whether the output has a picture.
        notes: codes of all notes; without any, everything of the source is in the output.
        also: a further assertion about the result.
    """

    seconds: float | None = None
    within_s: float = 0.0005
    rate_hz: int | None = None
    channels: int | None = None
    peak_dbfs: float | None = None
    within_db: float = 0.1
    tags: Mapping[str, str | None] = field(default_factory=dict)
    chapters: int | None = None
    has_cover: bool | None = None
    notes: Sequence[str] = ()
    also: Callable[[Result], None] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A case of the corpus.

    Attributes:
        reported: one sentence of our own.
        seen: repository and number of each report, such as `xiph/flac 487`.
        answer: what we do; the page of reports shows it.
        source: a file like the reporter's.
        expected: how its task ends.
        to: format of the output.
        options: of the output, by their names in JSON.
        is_wide: whether it is too long for every run.
    """

    reported: str
    seen: Sequence[str]
    answer: str
    source: Source
    expected: Converted | Refused
    to: str = "wav"
    options: Mapping[str, object] = field(default_factory=dict)
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A report that other tests hold.

    Attributes:
        reported, seen, answer: as in `Report`.
        test: file and name of the test, as pytest writes it.
    """

    reported: str
    seen: Sequence[str]
    answer: str
    test: str
