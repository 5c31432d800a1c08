"""A function on our worker, with four threads; ARRIVAL_S in the environment is its patience."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import functions_framework

from shared.web import worker
from shared.web.json_body import discard_rest

if TYPE_CHECKING:
    from flask import Request

worker.ARRIVAL_S = worker.LINGER_S = float(os.environ["ARRIVAL_S"])
worker.use_collecting_worker()


@functions_framework.http
def echo(request: Request) -> bytes:
    """The body of a small request; that of a large one is not read, as our functions do."""
    if (request.content_length or 0) <= worker.READ_BYTES:
        return request.get_data()
    discard_rest(request)
    return b"large"
