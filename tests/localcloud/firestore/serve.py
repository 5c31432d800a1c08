"""Serve Firestore in a process of its own: `serve.py DATABASE`; prints the port."""

from __future__ import annotations

import asyncio
import sys

import grpc

from localcloud.database import Database
from localcloud.firestore.api.service import firestore_service
from localcloud.firestore.indexes.requirements import IndexRules


async def main(path: str) -> None:
    service = firestore_service(Database(path), IndexRules.allow_all())
    server = grpc.aio.server()
    service.register(server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)  # noqa: T201  # how the parent learns it
    await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
