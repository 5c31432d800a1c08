"""Published specifications of loudness: a table by name, and the verdict on an output."""

from shared.domain.specs.table import SPECS, Spec

__all__ = ("SPECS", "Spec")
