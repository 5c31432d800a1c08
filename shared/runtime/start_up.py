"""The end of a cold start, for which each `main.py` turns the search for garbage off.

Importing makes hardly any garbage, and looking for it costs a fifth of the time.
"""

from __future__ import annotations

import gc
from functools import cache


@cache
def end_start() -> None:
    """What was imported stays for good, and garbage is collected from now on; once is enough."""
    gc.freeze()
    gc.enable()
