"""Checks V4 signatures: who signed which request, until when, over which headers.

The canonical request follows Google's page "Canonical requests"; the key is a service account's public one.
Refusals carry the XML API's codes.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from localcloud.storage.errors import (
    ACCESS_DENIED,
    EXPIRED_TOKEN,
    MALFORMED_SECURITY_HEADER,
    MISSING_SECURITY_HEADER,
    SIGNATURE_DOES_NOT_MATCH,
    StorageError,
    not_implemented,
)
from localcloud.storage.protocol.call import decoded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


ALGORITHM = "GOOG4-RSA-SHA256"
PARAMETERS = ("Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature")  # after `X-Goog-`
EXPIRES_MAX_S = 604_800  # seven days
CLOCK_SKEW_S = 900  # how far ahead of ours a signer's clock may be
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"


@dataclass(frozen=True)
class SignedRequest:
    """A request as it came: `path` still encoded, `query` decoded, `headers` by lower-case name."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass(frozen=True)
class _Signature:
    email: str
    scope: str
    date: str
    signed_at: float
    expires_s: int
    headers: tuple[str, ...]
    value: bytes

    @classmethod
    def parsed(cls, query: Mapping[str, str]) -> Self:
        found = {name.lower(): value for name, value in query.items()}
        said = {name: found.get(f"x-goog-{name.lower()}", "") for name in PARAMETERS}
        for name, value in said.items():
            if not value:
                missing = {"ParameterName": f"X-Goog-{name}"}
                raise StorageError(
                    MISSING_SECURITY_HEADER, "Your request was missing a required header.", missing
                )
        if said["Algorithm"] != ALGORITHM:
            raise not_implemented(f"the signing algorithm {said['Algorithm']!r}")
        email, _, scope = said["Credential"].partition("/")
        headers = tuple(said["SignedHeaders"].split(";"))
        signed_at = _signed_at(said["Date"])
        _check_scope(scope, said["Date"])
        return cls(
            email, scope, said["Date"], signed_at, _expires(said["Expires"]), headers, _hex(said["Signature"])
        )


def is_signed(query: Mapping[str, str]) -> bool:
    """Whether a URL claims to be signed by the V4 process, however its parameters are capitalized."""
    return any(name.lower().startswith("x-goog-") for name in query)


class Signatures:
    """Checks signed URLs against the public keys of known service accounts."""

    def __init__(self, certificates: Mapping[str, str], now: Callable[[], float]) -> None:
        self._keys = {email: _public_key(pem) for email, pem in certificates.items()}
        self._now = now

    def check(self, request: SignedRequest) -> None:
        """Refuse a request that its URL's signature does not cover, or no longer covers.

        Raises:
            StorageError: with the code that Cloud Storage gives for what is wrong.
        """
        signature = _Signature.parsed(request.query)
        self._check_time(signature)
        _check_headers(signature, request.headers)
        key = self._keys.get(signature.email)
        if key is None:
            details = {"Details": f"No such account: {signature.email}"}
            raise StorageError(ACCESS_DENIED, "Access denied.", details)
        if request.method == "HEAD" and _verifies(key, replace(request, method="GET"), signature):
            return  # a URL signed for GET serves HEAD too
        if not _verifies(key, request, signature):
            details = {
                "StringToSign": _string_to_sign(request, signature),
                "CanonicalRequest": _canonical_request(request, signature),
            }
            raise StorageError(SIGNATURE_DOES_NOT_MATCH, "Access denied.", details)

    def _check_time(self, signature: _Signature) -> None:
        ends = signature.signed_at + signature.expires_s
        if self._now() > ends:
            at = datetime.fromtimestamp(ends, UTC).isoformat()
            details = {"Details": f"Request signature expired at: {at}"}
            raise StorageError(EXPIRED_TOKEN, "The provided token has expired.", details)
        if signature.signed_at > self._now() + CLOCK_SKEW_S:
            raise StorageError(ACCESS_DENIED, "Access denied.", {"Details": "The request is not yet valid."})


def _check_headers(signature: _Signature, headers: Mapping[str, str]) -> None:
    """Every signed header must be there, and everything that changes what happens must be signed."""
    if "host" not in signature.headers:
        raise _malformed("host", "The host header must be included in SignedHeaders.")
    if list(signature.headers) != sorted(set(signature.headers)):
        raise _malformed("X-Goog-SignedHeaders", "SignedHeaders must be lower case, unique and sorted.")
    for name in signature.headers:
        if name not in headers:
            raise _malformed(name, "Header was included in signedheaders, but not in the request.")
    for name in headers:
        if name.startswith("x-goog-") and name not in signature.headers:
            raise _malformed(name, "Header was included in the request, but not in signedheaders.")
    if headers.get("x-goog-content-sha256", UNSIGNED_PAYLOAD) != UNSIGNED_PAYLOAD:
        raise not_implemented("a signed payload (x-goog-content-sha256)")


def _verifies(key: rsa.RSAPublicKey, request: SignedRequest, signature: _Signature) -> bool:
    to_sign = _string_to_sign(request, signature).encode()
    try:
        key.verify(signature.value, to_sign, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _string_to_sign(request: SignedRequest, signature: _Signature) -> str:
    digest = hashlib.sha256(_canonical_request(request, signature).encode()).hexdigest()
    return f"{ALGORITHM}\n{signature.date}\n{signature.scope}\n{digest}"


def _canonical_request(request: SignedRequest, signature: _Signature) -> str:
    path = quote(decoded(request.path), safe="/~")
    pairs = sorted((quote(key, safe="~"), quote(value, safe="~")) for key, value in request.query.items())
    query = "&".join(f"{key}={value}" for key, value in pairs if key.lower() != "x-goog-signature")
    lines = "".join(f"{name}:{_collapsed(request.headers[name])}\n" for name in signature.headers)
    return "\n".join([request.method, path, query, lines, ";".join(signature.headers), UNSIGNED_PAYLOAD])


def _collapsed(value: str) -> str:
    return re.sub(r"\s+", " ", value.strip())


def _check_scope(scope: str, date: str) -> None:
    parts = scope.split("/")
    if len(parts) != 4 or parts[2:] != ["storage", "goog4_request"]:  # noqa: PLR2004 date/location/service/type
        raise _malformed("X-Goog-Credential", f"Invalid credential scope: {scope!r}")
    if parts[0] != date[:8]:
        raise _malformed("X-Goog-Credential", "The credential's date is not that of X-Goog-Date.")


def _signed_at(date: str) -> float:
    try:
        return datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise _malformed("X-Goog-Date", f"Invalid date: {date!r}") from error


def _expires(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= EXPIRES_MAX_S:
        raise _malformed("X-Goog-Expires", f"Not between 1 and {EXPIRES_MAX_S} seconds: {text!r}")
    return int(text)


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise _malformed("X-Goog-Signature", "Signature was not hex encoded.") from error


def _malformed(parameter: str, details: str) -> StorageError:
    named = {"ParameterName": parameter, "Details": details}
    return StorageError(MALFORMED_SECURITY_HEADER, "Your request has a malformed header.", named)


def _public_key(pem: str) -> rsa.RSAPublicKey:
    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("V4 signatures with GOOG4-RSA-SHA256 need RSA keys.")
    return key
