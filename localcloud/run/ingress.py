"""The public address of a service: IAM's gate as Cloud Run keeps it, then an instance."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import web
from multidict import CIMultiDict

from localcloud.run.messages import Response, refusal

if TYPE_CHECKING:
    from localcloud.run.service import Service

# Cloud Run's limit for an HTTP/1 request.
BODY_MAX_BYTES = 32 * 1024 * 1024
# What a service finds in place of the signature ("Authenticating service-to-service", Cloud Run).
REMOVED = "SIGNATURE_REMOVED_BY_GOOGLE"
UNAUTHENTICATED = (
    "The request was not authenticated. Either allow unauthenticated invocations or set the proper "
    "Authorization header."
)
UNVERIFIED = 'Bearer error="invalid_token" error_description="The access token could not be verified"'

# ID token and audience → its claims; ValueError if it is for another audience, expired or not Google's.
VerifyOidc = Callable[[str, str], Mapping[str, Any]]


class _Refused(Exception):
    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def ingress_app(service: Service, verify_oidc: VerifyOidc) -> web.Application:
    """An application that forwards every request; for a private service only those of its invokers.

    A token's audience has to be the address that was called, `http://host:port`.
    """

    async def forward(request: web.Request) -> web.Response:
        body = await request.read()
        try:
            headers = _admitted(request, service.spec.invokers, verify_oidc)
        except _Refused as refused:
            return _answer(refused.response)
        return _answer(await service.request(request.method, request.raw_path, headers, body))

    app = web.Application(client_max_size=BODY_MAX_BYTES, handler_args={"auto_decompress": False})
    app.router.add_route("*", "/{path:.*}", forward)
    return app


def _admitted(
    request: web.Request, invokers: frozenset[str] | None, verify_oidc: VerifyOidc
) -> CIMultiDict[str]:
    """The headers that the service gets; the front end adds those that identify the caller."""
    headers = CIMultiDict(request.headers)
    headers["X-Forwarded-For"] = request.remote or ""
    headers["X-Forwarded-Proto"] = request.scheme
    _trace(headers)
    if invokers is None:
        return headers
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise _Refused(refusal(403, UNAUTHENTICATED))
    try:
        claims = verify_oidc(token, f"{request.scheme}://{request.host}")
    except ValueError:
        raise _Refused(refusal(401, UNAUTHENTICATED, WWW_Authenticate=UNVERIFIED)) from None
    if claims.get("email") not in invokers or not claims.get("email_verified"):
        raise _Refused(refusal(403, f"{claims.get('email')} lacks run.routes.invoke on this service."))
    headers["Authorization"] = f"{scheme} {token.rpartition('.')[0]}.{REMOVED}"
    return headers


def _trace(headers: CIMultiDict[str]) -> None:
    """A trace for a request that has none: by it, all lines of one request are found in the log."""
    if "traceparent" in headers or "X-Cloud-Trace-Context" in headers:
        return
    trace, span = secrets.token_hex(16), secrets.token_hex(8)
    headers["traceparent"] = f"00-{trace}-{span}-01"
    headers["X-Cloud-Trace-Context"] = f"{trace}/{int(span, 16)};o=1"


def _answer(response: Response) -> web.Response:
    return web.Response(status=response.status, headers=response.headers, body=response.body)
