"""RSA keys that sign tokens as Google's do, and a throw-away TLS certificate for this machine's own name.

InvalidToken
└── ExpiredToken
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import ipaddress
import json
import os
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KEY_BITS = 2048
VALIDITY = timedelta(days=3650)


class InvalidToken(ValueError):
    """The text is no token, or not one that this key signed."""


class ExpiredToken(InvalidToken):
    """The token was signed by this key, but its `exp` has passed."""


class SigningKey:
    """An RSA key with a self-signed certificate; what Google calls a service account key.

    Attributes:
        kid: the key's name in a token's header, 40 hexadecimal digits.
        private_pem: PKCS #8, unencrypted.
        public_pem: SubjectPublicKeyInfo.
        certificate_pem: X.509, self-signed.
    """

    def __init__(self, private: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
        self._private = private
        public = private.public_key()
        self.public_numbers = public.public_numbers()
        self.private_pem = _private_pem(private)
        self.public_pem = public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode()
        self.certificate_pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
        self.kid = hashlib.sha256(self.public_pem.encode()).hexdigest()[:40]

    @classmethod
    def create(cls, common_name: str = "localcloud", bits: int = KEY_BITS) -> SigningKey:
        """A fresh key, kept nowhere; takes about 0.1 s."""
        private = rsa.generate_private_key(public_exponent=65537, key_size=bits)
        return cls(private, _self_signed(private, common_name, x509.SubjectAlternativeName([])))

    @classmethod
    def from_private_pem(cls, pem: str, common_name: str = "localcloud") -> SigningKey:
        """The key of a PKCS #8 text, under a certificate made now.

        Raises:
            ValueError: the text holds no RSA private key.
        """
        private = serialization.load_pem_private_key(pem.encode(), password=None)
        if not isinstance(private, rsa.RSAPrivateKey):
            raise ValueError("The private key is not an RSA key.")  # noqa: TRY004  # a matter of the text
        return cls(private, _self_signed(private, common_name, x509.SubjectAlternativeName([])))

    @classmethod
    def load_or_create(cls, path: Path) -> SigningKey:
        """The key in `path` (PEM: private key, then certificate), made and written there if there is none."""
        if not path.exists():
            key = cls.create()
            write_privately(path, key.private_pem + key.certificate_pem)
            return key
        text = path.read_bytes()
        private = serialization.load_pem_private_key(text, password=None)
        if not isinstance(private, rsa.RSAPrivateKey):
            raise ValueError(f"{path} does not hold an RSA key.")  # noqa: TRY004  # a matter of the file
        return cls(private, x509.load_pem_x509_certificate(text))

    def sign(self, message: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 over SHA-256: what signBlob, V4 URLs and RS256 use."""
        return self._private.sign(message, padding.PKCS1v15(), hashes.SHA256())

    def sign_jwt(self, claims: Mapping[str, Any]) -> str:
        """A compact RS256 token with these claims, untouched, and this key's `kid`."""
        header = {"alg": "RS256", "kid": self.kid, "typ": "JWT"}
        signed = f"{_encoded(json.dumps(header).encode())}.{_encoded(json.dumps(claims).encode())}"
        return f"{signed}.{_encoded(self.sign(signed.encode()))}"

    def verify_jwt(self, token: str, at: float | None = None) -> dict[str, Any]:
        """The claims of a token that this key signed. Issuer and audience are left to the caller.

        Args:
            token: a compact RS256 token.
            at: seconds since 1970 at which it must not have expired; now, if not given.

        Raises:
            InvalidToken: not a token, another algorithm, or another signer.
            ExpiredToken: `exp` is missing or has passed.
        """
        signed, _, signature = token.rpartition(".")
        header, claims = decode_jwt(token)
        if header.get("alg") != "RS256":
            raise InvalidToken(f"The algorithm is {header.get('alg')!r}, not 'RS256'.")
        try:
            self._private.public_key().verify(
                _decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except InvalidSignature as error:
            raise InvalidToken("The signature does not match.") from error
        if not claims.get("exp", 0) > (time.time() if at is None else at):
            raise ExpiredToken("The token has expired.")
        return claims


def decode_jwt(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a token, **unverified**; InvalidToken if the text is not one."""
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004  # header, claims, signature
        raise InvalidToken("A token has three parts.")
    try:
        header, claims = (json.loads(_decoded(part)) for part in parts[:2])
    except ValueError as error:
        raise InvalidToken("The token is not base64url of JSON.") from error
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise InvalidToken("Header and claims must be JSON objects.")
    return header, claims


def localhost_certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed TLS certificate for localhost and 127.0.0.1 in `folder`, made once.

    Returns:
        The paths of the certificate (which is its own authority) and of its private key.
    """
    certificate, key = folder / "localhost.pem", folder / "localhost-key.pem"
    if not (certificate.exists() and key.exists()):
        private = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        signed = _self_signed(private, "localhost", x509.SubjectAlternativeName(names))
        write_privately(key, _private_pem(private))
        write_privately(certificate, signed.public_bytes(serialization.Encoding.PEM).decode())
    return certificate, key


def write_privately(path: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner only; makes the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    fresh.replace(path)


def _self_signed(
    private: rsa.RSAPrivateKey, common_name: str, names: x509.SubjectAlternativeName
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    start = datetime.now(UTC) - timedelta(days=1)  # clocks of two processes need not agree
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
    builder = builder.public_key(private.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(start).not_valid_after(start + VALIDITY)
    # TLS clients ask for an authority that signs and a server that may be named; tokens need neither.
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    if list(names):
        purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(names, critical=False).add_extension(purposes, critical=False)
    return builder.sign(private, hashes.SHA256())


def _private_pem(private: rsa.RSAPrivateKey) -> str:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidToken("The token is not base64url.") from error
