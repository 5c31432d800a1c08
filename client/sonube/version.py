"""The version, one for package, client and API: a test holds them equal."""

from __future__ import annotations

VERSION = "1.0.0"
