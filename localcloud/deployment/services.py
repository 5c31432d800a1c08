"""The services of Sonube's functions, started and stopped together."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from localcloud.deployment.functions import api_spec, convert_spec, notify_spec, queued_spec
from localcloud.run.reaper import Reaper
from localcloud.run.service import Service

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.run.messages import Response
    from localcloud.run.spec import LogSink
    from localcloud.settings import Settings


class Deployment:
    """The services; `stop` ends all that have started, also after a start that failed.

    Args:
        settings: of the cloud.
        environment: of every function.
        api_port: where the api answers.
        sink: receives each line that a function writes.

    Attributes:
        notify: to be put behind IAM's gate.
        queued: as notify.
    """

    def __init__(
        self, settings: Settings, environment: Mapping[str, str], api_port: int, sink: LogSink
    ) -> None:
        self._reaper = Reaper("sonube-localcloud-")
        # Also gunicorn's control socket, which it keeps in HOME, is gone at the end.
        environment = {**environment, **dict.fromkeys(("HOME", "TMPDIR"), str(self._reaper.folder))}
        self.notify = Service(notify_spec(settings, environment), sink, self._reaper)
        self.queued = Service(queued_spec(settings, environment), sink, self._reaper)
        self._convert = Service(convert_spec(settings, environment), sink, self._reaper)
        self._api = Service(api_spec(settings, environment, api_port), sink, self._reaper)

    async def start(self) -> None:
        """Return once the api and notify serve.

        Raises:
            StartFailed: one of them does not come up.
        """
        await asyncio.gather(*(service.start() for service in self._services))

    async def stop(self) -> None:
        """End all instances together, and remove what they left in the temporary folder."""
        await asyncio.gather(*(service.stop() for service in self._services))
        self._reaper.close()

    async def convert(self, headers: dict[str, str], body: bytes) -> Response:
        """Have convert handle an event."""
        return await self._convert.request("POST", "/", headers, body)

    def convert_instances(self) -> list[dict[str, Any]]:
        """The instances of convert, for an onlooker."""
        return [asdict(view) for view in self._convert.instances()]

    @property
    def _services(self) -> tuple[Service, ...]:
        return self.notify, self._convert, self.queued, self._api
