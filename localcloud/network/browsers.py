"""Keeps the web pages of others away from this localcloud.

Any page in the developer's browser can send requests to a port of this machine. It cannot read the answers,
but a form, an image or a script with `no-cors` needs no permission to write. Under a name of its own that
leads here (DNS rebinding), it reads the answers too. Browsers tell which page asks, by Host, Origin and
Sec-Fetch-Site. Google's clients send no Origin and no Sec-Fetch-Site.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from aiohttp import web

from shared.runtime.config import Environment
from shared.web.hosts import LOOPBACK, is_allowed_host, loopback_origins

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiohttp.typedefs import Handler, Middleware


OTHER_PAGE = "localcloud refuses requests of other web pages. To allow an origin, add it to CORS_ORIGINS.\n"


@dataclass(frozen=True, slots=True)
class Pages:
    """Which pages may send requests to this localcloud.

    Attributes:
        hosts: names under which its servers answer.
        origins: of its own page, and of those that CORS_ORIGINS adds; `*` allows all to use signed URLs.
    """

    hosts: frozenset[str]
    origins: frozenset[str]

    @classmethod
    def allowed(cls, environment: Mapping[str, str], api_port: int | None) -> Self:
        """The names of this machine, and what ALLOWED_HOSTS and CORS_ORIGINS add, as for port forwarding."""
        added = Environment({"ALLOWED_HOSTS": "none", "CORS_ORIGINS": "none", **environment})
        own = loopback_origins(api_port) if api_port else frozenset[str]()
        return cls(added.words("ALLOWED_HOSTS") | set(LOOPBACK), added.words("CORS_ORIGINS") | own)

    def without_origins(self) -> Self:
        """For a server that no page calls."""
        return type(self)(self.hosts, frozenset())


class Refusal(web.Response):
    """What another page gets, without CORS headers: it must not even read why."""


def refusing_pages(pages: Pages, is_capability: Callable[[web.Request], bool]) -> Middleware:
    """A middleware that refuses what other pages send.

    Args:
        pages: the allowed ones.
        is_capability: whether the URL itself is the permission, as a signed one is.
    """

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        hosts = request.headers.getall("Host", [])
        if len(hosts) != 1 or not is_allowed_host(hosts[0], pages.hosts):
            named = ", ".join(sorted(pages.hosts))
            text = f"localcloud answers under {named} only. To allow another name, add it to ALLOWED_HOSTS.\n"
            return Refusal(status=421, text=text)
        if not _may_send(request, pages.origins, is_capability):
            return Refusal(status=403, text=OTHER_PAGE)
        return await handler(request)

    return middleware


def _may_send(
    request: web.Request, origins: frozenset[str], is_capability: Callable[[web.Request], bool]
) -> bool:
    sent = request.headers.getall("Origin", [])
    if sent:
        return origins.issuperset(sent) or ("*" in origins and is_capability(request))
    # A link, an image or a player has no Origin. `none`: the user has entered the address.
    is_asked_by_page = request.headers.get("Sec-Fetch-Site", "none") != "none"
    return not is_asked_by_page or is_capability(request)
