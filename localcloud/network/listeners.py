"""Opens the ports: HTTP applications, with a certificate or without, and the one gRPC server."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

import grpc.aio
from aiohttp import web

from localcloud.network.browsers import Pages, refusing_pages
from localcloud.settings import HOST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# What a gRPC message of Firestore may hold (10 MiB) with room for its envelope.
MAX_MESSAGE_BYTES = 16 * 1024 * 1024
GRACE_S = 1.0


def _is_no_capability(_: web.Request) -> bool:
    return False


class Listeners:
    """Everything that listens; closed together.

    Args:
        pages: web pages that may send requests.
    """

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._runners: dict[int, web.AppRunner] = {}
        self._servers: list[grpc.aio.Server] = []

    async def http(
        self,
        app: web.Application,
        port: int,
        certificate: tuple[Path, Path] | None = None,
        is_capability: Callable[[web.Request], bool] | None = None,
    ) -> None:
        """Serve an application on a port of loopback; the same one may have several ports.

        Args:
            app: what to serve.
            port: of loopback.
            certificate: of TLS, and its key.
            is_capability: for an application that pages call: whether a URL is itself the permission.
        """
        runner = self._runners.get(id(app))
        if runner is None:
            pages = self._pages if is_capability else self._pages.without_origins()
            app.middlewares.insert(0, refusing_pages(pages, is_capability or _is_no_capability))
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE_S)
            self._runners[id(app)] = runner
            await runner.setup()
        context = None
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*certificate)
        await web.TCPSite(runner, HOST, port, ssl_context=context).start()

    def grpc(self, port: int, *interceptors: grpc.aio.ServerInterceptor) -> grpc.aio.Server:
        """A server bound to a port; register services on it, then start it."""
        options = [("grpc.max_receive_message_length", MAX_MESSAGE_BYTES), ("grpc.so_reuseport", 0)]
        server = grpc.aio.server(interceptors=interceptors, options=options)
        server.add_insecure_port(f"{HOST}:{port}")
        self._servers.append(server)
        return server

    async def close(self) -> None:
        """Stop all listeners together, with a short time for running requests to end."""
        stops = [server.stop(GRACE_S) for server in self._servers]
        await asyncio.gather(*stops, *(runner.cleanup() for runner in self._runners.values()))
