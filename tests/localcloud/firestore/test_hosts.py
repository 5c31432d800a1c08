"""Both addresses of Firestore are always those of the same one."""

from __future__ import annotations

from localcloud.firestore.hosts import GRPC, JSON, firestore_hosts

OWN = {GRPC: "127.0.0.1:1001", JSON: "127.0.0.1:1002"}
GOOGLE = {GRPC: "127.0.0.1:8080"}
ANOTHER = {GRPC: "127.0.0.1:2001", JSON: "127.0.0.1:2002"}


def test_without_variables_our_firestore_is_used() -> None:
    assert firestore_hosts({}, OWN) == OWN


def test_our_env_file_selects_our_firestore() -> None:
    assert firestore_hosts(OWN, OWN) == OWN


def test_googles_emulator_is_used_on_its_single_port() -> None:
    both = {GRPC: GOOGLE[GRPC], JSON: GOOGLE[GRPC]}

    assert firestore_hosts(GOOGLE, OWN) == both
    assert firestore_hosts(OWN | GOOGLE, OWN) == both


def test_another_localcloud_is_used_on_both_of_its_ports() -> None:
    assert firestore_hosts(ANOTHER, OWN) == ANOTHER
