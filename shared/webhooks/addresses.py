"""Tells public IP addresses from internal and special-purpose ones."""

from __future__ import annotations

import ipaddress

# IANA's registries of special-purpose addresses (RFC 6890 and its successors) and multicast (RFC 5771).
_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, the metadata server among them
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
)
_V4_LOOPBACK = ipaddress.IPv4Network("127.0.0.0/8")
_V6_LOOPBACK = ipaddress.IPv6Address("::1")
# Excludes loopback, mapped and compatible IPv4, NAT64 (64:ff9b::/96 and 64:ff9b:1::/48), unique local,
# link-local, site-local and multicast.
_V6_UNICAST = ipaddress.IPv6Network("2000::/3")
_V6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # Teredo, ORCHID, benchmarking
        "2001:db8::/32",
        "2002::/16",  # 6to4: embeds an IPv4 address, perhaps a private one
        "2620:4f:8000::/48",
        "3fff::/20",
        "3ffe::/16",  # the former 6bone
    )
)


def is_public(text: str) -> bool:
    """Whether this is a public IP address; False if it is not an IP address."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _V4)
    if address.scope_id is not None or address not in _V6_UNICAST:
        return False
    return not any(address in network for network in _V6)


def is_loopback(text: str) -> bool:
    """Whether this is a loopback address in its plain form."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return address in _V4_LOOPBACK if address.version == 4 else address == _V6_LOOPBACK  # noqa: PLR2004  # of IP
