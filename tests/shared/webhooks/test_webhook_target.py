"""URLs that a webhook must not have: each is refused before DNS."""

from __future__ import annotations

import pytest

from shared.domain.errors import InvalidField
from shared.webhooks.target import Target, parse_target

# Internal addresses in all spellings.
INSIDE = {
    "private": [
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://172.31.255.255/",
        "https://192.168.1.1/",
    ],
    "loopback": ["https://127.0.0.1/", "https://127.8.9.1/", "https://[::1]/", "https://localhost/"],
    "any": ["https://0.0.0.0/", "https://0/", "https://[::]/"],
    "link-local": ["https://169.254.1.1/", "https://[fe80::1]/", "https://[fe80::1%25eth0]/"],
    "metadata server": [
        "https://169.254.169.254/computeMetadata/v1/",
        "https://metadata.google.internal/computeMetadata/v1/",
        "https://metadata.google.internal./",
        "https://metadata/",
        "https://[fd20:ce::254]/",
    ],
    "carrier-grade NAT": ["https://100.64.0.1/", "https://100.127.255.254/"],
    "benchmarking, documentation": ["https://198.18.0.1/", "https://192.0.2.1/", "https://[2001:db8::1]/"],
    "multicast, reserved": ["https://224.0.0.1/", "https://255.255.255.255/", "https://[ff02::1]/"],
    "unique local": ["https://[fc00::1]/", "https://[fdff::1]/", "https://[fec0::1]/"],
    "IPv4-mapped": ["https://[::ffff:127.0.0.1]/", "https://[::ffff:a9fe:a9fe]/", "https://[::ffff:0:0]/"],
    "IPv4-compatible": ["https://[::127.0.0.1]/", "https://[::7f00:1]/"],
    "NAT64": ["https://[64:ff9b::a9fe:a9fe]/", "https://[64:ff9b:1::7f00:1]/"],
    "6to4 and Teredo": ["https://[2002:7f00:1::]/", "https://[2001:0:53aa:64c::1]/"],
    "octal": ["https://0177.0.0.1/", "https://0251.0376.0251.0376/", "https://010.0.0.1/"],
    "hexadecimal": ["https://0x7f.0.0.1/", "https://0x7f000001/", "https://0xA9FEA9FE/"],
    "decimal": ["https://2130706433/", "https://2852039166/"],
    "short": ["https://127.1/", "https://127.0.1/", "https://10.1/"],
    "mixed": ["https://0x7f.1/", "https://127.0x0.1/", "https://169.0xfe.43518/"],
    "percent-encoded": [
        "https://%31%32%37.0.0.1/",
        "https://127%2e0%2e0%2e1/",
        "https://localhost%00.example.com/",
    ],
    "full width": ["https://１２７.0.0.1/", "https://127。0。0。1/", "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/"],
    "names of the inside": [
        "https://router.lan/",
        "https://db.internal/",
        "https://printer.local/",
        "https://a.localhost/",
        "https://a.home.arpa/",
        "https://intranet/",
    ],
}
# URLs that parsers may read differently, and that no webhook needs.
MALFORMED = {
    "credentials": ["https://user@example.com/", "https://user:pass@example.com/", "https://@example.com/"],
    "host hidden behind an @": ["https://example.com@127.0.0.1/", "https://127.0.0.1#@example.com/"],
    "backslashes": ["https://example.com\\@127.0.0.1/", "https:\\\\example.com/"],
    "other schemes": [
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com:70/",
        "javascript:alert(1)",
        "//example.com/",
        "example.com/hook",
    ],
    "odd ports": [
        "https://example.com:0/",
        "https://example.com:22/",
        "https://example.com:25/",
        "https://example.com:80/",
        "https://example.com:65536/",
        "https://example.com:-1/",
        "https://example.com:port/",
    ],
    "header injection": [
        "https://example.com/\r\nHost: evil",
        "https://example.com/ HTTP/1.1",
        "https://a\n.com/",
    ],
    "no host": ["https://", "https:///hook", "https://:443/", "https://?q", ""],
    "odd names": [
        "https://example..com/",
        "https://-example.com/",
        "https://example-.com/",
        f"https://{'a' * 64}.com/",
        f"https://{'a.' * 130}com/",
        "https://[example.com]/",
        "https://[::1/",
        "https://[v1.x]/",
        "https://exa_mple/",
    ],
    "names in other scripts": ["https://bücher.example/", "https://пример.com/", "https://例え.jp/"],
    "fragments": ["https://example.com/#top"],
    "too long": ["https://example.com/" + "a" * 2000],
}


def cases(table: dict[str, list[str]]) -> list[object]:
    return [pytest.param(url, id=f"{kind}: {url[:60]!r}") for kind, urls in table.items() for url in urls]


@pytest.mark.parametrize("url", cases(INSIDE))
def test_internal_address_is_refused_in_every_spelling(url: str) -> None:
    with pytest.raises(InvalidField) as caught:
        parse_target(url)

    assert caught.value.field == "url"


@pytest.mark.parametrize("url", cases(MALFORMED))
def test_ambiguous_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidField):
        parse_target(url)


@pytest.mark.parametrize("url", cases({kind: INSIDE[kind] for kind in INSIDE if kind != "loopback"}))
def test_allowing_loopback_allows_no_other_internal_address(url: str) -> None:
    with pytest.raises(InvalidField):
        parse_target(url, allow_loopback=True)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://example.com", Target("https", "example.com", 443, "/")),
        ("https://Example.COM:8443/hook?key=a%20b", Target("https", "example.com", 8443, "/hook?key=a%20b")),
        ("https://93.184.216.34/hook", Target("https", "93.184.216.34", 443, "/hook")),
        (
            "https://[2606:2800:220:1::1]:8443/",
            Target("https", "2606:2800:220:1::1", 8443, "/"),
        ),
        ("https://xn--bcher-kva.example/", Target("https", "xn--bcher-kva.example", 443, "/")),
    ],
)
def test_public_url_is_accepted_unchanged(url: str, target: Target) -> None:
    assert parse_target(url) == target


@pytest.mark.parametrize("url", ["http://127.0.0.1:5000/hook", "http://localhost:80/", "http://[::1]:9/"])
def test_loopback_over_http_may_be_allowed(url: str) -> None:
    assert parse_target(url, allow_loopback=True).scheme == "http"
    with pytest.raises(InvalidField):
        parse_target(url)


def test_host_header_has_the_port_unless_it_is_the_default() -> None:
    assert parse_target("https://example.com/").host_header == "example.com"
    assert parse_target("https://example.com:8443/").host_header == "example.com:8443"
    assert parse_target("https://[2606:2800:220:1::1]:8443/").host_header == "[2606:2800:220:1::1]:8443"
