"""What a service is made of: its program, and how many instances of it may serve how much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PORT = "{port}"


@dataclass(frozen=True, kw_only=True)
class ServiceSpec:
    """One service.

    Attributes:
        name: for logs.
        argv: the program of an instance; `{port}` in it becomes the port that it has to listen on.
        cwd: its working directory.
        env: its whole environment; `PORT` is added.
        port: a fixed port, for a service of one instance that is reached directly; 0 for a free one each.
        min_instances: kept running, and replaced when they die.
        max_instances: started on demand up to so many.
        concurrency: requests at a time for one instance.
        idle_s: after which an instance without work ends, unless it is one of the least.
        startup_s: within which an instance must answer HTTP.
        request_timeout_s: for one request, waiting for an instance included; then 504.
        grace_s: between TERM and KILL (the platform's is 10 s).
        invokers: e-mails of the service accounts that may call the service; None: it is public.
    """

    name: str
    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str]
    port: int = 0
    min_instances: int = 0
    max_instances: int = 1
    concurrency: int = 1
    idle_s: float = 60.0
    startup_s: float = 60.0
    request_timeout_s: float = 300.0
    grace_s: float = 10.0
    invokers: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.min_instances <= self.max_instances or self.max_instances < 1:
            raise ValueError(f"{self.name}: 0 ≤ min_instances ≤ max_instances ≥ 1 does not hold.")
        if self.port and self.max_instances > 1:
            raise ValueError(f"{self.name}: on a fixed port there can be one instance only.")

    def argv_at(self, port: int) -> list[str]:
        """The command line of an instance on that port."""
        return [argument.replace(PORT, str(port)) for argument in self.argv]


@dataclass(frozen=True)
class LogLine:
    """One line that an instance wrote, without its end; `pid` is the instance's process group."""

    service: str
    pid: int
    text: str


LogSink = Callable[[LogLine], None]
