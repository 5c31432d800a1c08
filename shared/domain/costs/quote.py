"""What a conversion will cost, from what is known before it: for quotes, `maxCostUsd` and reservations."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shared.domain.costs.prediction import predict
from shared.domain.costs.sizes import predict_sizes

if TYPE_CHECKING:
    from shared.domain.costs.prices import Cost, Prices
    from shared.domain.files import Output
    from shared.domain.media import Probe


class Quote(NamedTuple):
    """What is expected of one task.

    Attributes:
        usual_s, most_s: seconds for which an instance is busy (see `Prediction`).
        usual_bytes, most_bytes: of all outputs together.
        usual: cost of the task, kept to its end and with each output fetched once.
        most: the same, on a slow machine, with the largest outputs.
    """

    usual_s: float
    most_s: float
    usual_bytes: int
    most_bytes: int
    usual: Cost
    most: Cost


def quote(prices: Prices, source: Probe, size_bytes: int, outputs: tuple[Output, ...], days: float) -> Quote:
    """Return what converting the source once will cost.

    Args:
        prices: the table.
        source: what the probe found, or what the client says of the file.
        size_bytes: of the source.
        outputs: that are requested.
        days: for which source and outputs are kept.
    """
    time, sizes, number = (
        predict(source, size_bytes, outputs),
        predict_sizes(source, size_bytes, outputs),
        len(outputs),
    )
    return Quote(
        time.usual_s,
        time.most_s,
        sizes.usual,
        sizes.most,
        prices.task(time.usual_s, size_bytes, sizes.usual, number, days),
        prices.task(time.most_s, size_bytes, sizes.most, number, days),
    )
