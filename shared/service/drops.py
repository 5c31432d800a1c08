"""Takes in files that were dropped into the bucket without a task: `drop/{format}/[{uid}/][folders/]name`.

Idempotent under redelivery: the task's id is derived from the dropped generation, so every delivery of its
event speaks of the same task, and the move is made by whoever comes first. The event of the moved object
then takes the ordinary way. A file that nothing can be made of gets a task too, which fails with the reason.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.domain.errors import AlreadyExists, BadFolderOptions, InvalidField, MalformedBody, UnknownTarget
from shared.domain.formats import find_format
from shared.domain.json_object import parse_object
from shared.domain.names import clean_filename, output_objects, source_object
from shared.domain.options import Options, parse_options
from shared.domain.presets import find_preset, merged
from shared.domain.task import DROP_OWNER, Failure, Output, Source, Task

if TYPE_CHECKING:
    from datetime import timedelta

    from shared.domain.errors import ConversionError
    from shared.domain.formats import Format
    from shared.domain.task import Upload
    from shared.ports.clock import Clock
    from shared.ports.task_folder import DropFolder
    from shared.ports.tasks import TaskStore
    from shared.runtime.log import Log

PREFIX = "drop/"
OPTIONS_FILE = "sonube.json"
OPTIONS_MAX_BYTES = 16 * 1024
# Firebase Authentication gives its users ids of 28 letters and digits.
UID = re.compile(r"[A-Za-z0-9]{28}")


@dataclass(frozen=True, slots=True)
class Drop:
    """What the place of a dropped object says.

    Attributes:
        format: as it was written; whether there is such a one is not looked at yet.
        folder: where the object lies, with a slash at its end.
    """

    format: str
    owner: str
    folder: str
    filename: str


def parse_drop(name: str) -> Drop | None:
    """Read an object's name; None if it is no file that was dropped: a folder, or a folder's options."""
    folder, _, last = name.rpartition("/")
    if not name.startswith(PREFIX) or not last or last == OPTIONS_FILE:
        return None
    _, *places = folder.split("/")
    owner = places[1] if len(places) > 1 and UID.fullmatch(places[1]) else DROP_OWNER
    return Drop(places[0] if places else "", owner, f"{folder}/", clean_filename(last))


def drop_task_id(upload: Upload) -> str:
    """The id that every event of this generation leads to; 32 URL-safe characters."""
    text = f"{upload.bucket}\0{upload.object}\0{upload.generation}"
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:24]).decode()


@dataclass(frozen=True, slots=True)
class DropImporter:
    """The use case.

    Attributes:
        lifetime: after which a task and its files are removed.
    """

    store: TaskStore
    folder: DropFolder
    clock: Clock
    lifetime: timedelta

    def accept(self, upload: Upload, log: Log) -> None:
        """Give a dropped object its task, and move it into that task's folder.

        Raises:
            PlatformError: something did not answer; the event has to come again.
        """
        drop = parse_drop(upload.object)
        if drop is None:
            log.info("ignored", reason="no file to convert")
            return
        task_id = drop_task_id(upload)
        log = log.bind(taskId=task_id)
        # Looked at first: a late event about what was moved, and perhaps deleted, must not bring it back.
        if not self.folder.is_live(upload.object, upload.generation):
            log.info("ignored", reason="taken in before, or overwritten")
            return
        task = self._task(task_id, drop, upload)
        if self.folder.move(upload.object, upload.generation, task.source.object):
            log.info("drop_accepted", owner=task.owner, bytes=upload.size_bytes, source=task.source.object)
            return
        # Overwritten between the two: the newer generation has an event and a task of its own.
        self.store.delete(task_id)
        log.info("ignored", reason="overwritten")

    def _task(self, task_id: str, drop: Drop, upload: Upload) -> Task:
        """The task of this drop, as the first delivery of its event stored it."""
        try:
            return self.store.create(self._new_task(task_id, drop, upload))
        except AlreadyExists:
            # Whatever it has become: only its name counts here, and that is derived.
            return self.store.get(task_id) or self._new_task(task_id, drop, upload)

    def _new_task(self, task_id: str, drop: Drop, upload: Upload) -> Task:
        now = self.clock()
        outputs: tuple[Output, ...] = ()
        error: ConversionError | None = None
        try:
            form, options = self._wanted(drop)
            (name,) = output_objects(task_id, drop.filename, [form])
            outputs = (Output(form.name, name, options),)
        except (UnknownTarget, BadFolderOptions) as reason:
            error = reason
        return Task(
            id=task_id,
            owner=drop.owner,
            filename=drop.filename,
            source=Source(source_object(task_id, drop.filename), upload.content_type),
            outputs=outputs,
            nonce=secrets.token_urlsafe(16),
            created_at=now,
            updated_at=now,
            expire_at=now + self.lifetime,
            error=Failure.of(error) if error else None,
        )

    def _wanted(self, drop: Drop) -> tuple[Format, Options]:
        try:
            form = find_format(drop.format)
        except InvalidField as error:
            raise UnknownTarget(f"{drop.format[:40]!r} is not an output format.") from error
        raw = self.folder.read(drop.folder + OPTIONS_FILE, OPTIONS_MAX_BYTES)
        return form, Options() if raw is None else _parse_options(raw, form)


def _parse_options(raw: bytes, form: Format) -> Options:
    """A folder's `sonube.json`: `preset`, `options` or both, as in a request to the API."""
    if len(raw) > OPTIONS_MAX_BYTES:
        raise BadFolderOptions(f"{OPTIONS_FILE} is larger than the limit of {OPTIONS_MAX_BYTES} bytes.")
    try:
        preset, options = _fields(parse_object(raw))
        given = parse_options(options, form)
        return given if preset is None else merged(find_preset(preset), given, form)
    except (InvalidField, MalformedBody) as error:
        raise BadFolderOptions(f"{OPTIONS_FILE}: {error.message}") from error


def _fields(body: dict[str, Any]) -> tuple[str | None, dict[str, Any]]:
    if unknown := sorted(set(body) - {"preset", "options"}):
        raise InvalidField(f"{unknown[0][:40]!r} is not a field. The fields are options and preset.")
    preset, options = body.get("preset"), body.get("options", {})
    if not isinstance(options, dict) or not isinstance(preset, str | None):
        raise InvalidField("options must be an object and preset a string.")
    return preset, options
