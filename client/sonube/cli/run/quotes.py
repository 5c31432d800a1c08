"""`sonube convert --quote`: what the files of a run would cost."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import click

from sonube.errors import InvalidRequest, one_line
from sonube.naming import one_line_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sonube.cli.run.items import Item
    from sonube.cli.run.request import ConversionRequest
    from sonube.client import Sonube
    from sonube.quotes import Quote


def print_quotes(
    service: Sonube, items: Sequence[Item], request: ConversionRequest, parallel: int, *, as_json: bool
) -> None:
    """Print the quote of each file, and the sum.

    Raises:
        click.UsageError: the service refuses a format, preset or option.
        SonubeError: the service did not answer, or refuses a file.
        OSError: a file cannot be read.
    """

    def quoted(item: Item) -> Quote:
        with item.open() as source:
            return service.quote(source, **request.asked())

    with ThreadPoolExecutor(parallel) as pool:
        try:
            quotes = list(pool.map(quoted, items))
        except InvalidRequest as error:
            raise click.UsageError(one_line(error)) from error
    for item, quote in zip(items, quotes, strict=True):
        name = str(item.file)
        if as_json:
            click.echo(json.dumps({"file": name, **quote.raw}))
            continue
        warning = f"  {quote.error}" if quote.error else "  in the queue" if quote.queue == "long" else ""
        click.echo(f"{_usd([quote])}  {one_line_of(name)}{warning}")
    if not as_json:
        number = "1 file" if len(items) == 1 else f"{len(items)} files"
        click.echo(f"{_usd(quotes)}  {number}; nothing was converted.")


def _usd(quotes: Sequence[Quote]) -> str:
    """The sum; "at most" if a duration is not known."""
    known = [quote.cost_usd for quote in quotes if quote.cost_usd is not None]
    if len(known) == len(quotes):
        return f"{sum(known):.4f} USD"
    return f"at most {sum(quote.most_cost_usd for quote in quotes):.4f} USD"
