"""The HTTP interface: which path is which method, who may call it, and the form of errors."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import web

from localcloud.identity.body import Body
from localcloud.identity.errors import ApiError, IdentityError, not_implemented
from localcloud.identity.identity_toolkit.accounts import Accounts
from localcloud.identity.identity_toolkit.action_codes import ActionCodes
from localcloud.identity.identity_toolkit.admin_api import AdminApi
from localcloud.identity.identity_toolkit.client_api import ClientApi
from localcloud.identity.identity_toolkit.mail_actions import MailActions
from localcloud.identity.identity_toolkit.mailbox import Mailbox
from localcloud.identity.identity_toolkit.registration import Registration
from localcloud.identity.identity_toolkit.sessions import Sessions
from localcloud.identity.identity_toolkit.throttle import Throttle
from localcloud.identity.service_accounts.certificates import add_certificates
from localcloud.identity.service_accounts.google_tokens import GoogleTokens
from localcloud.identity.service_accounts.iam_credentials import sign_blob
from localcloud.identity.service_accounts.metadata import Metadata
from localcloud.network.browsers import Refusal
from localcloud.network.cors import json_api_headers

if TYPE_CHECKING:
    from localcloud.credentials.keys import SigningKey
    from localcloud.database import Database

Method = Callable[[Body], Awaitable[Mapping[str, Any]]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# Each API answers under its bare path and, as emulators do, under its host's name as the first segment.
TOOLKIT_PREFIXES = ("/v1", "/identitytoolkit.googleapis.com/v1")
SECURE_TOKEN_PREFIXES = ("/v1", "/securetoken.googleapis.com/v1")
IAM_PREFIXES = ("/v1", "/iamcredentials.googleapis.com/v1")
OAUTH_PREFIXES = ("", "/oauth2.googleapis.com")
BODY_MAX_BYTES = 1024 * 1024
# Where the links of mails lead in a project whose e-mail templates name no other page.
ACTION_URL = "https://{project}.firebaseapp.com/__/auth/action"


def identity_app(
    database: Database,
    key: SigningKey,
    project: str,
    *,
    service_accounts: Mapping[str, SigningKey] | None = None,
    now: Callable[[], float] = time.time,
    action_url: str = "",
    show_mail: Callable[[str], None] = lambda _: None,
) -> web.Application:
    """Identity Toolkit, OAuth tokens, certificates, the IAM signer and the metadata server on one port.

    Args:
        database: where accounts and refresh tokens are kept.
        key: signs every token in Google's name.
        project: the project whose accounts these are.
        service_accounts: keys by e-mail; what they sign is believed, and `signBlob` signs with them. The
            first is the metadata server's default one.
        now: seconds since 1970.
        action_url: the page that links of mails lead to; if empty, Firebase's own.
        show_mail: prints a line about a mail that would have been sent.
    """
    signers = service_accounts or {}
    accounts = Accounts(database)
    sessions = Sessions(database, accounts, key, project, now)
    registration = Registration(accounts, now)
    mailbox = Mailbox(database, action_url or ACTION_URL.format(project=project), now, show_mail)
    mails = MailActions(accounts, sessions, ActionCodes(database, accounts, now), mailbox, now)
    throttle = Throttle(database, now)
    client = ClientApi(accounts, sessions, registration, mails, throttle=throttle, signers=signers, now=now)
    admin = AdminApi(accounts, sessions, registration, now)
    tokens = GoogleTokens(key, signers, now)

    app = web.Application(middlewares=[_errors_as_json], client_max_size=BODY_MAX_BYTES)
    _add_client_api(app.router, client, mails)
    _add_admin_api(app.router, (admin, mails), tokens, project)
    _add_oauth(app.router, tokens)
    _add_iam(app.router, tokens, signers)
    add_certificates(app.router, key)
    Metadata(tokens, project, list(signers)).add_to(app.router)
    app.router.add_route("OPTIONS", "/{path:.*}", _preflight)
    app.router.add_route("*", "/{path:.*}", _unknown)
    app.on_response_prepare.append(_add_cors_headers)
    return app


def _add_client_api(router: web.UrlDispatcher, client: ClientApi, mails: MailActions) -> None:
    methods: dict[str, Method] = {
        "accounts:signUp": client.sign_up,
        "accounts:signInWithPassword": client.sign_in_with_password,
        "accounts:signInWithCustomToken": client.sign_in_with_custom_token,
        "accounts:lookup": client.lookup,
        "accounts:update": client.update,
        "accounts:delete": client.delete,
        "accounts:sendOobCode": mails.send_code,
        "accounts:resetPassword": mails.reset_password,
    }
    for prefix in TOOLKIT_PREFIXES:
        for name, method in methods.items():
            router.add_post(f"{prefix}/{name}", _with_api_key(method))
    for prefix in SECURE_TOKEN_PREFIXES:
        router.add_post(f"{prefix}/token", _with_api_key(client.refresh))


def _add_admin_api(
    router: web.UrlDispatcher, apis: tuple[AdminApi, MailActions], tokens: GoogleTokens, project: str
) -> None:
    admin, mails = apis
    methods: dict[str, Method] = {
        "/accounts": admin.create,
        "/accounts:lookup": admin.lookup,
        "/accounts:update": admin.update,
        "/accounts:delete": admin.delete,
        "/accounts:batchDelete": admin.batch_delete,
        "/accounts:sendOobCode": mails.send_code_as_admin,
        ":createSessionCookie": admin.create_session_cookie,
    }
    for prefix in TOOLKIT_PREFIXES:
        path = prefix + "/projects/{project:[^/:]+}"
        for name, method in methods.items():
            router.add_post(path + name, _with_access_token(method, tokens, project))
        router.add_get(path + "/accounts:batchGet", _with_access_token(admin.batch_get, tokens, project))


def _add_oauth(router: web.UrlDispatcher, tokens: GoogleTokens) -> None:
    async def token(request: web.Request) -> web.Response:
        return web.json_response(await tokens.exchange(await Body.of(request)))

    for prefix in OAUTH_PREFIXES:
        router.add_post(f"{prefix}/token", token)


def _add_iam(
    router: web.UrlDispatcher, tokens: GoogleTokens, service_accounts: Mapping[str, SigningKey]
) -> None:
    async def sign(request: web.Request) -> web.Response:
        tokens.bearer(request.headers.get("Authorization"))
        body = await Body.of(request)
        return web.json_response(sign_blob(service_accounts, request.match_info["email"], body))

    for prefix in IAM_PREFIXES:
        router.add_post(prefix + "/projects/-/serviceAccounts/{email:[^/:]+}:signBlob", sign)


def _with_api_key(method: Method) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        if not (request.query.get("key") or request.headers.get("X-Goog-Api-Key")):
            raise ApiError("The request is missing a valid API key.", 403, "PERMISSION_DENIED")
        return web.json_response(await method(await Body.of(request)))

    return handler


def _with_access_token(method: Method, tokens: GoogleTokens, project: str) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        tokens.bearer(request.headers.get("Authorization"))
        if request.match_info["project"] != project:
            raise IdentityError("CONFIGURATION_NOT_FOUND")
        return web.json_response(await method(await Body.of(request)))

    return handler


async def _preflight(_: web.Request) -> web.Response:
    return web.Response()


async def _add_cors_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Aiohttp's hook before the headers of any answer go out. Pages of others are refused before."""
    origin = request.headers.get("Origin")
    if origin is None or isinstance(response, Refusal):
        return
    asked = request.headers.get("Access-Control-Request-Headers", "")
    response.headers.update(json_api_headers(origin, asked if request.method == "OPTIONS" else None))


async def _unknown(request: web.Request) -> web.Response:
    raise not_implemented(f"{request.method} {request.path} of Google's identity services")


@web.middleware
async def _errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except IdentityError as error:
        return web.json_response(error.body(), status=error.status)
