"""The Python client: create a task, upload, wait, download, or all of it in one call."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, overload

from sonube.account import address, tokens_for
from sonube.calls import TIMEOUT_S, TaskCalls
from sonube.errors import SonubeError
from sonube.service import Service
from sonube.sessions import Tokens, log_in
from sonube.transfer.sources import open_source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from sonube.task import Task
    from sonube.transfer.sources import Input, Source


def _ignore(*_: object) -> None:
    """The default callback: does nothing."""


class Sonube(TaskCalls):
    """A Sonube service, used by one user. Also a context manager, which closes its connections.

    Args:
        url: address of the service, such as `https://sonube.example`; default: SONUBE_URL, or that of the
            session that `sonube login` has saved.
        token: an API key, an ID token, or a function that returns a valid one; default: SONUBE_API_KEY,
            SONUBE_TOKEN, or that session's.
        sleep: waits the given number of seconds; an exception from it ends the wait.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | Callable[[], str] | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = address(url)
        given = (lambda: token) if isinstance(token, str) else token
        # Looked up only when it is needed: `formats` needs none.
        super().__init__(Service(self.url, given or _Found(self.url), sleep), sleep)

    @classmethod
    def login(cls, url: str, email: str, password: str, *, sign_up: bool = False) -> Self:
        """Log in with a password; the session is renewed as long as this object lives, and saved nowhere.

        Args:
            url: address of the service.
            email: of the account.
            password: of the account; sent to Google, not to the service, and not kept.
            sign_up: create the account first.

        Raises:
            SonubeError: the service refused (`invalid_credentials`), or did not answer.
        """
        return cls(url, Tokens.of_memory(log_in(url, email, password, sign_up=sign_up)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._service.web.close()

    @overload
    def convert(
        self,
        file: Input,
        to: str | None = ...,
        *,
        preset: str | None = ...,
        options: Mapping[str, Any] | None = ...,
        outputs: None = ...,
        out: str | Path | None = ...,
        name: str | None = ...,
        overwrite: bool = ...,
        timeout_s: float = ...,
        on_progress: Callable[[str, float], None] = ...,
    ) -> Path: ...

    @overload
    def convert(
        self,
        file: Input,
        *,
        outputs: Sequence[Mapping[str, Any]],
        out: str | Path | None = ...,
        name: str | None = ...,
        overwrite: bool = ...,
        timeout_s: float = ...,
        on_progress: Callable[[str, float], None] = ...,
    ) -> list[Path]: ...

    def convert(
        self,
        file: Input,
        to: str | None = None,
        *,
        preset: str | None = None,
        options: Mapping[str, Any] | None = None,
        outputs: Sequence[Mapping[str, Any]] | None = None,
        out: str | Path | None = None,
        name: str | None = None,
        overwrite: bool = False,
        timeout_s: float = TIMEOUT_S,
        on_progress: Callable[[str, float], None] = _ignore,
    ) -> Path | list[Path]:
        """Convert a file and return the path of the result; with `outputs`, the paths of all results.

        If the file cannot be uploaded, or on Ctrl-C, the task is cancelled.

        Args:
            file: the path of a file, its bytes, or a file open in binary mode.
            to: a format from `formats()`; optional if there is a preset.
            preset: a preset from `formats()`.
            options: options of the format; they override those of the preset.
            outputs: instead of these three, several of them: `[{"format": "mp3"}, {"preset": "podcast"}]`.
            out: the folder of the results; default: the folder of `file`, or this one.
            name: the name of the file, if it is not a path; the results are named after it.
            overwrite: replace existing files; otherwise a result is called `name (2).mp3`.
            timeout_s: time limit for the conversion.
            on_progress: called with `upload`, `convert` or `download` and the share that is done, 0 to 1.

        Raises:
            SonubeError: the request was refused, the task failed, or the service or the task took too long.
            OSError: the file cannot be read, or a result cannot be written.
        """
        with open_source(file, name) as source:
            task = self.create(source, to, preset=preset, options=options, outputs=outputs)
            done = self._processed(task, source, timeout_s, on_progress)
            folder = Path(out) if out else source.path.parent if source.path else Path()
            paths = self.download(
                done,
                folder,
                lambda got: on_progress("download", min(1.0, got / done.size_bytes)),
                overwrite=overwrite,
                source=source.name,
            )
        return paths if outputs is not None else paths[0]

    def _processed(
        self, task: Task, source: Source, timeout_s: float, on_progress: Callable[[str, float], None]
    ) -> Task:
        """The task after its upload and conversion; it is cancelled if no one waits for it any more."""
        is_uploaded = False
        try:
            self.upload(task, source, lambda sent: on_progress("upload", sent / max(1, source.size)))
            is_uploaded = True
            return self.wait(
                task.id, timeout_s=timeout_s, on_progress=lambda share: on_progress("convert", share)
            )
        except BaseException as error:
            # After the upload, the result can be fetched later if only the service or the network fails.
            if not is_uploaded or not isinstance(error, SonubeError):
                # If that is not possible either: the first error matters more.
                with suppress(SonubeError):
                    self.cancel(task.id)
            raise


class _Found:
    """The tokens that are found for an address, looked up at the first call."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._tokens: Callable[[], str] | None = None

    def __call__(self) -> str:
        self._tokens = self._tokens or tokens_for(self._url)
        return self._tokens()

    def renew(self, refused: str) -> str:
        return self._tokens.renew(refused) if isinstance(self._tokens, Tokens) else refused
