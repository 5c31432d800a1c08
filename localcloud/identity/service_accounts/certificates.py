"""The public halves of the signing key, where verifiers look for Google's."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from localcloud.credentials.keys import SigningKey

# Google's own answers carry a max-age of some hours; verifiers fetch the certificates again after it.
CACHE_CONTROL = "public, max-age=21600, must-revalidate, no-transform"

# kid → X.509 in PEM: ID tokens, session cookies, OIDC tokens of service accounts.
SIGN_IN_CERTIFICATES = "/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com"
PEM_PATHS = (
    SIGN_IN_CERTIFICATES,
    "/identitytoolkit/v3/relyingparty/publicKeys",
    "/oauth2/v1/certs",
)
# A JSON Web Key Set, RFC 7517.
JWK_PATHS = ("/oauth2/v3/certs", "/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com")


def add_certificates(router: web.UrlDispatcher, key: SigningKey) -> None:
    """Serve the key's certificate and JWK at the paths that they have under www.googleapis.com."""

    async def pem(_: web.Request) -> web.Response:
        return _cached({key.kid: key.certificate_pem})

    async def jwk(_: web.Request) -> web.Response:
        return _cached({"keys": [_json_web_key(key)]})

    for path in PEM_PATHS:
        router.add_get(path, pem)
    for path in JWK_PATHS:
        router.add_get(path, jwk)


def _cached(content: dict[str, Any]) -> web.Response:
    return web.json_response(content, headers={"Cache-Control": CACHE_CONTROL})


def _json_web_key(key: SigningKey) -> dict[str, str]:
    numbers = key.public_numbers
    modulus, exponent = _base64url(numbers.n), _base64url(numbers.e)
    return {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": key.kid, "n": modulus, "e": exponent}


def _base64url(number: int) -> str:
    data = number.to_bytes((number.bit_length() + 7) // 8)
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
