"""Parses and checks the URL of a webhook, before DNS.

Strict on purpose: what parsers could read differently is refused, such as short, octal, decimal and
hexadecimal forms of IP addresses, user names and backslashes.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.domain.errors import InvalidField
from shared.domain.webhook import MAX_URL_CHARACTERS
from shared.webhooks.addresses import is_loopback, is_public

HTTPS_PORT, HTTP_PORT = 443, 80
# Lower ports belong to other protocols, such as mail.
FIRST_FREE_PORT = 1024
_PRINTABLE = re.compile(r"[!-~]+")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
# Names for internal hosts: RFC 6761, RFC 6762, RFC 8375, ICANN's .internal, Google's metadata server.
_INTERNAL = frozenset(
    {"localhost", "local", "internal", "intranet", "lan", "corp", "home", "arpa", "test", "invalid"}
)


@dataclass(frozen=True, slots=True)
class Target:
    """The parts of a URL.

    Attributes:
        host: DNS name in lower case, or IP address without brackets.
        path: with the query, as given.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_literal(self) -> bool:
        """Whether the host is an IP address, which needs no DNS."""
        return _address(self.host) is not None

    @property
    def host_header(self) -> str:
        """The Host header: IPv6 in brackets, and the port unless it is the scheme's default."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = HTTPS_PORT if self.scheme == "https" else HTTP_PORT
        return host if self.port == default else f"{host}:{self.port}"


def parse_target(url: str, *, allow_loopback: bool = False, field: str = "url") -> Target:
    """Parse a URL that may be called.

    Args:
        url: from the user.
        allow_loopback: also allow http and loopback addresses; for local development only.
        field: named in the error.

    Raises:
        InvalidField: the URL must not be called; the message says why.
    """
    if not _PRINTABLE.fullmatch(url) or "\\" in url or len(url) > MAX_URL_CHARACTERS:
        raise _refused(
            f"of at most {MAX_URL_CHARACTERS} printable ASCII characters, without spaces and backslashes",
            field,
        )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _refused("such as https://example.com/hook", field) from error
    if "@" in parts.netloc or "#" in url:
        raise _refused("without a user name or a fragment", field)
    local = allow_loopback and (host == "localhost" or is_loopback(host))
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise _refused("that starts with https://", field)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(parts.scheme, host, port if port is not None else _default_port(parts.scheme), path)
    if not local:
        _check_public(target, parts.netloc, field)
    return target


def _default_port(scheme: str) -> int:
    return HTTPS_PORT if scheme == "https" else HTTP_PORT


def _check_public(target: Target, netloc: str, field: str) -> None:
    if target.port != HTTPS_PORT and target.port < FIRST_FREE_PORT:
        raise _refused(f"on port {HTTPS_PORT}, {FIRST_FREE_PORT} or higher", field)
    if netloc.startswith("[") != (":" in target.host):
        raise _refused("whose host is a name or an IP address", field)
    if target.is_literal:
        if not is_public(target.host):
            raise _refused("whose IP address is public", field)
    elif not _is_public_name(target.host):
        raise _refused("whose host is a fully qualified public name", field)


def _is_public_name(host: str) -> bool:
    labels = host.split(".")
    # Resolvers read a name whose last label starts with a digit as a number: 127.1, 0x7f.1, 2130706433.
    return (
        len(host) <= 253  # noqa: PLR2004  # RFC 1035
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1][0].isdigit()
        and labels[-1] not in _INTERNAL
    )


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _refused(expected: str, field: str) -> InvalidField:
    return InvalidField(f"{field} must be a URL {expected}.", field=field)
