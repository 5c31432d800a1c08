"""The web page at `/`: static files, read once, under a policy that lets nothing run but them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from shared.domain.errors import RouteNotFound
from shared.web.http import Route

from .static_file import StaticFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.wrappers import Response

    from shared.web.http import Call

FOLDER = Path(__file__).resolve().parent
GOOGLE_STORAGE = "https://storage.googleapis.com"
# In index.html this stands for the version of the files, so that a browser keeps each for good.
VERSION_MARK = b"page/@/"
# This stands for the list of all modules; without it a browser learns of each from the one that imports it.
MODULES_MARK = b"<!-- modules -->"
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
FOR_GOOD = "public, max-age=31536000, immutable"


class Page:
    """The files below a folder; only those that were there at the start can be asked for.

    Args:
        folder: holds index.html and all that it refers to.
        storage_origin: where uploads go and results come from.
    """

    def __init__(self, folder: Path, storage_origin: str) -> None:
        found = sorted(path for path in folder.rglob("*") if path.suffix in CONTENT_TYPES and path.is_file())
        contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
        self.version = hashlib.sha256(b"".join(contents.values())).hexdigest()[:12]
        contents["index.html"] = _filled_in(contents["index.html"], contents, self.version)
        self._files = {
            name: StaticFile.of(content, CONTENT_TYPES[Path(name).suffix])
            for name, content in contents.items()
        }
        self._headers = security_headers(storage_origin)

    def index(self, call: Call) -> Response:
        """The page itself, asked for anew each time."""
        return self._answer(call, self._files["index.html"], "no-cache")

    def asset(self, call: Call) -> Response:
        """A file of the page; under another version's address, as during a roll-out, it is not kept."""
        file = self._files.get(call.path["name"])
        if file is None:
            raise RouteNotFound(f"There is no such path: {call.request.path[:200]}.")
        return self._answer(call, file, FOR_GOOD if call.path["version"] == self.version else "no-cache")

    def _answer(self, call: Call, file: StaticFile, caching: str) -> Response:
        return file.response(call, {**self._headers, "Cache-Control": caching})


def security_headers(storage_origin: str) -> dict[str, str]:
    """What a browser may do on behalf of the page: its own files, its own API, and the bucket."""
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "font-src": "'self'",
        "connect-src": f"'self' {storage_origin}",
        "media-src": f"'self' blob: {storage_origin}",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        # A signed URL in the address of a request is nobody else's business.
        "Referrer-Policy": "no-referrer",
    }


def page_routes(storage_origin: str) -> list[Route]:
    """The page's routes; its files are read at the first request for one of them."""

    @cache
    def page() -> Page:
        return Page(FOLDER, storage_origin)

    return [
        Route("GET", "/", lambda call: page().index(call)),
        Route("GET", "/page/<version>/<path:name>", lambda call: page().asset(call)),
    ]


def _filled_in(index: bytes, names: Iterable[str], version: str) -> bytes:
    links = "".join(
        f'<link rel="modulepreload" href="page/@/{name}">' for name in names if name.endswith(".js")
    )
    return index.replace(MODULES_MARK, links.encode()).replace(VERSION_MARK, f"page/{version}/".encode())
