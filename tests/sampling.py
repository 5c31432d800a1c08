"""Many combinations as parameters: a sample in `make test`, the rest in `make test-wide`."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from _pytest.mark import ParameterSet

# Combinations in a sample.
MOST = 5


def crossed(*dimensions: Sequence[object]) -> list[ParameterSet]:
    """Every combination of the dimensions' values; the sample has each value of short dimensions.

    Its nth combination has the nth value of each of these, which begin again at their ends. Of long
    dimensions, it has every second value, or every third.
    """
    longest = max(len(values) for values in dimensions)
    step = math.ceil(longest / MOST)
    sample = {
        tuple((n if len(values) <= MOST else n * step) % len(values) for values in dimensions)
        for n in range(math.ceil(longest / step))
    }
    return [
        _parameter(
            [values[n] for values, n in zip(dimensions, places, strict=True)], is_wide=places not in sample
        )
        for places in itertools.product(*(range(len(values)) for values in dimensions))
    ]


def chosen(values: Iterable[object], sample: Container[object]) -> list[ParameterSet]:
    """Every value; those outside the sample are wide."""
    return [_parameter([value], is_wide=value not in sample) for value in values]


def _parameter(values: Sequence[object], *, is_wide: bool) -> ParameterSet:
    marks = [pytest.mark.wide] if is_wide else []
    return pytest.param(*values, marks=marks, id="-".join(map(_name, values)))


def _name(value: object) -> str:
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)
