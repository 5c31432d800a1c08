"""The web page at `/`: static files, read once, with a content security policy that allows no others."""

from __future__ import annotations

import hashlib
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from shared.domain.errors import RouteNotFound
from shared.web.http import Route

from .static_file import StaticFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from werkzeug.wrappers import Response

    from shared.web.http import Call

FOLDER = Path(__file__).resolve().parent
GOOGLE_STORAGE = "https://storage.googleapis.com"
# Placeholder in index.html for the version of the files, by which a browser may cache them for ever.
VERSION_PLACEHOLDER = b"page/@/"
# Placeholder for preload links to all modules; without them a browser finds each only in its importer.
MODULES_PLACEHOLDER = b"<!-- modules -->"
# Placeholder for the links of this service, at the foot of the page.
LINKS_PLACEHOLDER = b"<!-- links -->"
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
IMMUTABLE = "public, max-age=31536000, immutable"


class Page:
    """The files of a folder, as they were when it was read.

    Args:
        folder: contains index.html and everything that it refers to.
        bucket_url: of the one bucket that the page uploads to and downloads from, with a slash at its end.
        called: what the page sends requests to besides its own API, each with a slash at its end.
        links: name of each further link at the foot of the page, and its address.
    """

    def __init__(
        self, folder: Path, bucket_url: str, called: Iterable[str], links: Mapping[str, str]
    ) -> None:
        found = sorted(path for path in folder.rglob("*") if path.suffix in CONTENT_TYPES and path.is_file())
        contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
        self.version = hashlib.sha256(b"".join(contents.values())).hexdigest()[:12]
        index = contents["index.html"].replace(LINKS_PLACEHOLDER, _foot(links))
        contents["index.html"] = _with_links(index, contents, self.version)
        self._files = {
            name: StaticFile.of(content, CONTENT_TYPES[Path(name).suffix])
            for name, content in contents.items()
        }
        self._headers = security_headers(bucket_url, called)

    def index(self, call: Call) -> Response:
        """The page itself; browsers revalidate it each time."""
        return self._response(call, self._files["index.html"], "no-cache")

    def asset(self, call: Call) -> Response:
        """A file of the page; not cached under another version's path, as during a roll-out."""
        file = self._files.get(call.path["name"])
        if file is None:
            raise RouteNotFound(f"There is no such path: {call.request.path[:200]}.")
        return self._response(call, file, IMMUTABLE if call.path["version"] == self.version else "no-cache")

    def _response(self, call: Call, file: StaticFile, cache_control: str) -> Response:
        return file.response(call, {**self._headers, "Cache-Control": cache_control})


def security_headers(bucket_url: str, called: Iterable[str]) -> dict[str, str]:
    """Restrict the page to its own files, its own API, sign-in, and the bucket of all in Cloud Storage."""
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "font-src": "'self'",
        "connect-src": " ".join(["'self'", *called]),
        "media-src": f"'self' blob: {bucket_url}",
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
        # No other site may learn a signed URL.
        "Referrer-Policy": "no-referrer",
    }


def page_routes(bucket_url: str, called: Iterable[str], links: Mapping[str, str]) -> list[Route]:
    """The routes of the page; its files are read at the first request."""

    @cache
    def page() -> Page:
        return Page(FOLDER, bucket_url, called, links)

    return [
        Route("GET", "/", lambda call: page().index(call), None),
        Route("GET", "/page/<version>/<path:name>", lambda call: page().asset(call), None),
    ]


def _foot(links: Mapping[str, str]) -> bytes:
    """A link for each name, with the words that the page has for it."""
    shown = (f'<a href="{escape(url)}" data-text="foot.{name}">{name}</a>' for name, url in links.items())
    return " ".join(shown).encode()


def _with_links(index: bytes, names: Iterable[str], version: str) -> bytes:
    links = "".join(
        f'<link rel="modulepreload" href="page/@/{name}">' for name in names if name.endswith(".js")
    )
    return index.replace(MODULES_PLACEHOLDER, links.encode()).replace(
        VERSION_PLACEHOLDER, f"page/{version}/".encode()
    )
