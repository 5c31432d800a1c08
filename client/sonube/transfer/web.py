"""HTTP sessions whose credentials are ours alone: the environment gives proxies, and no passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import default_user_agent

from sonube.version import VERSION

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

# Bodies are sent in pieces of this size: the default of 16 KiB takes a third more CPU.
PIECE_BYTES = 64 * 1024
# Connections that are kept, one for each file that is in progress.
CONNECTIONS = 32


class WebSession(requests.Session):
    """Sends the Authorization header that it is given, or none.

    requests replaces this header by a password from `.netrc` (psf/requests#3929), also after a redirect, so
    the bucket would get that password. Without `trust_env`, it would use no proxies from the environment.
    """

    def __init__(self) -> None:
        super().__init__()
        self.auth = _unchanged
        self.headers["User-Agent"] = f"sonube/{VERSION} {default_user_agent()}"
        for scheme in ("https://", "http://"):
            self.mount(scheme, _LargePieces(pool_maxsize=CONNECTIONS))

    def rebuild_auth(self, prepared_request: PreparedRequest, response: Response) -> None:
        """Send no token to another host; look up no password for it."""
        before, after = str(response.request.url), str(prepared_request.url)
        if self.should_strip_auth(before, after):  # type: ignore[no-untyped-call]  # requests' own
            prepared_request.headers.pop("Authorization", None)


def _unchanged(request: PreparedRequest) -> PreparedRequest:
    return request


class _LargePieces(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # as requests passes them
        super().init_poolmanager(*args, **options, blocksize=PIECE_BYTES)
