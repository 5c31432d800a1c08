"""Makes a port of 127.0.0.1 answer at [::1] too, where a browser may look for `localhost`."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from localcloud.settings import HOST

CHUNK_BYTES = 64 * 1024


class Ipv6Relay:
    """Passes connections on; without IPv6 on this machine, there is none."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen, if the machine has IPv6 and the port is free there."""
        with suppress(OSError):
            self._server = await asyncio.start_server(self._accept, "::1", self._port)

    async def stop(self) -> None:
        """End all connections."""
        if self._server:
            self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.create_task(self._pass_on(reader, writer))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            try:
                answers, requests = await asyncio.open_connection(HOST, self._port)
                try:
                    await asyncio.gather(_copy(reader, requests), _copy(answers, writer))
                finally:
                    requests.close()
            finally:
                writer.close()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while chunk := await source.read(CHUNK_BYTES):
        target.write(chunk)
        await target.drain()
    if target.can_write_eof():
        target.write_eof()
