"""The end of a cold start, during which each `main.py` disables garbage collection.

Imports create hardly any garbage, and collecting it takes a fifth of the time.
"""

from __future__ import annotations

import gc
from functools import cache


@cache
def end_start() -> None:
    """Exempt the imported modules from garbage collection, and enable it. Idempotent."""
    gc.freeze()
    gc.enable()
