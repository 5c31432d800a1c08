"""The metadata server, from which a deployed function learns who it is and gets its tokens.

With `GCE_METADATA_HOST` and `GCE_METADATA_IP` at this port and no key file, Google's libraries find their
credentials as they do on Cloud Run, and have to request signatures from IAM.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from localcloud.identity.errors import ApiError, invalid_argument
from localcloud.identity.service_accounts.google_tokens import LIFETIME_S

if TYPE_CHECKING:
    from collections.abc import Collection

    from localcloud.identity.service_accounts.google_tokens import GoogleTokens

FLAVOR = {"Metadata-Flavor": "Google"}
ROOT = "/computeMetadata/v1"
SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]


class Metadata:
    """Answers for the service accounts of one project.

    Args:
        tokens: mints what is asked for.
        project: the project id.
        emails: the service accounts; the first is the default one.
    """

    def __init__(self, tokens: GoogleTokens, project: str, emails: Collection[str]) -> None:
        self._tokens = tokens
        self._project = project
        self._emails = list(emails)

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Serve at the paths of `metadata.google.internal`."""
        account = ROOT + "/instance/service-accounts/{account}"
        router.add_get("/", self._ping)
        router.add_get(f"{ROOT}/project/project-id", self._project_id)
        router.add_get(f"{ROOT}/universe/universe-domain", self._universe)
        router.add_get(f"{account}/", self._account)
        router.add_get(f"{account}/email", self._email)
        router.add_get(f"{account}/token", self._access_token)
        router.add_get(f"{account}/identity", self._id_token)

    async def _ping(self, request: web.Request) -> web.Response:
        return _answer(request, "computeMetadata/")

    async def _project_id(self, request: web.Request) -> web.Response:
        return _answer(request, self._project)

    async def _universe(self, request: web.Request) -> web.Response:
        return _answer(request, "googleapis.com")

    async def _account(self, request: web.Request) -> web.Response:
        return _answer(request, {"aliases": ["default"], "email": self._named(request), "scopes": SCOPES})

    async def _email(self, request: web.Request) -> web.Response:
        return _answer(request, self._named(request))

    async def _access_token(self, request: web.Request) -> web.Response:
        token = self._tokens.mint_access_token(self._named(request))
        return _answer(request, {"access_token": token, "expires_in": LIFETIME_S, "token_type": "Bearer"})

    async def _id_token(self, request: web.Request) -> web.Response:
        audience = request.query.get("audience")
        if not audience:
            raise invalid_argument("non-empty audience parameter required")
        return _answer(request, self._tokens.mint_oidc(self._named(request), audience))

    def _named(self, request: web.Request) -> str:
        account = request.match_info["account"]
        if account == "default" and self._emails:
            return self._emails[0]
        if account not in self._emails:
            raise ApiError(f"There is no service account {account}.", 404, "NOT_FOUND")
        return account


def _answer(request: web.Request, content: str | dict[str, object]) -> web.Response:
    """Text or JSON, if the request's header says that it is meant for a metadata server."""
    if request.headers.get("Metadata-Flavor") != "Google":
        raise ApiError("Missing Metadata-Flavor:Google header.", 403, "PERMISSION_DENIED")
    if isinstance(content, str):
        return web.Response(text=content, headers=FLAVOR, content_type="application/text")
    return web.json_response(content, headers=FLAVOR)
