"""Calls to URLs that users chose, over real sockets."""

from __future__ import annotations

import contextlib
import socket
import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.adapters.http.outbound import RESPONSE_BYTES, Outbound
from tests.notify.receiver import GIB, Receiver, receiving
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCAL = Outbound(allow_loopback=True, total_s=HANG_S)
IMPATIENT = Outbound(allow_loopback=True, total_s=0.5)
HEADERS = {"Content-Type": "application/json", "webhook-id": "msg_1"}


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


def test_post_arrives_unchanged(receiver: Receiver) -> None:
    answer = LOCAL.post(f"{receiver.url}/ok/given?key=1", b'{"a":"\xc3\xa9"}', HEADERS)
    came = receiver.at("/ok/given?key=1")[0]

    assert (answer.status, answer.text, answer.is_success) == (200, "taken", True)
    assert came.body == b'{"a":"\xc3\xa9"}'
    assert came.headers["Host"] == receiver.url.removeprefix("http://")
    assert came.headers["webhook-id"] == "msg_1"


@pytest.mark.parametrize(("path", "status"), [("/fails/once", 500), ("/gone/once", 410)])
def test_error_status_is_a_response(receiver: Receiver, path: str, status: int) -> None:
    answer = LOCAL.post(receiver.url + path, b"{}", HEADERS)

    assert (answer.status, answer.is_success) == (status, False)


def test_redirect_is_not_followed(receiver: Receiver) -> None:
    answer = LOCAL.post(f"{receiver.url}/moved", b"{}", HEADERS)

    assert (answer.status, answer.is_success, answer.text) == (302, False, "over there")
    assert receiver.at("/ok/redirected") == []


def test_only_the_start_of_a_large_response_is_read(receiver: Receiver) -> None:
    answer = LOCAL.post(f"{receiver.url}/gigabyte", b"{}", HEADERS)

    assert (answer.status, answer.text) == (200, "x" * RESPONSE_BYTES)
    assert receiver.sent_bytes < GIB // 50


def test_response_cut_within_a_character_is_text(receiver: Receiver) -> None:
    receiver.behaviour["/cut"] = "chatty"
    answer = LOCAL.post(f"{receiver.url}/cut", b"{}", HEADERS)

    assert answer.text == "é" * (RESPONSE_BYTES // 2)


@pytest.mark.parametrize("path", ["/hangs", "/drips"])
def test_hanging_or_dripping_receiver_times_out(receiver: Receiver, path: str) -> None:
    answer = IMPATIENT.post(receiver.url + path, b"{}", HEADERS)

    assert (answer.status, answer.text) == (None, "No response within 0.5 s.")
    assert answer.duration_ms >= 500


@pytest.mark.parametrize("path", ["/closes", "/babbles"])
def test_invalid_http_is_no_response(receiver: Receiver, path: str) -> None:
    answer = LOCAL.post(receiver.url + path, b"{}", HEADERS)

    assert answer.status is None
    assert answer.text.startswith("The connection failed")


def test_closed_port_is_no_response() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        answer = LOCAL.post(f"http://127.0.0.1:{free.getsockname()[1]}/", b"{}", HEADERS)

    assert (answer.status, answer.text) == (None, "No connection within 5 s.")


def test_retry_after_is_read_from_the_response(receiver: Receiver) -> None:
    assert LOCAL.post(f"{receiver.url}/busy", b"{}", HEADERS).retry_after_s == 2


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["93.184.216.34", "127.0.0.1"],
        ["10.1.2.3"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["::ffff:169.254.169.254"],
        ["64:ff9b::7f00:1"],
        ["fe80::1%eth0"],
        ["fd20:ce::254"],
        ["0.0.0.0"],  # noqa: S104  # no listener
        ["no address at all"],
    ],
)
def test_name_that_resolves_to_an_internal_address_is_not_called(
    receiver: Receiver, addresses: list[str]
) -> None:
    port = receiver.url.rpartition(":")[2]
    before = len(receiver.received)
    answer = Outbound(resolve=lambda _host, _port: addresses).post(f"https://evil.example:{port}/ok", b"", {})

    assert answer.text == "evil.example resolves to an IP address that is not public."
    assert (answer.status, len(receiver.received)) == (None, before)


def test_dns_rebinding_has_no_effect(tls: Tls) -> None:
    """The name is resolved once, and that address is called."""
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.2"] if len(asked) == 1 else ["127.0.0.1"]

    with receiving("127.0.0.2", tls.server("hook.example.com")) as checked:
        port = checked.url.rpartition(":")[2]
        sender = Outbound(allow_loopback=True, resolve=rebinding, tls=tls.client)
        answer = sender.post(f"https://hook.example.com:{port}/ok", b"{}", HEADERS)

    assert (answer.status, asked) == (200, ["hook.example.com"])
    assert checked.received[0].headers["Host"] == f"hook.example.com:{port}"


@pytest.mark.parametrize("swallows", [True, False])
def test_unresponsive_address_leaves_time_for_the_next(tls: Tls, *, swallows: bool) -> None:
    with (
        receiving("127.0.0.1", tls.server("hook.example.com")) as running,
        socket.socket() as first,
        contextlib.ExitStack() as callers,
    ):
        port = int(running.url.rpartition(":")[2])
        first.bind(("127.0.0.3", port))
        if swallows:
            first.listen(0)
            for _ in range(2):  # fills the backlog, so that further connections time out
                caller = callers.enter_context(socket.socket())
                caller.settimeout(0)
                caller.connect_ex(("127.0.0.3", port))
        sender = Outbound(
            allow_loopback=True,
            connect_s=4,
            resolve=lambda _h, _p: ["127.0.0.3", "127.0.0.1"],
            tls=tls.client,
        )
        answer = sender.post(f"https://hook.example.com:{port}/ok", b"{}", HEADERS)

    assert (answer.status, len(running.received)) == (200, 1)


def test_certificate_for_another_name_is_refused(tls: Tls) -> None:
    with receiving("127.0.0.1", tls.server("other.example.com")) as running:
        port = running.url.rpartition(":")[2]
        sender = Outbound(allow_loopback=True, resolve=lambda _h, _p: ["127.0.0.1"], tls=tls.client)
        answer = sender.post(f"https://hook.example.com:{port}/ok", b"{}", HEADERS)

    assert (answer.status, running.received) == (None, [])
    assert answer.text == "TLS failed: CERTIFICATE_VERIFY_FAILED"


def test_self_signed_certificate_is_refused(tls: Tls) -> None:
    with receiving("127.0.0.1", tls.server("hook.example.com")) as running:
        port = running.url.rpartition(":")[2]
        sender = Outbound(allow_loopback=True, resolve=lambda _h, _p: ["127.0.0.1"])
        answer = sender.post(f"https://hook.example.com:{port}/ok", b"{}", HEADERS)

    assert answer.text == "TLS failed: CERTIFICATE_VERIFY_FAILED"


def test_hanging_dns_lookup_times_out(receiver: Receiver) -> None:
    def never(_host: str, _port: int) -> list[str]:
        receiver.closing.wait(HANG_S)
        return []

    answer = Outbound(connect_s=0.2, resolve=never).post("https://slow.example/", b"", {})

    assert answer.text == "The DNS lookup of slow.example took longer than 0.2 s."


def test_name_without_an_address_is_no_response() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    answer = Outbound(resolve=unknown).post("https://nowhere.example/", b"", {})

    assert answer.text == "nowhere.example has no DNS record."


def test_url_that_is_no_longer_valid_is_not_called(receiver: Receiver) -> None:
    answer = Outbound().post(f"{receiver.url}/ok", b"{}", HEADERS)

    assert (answer.status, answer.text) == (None, "url must be a URL that starts with https://.")


# Python 3.13 and later require CA certificates to conform to RFC 5280, 4.2.1.
_SIGNS_CERTIFICATES = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


class Tls:
    """A private CA, and the contexts of both sides."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._certificate = self._sign("Test authority", self._key, authority=True)
        (folder / "ca.pem").write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))
        self.client = ssl.create_default_context(cafile=str(folder / "ca.pem"))

    def server(self, name: str) -> ssl.SSLContext:
        """A server with a certificate for `name`."""
        key = ec.generate_private_key(ec.SECP256R1())
        pem = self._folder / f"{name}.pem"
        pem.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + self._sign(name, key).public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        return context

    def _sign(
        self, name: str, key: ec.EllipticCurvePrivateKey, *, authority: bool = False
    ) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if authority else self._certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        if authority:
            builder = builder.add_extension(_SIGNS_CERTIFICATES, critical=True)
        else:
            issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
            builder = builder.add_extension(issuer, critical=False)
            names = x509.SubjectAlternativeName([x509.DNSName(name)])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self._key, hashes.SHA256())


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return Tls(tmp_path_factory.mktemp("tls"))
