"""Which Firestore the functions use: that of the environment, such as Google's emulator, or localcloud's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

GRPC, JSON = "FIRESTORE_EMULATOR_HOST", "FIRESTORE_REST_EMULATOR_HOST"


def firestore_hosts(outside: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """Both variables, for one and the same Firestore.

    A shell that has read this localcloud's `env` file sets them, too, and means ours by that.

    Args:
        outside: the environment that localcloud was started in.
        own: both variables, for localcloud's own.
    """
    grpc = outside.get(GRPC, own[GRPC])
    if grpc == own[GRPC]:
        return dict(own)
    # Google's emulator answers both on one port.
    json = outside.get(JSON, grpc)
    return {GRPC: grpc, JSON: grpc if json == own[JSON] else json}
