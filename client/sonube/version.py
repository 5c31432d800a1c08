"""The version of the package, which is that of the API (a test holds them equal)."""

from __future__ import annotations

VERSION = "1.0.0"
