"""Creates tasks for files dropped into the bucket: `drop/{format}/[{uid}/][folders/]name`.

Idempotent under redelivery: the task's id is derived from the dropped generation, so all deliveries of its
event lead to the same task, and the first one moves the file to the task's folder. The event of the moved
object starts the conversion. A file that cannot be converted gets a task too, which fails with the reason.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.domain.errors import AlreadyExists, BadFolderOptions, InvalidField, MalformedBody, UnknownTarget
from shared.domain.files import Output, Source, stored_type
from shared.domain.formats import find_format
from shared.domain.json_object import parse_object
from shared.domain.names import clean_filename, output_objects, source_object
from shared.domain.options import Options, parse_options
from shared.domain.presets import find_preset, merged
from shared.domain.task import DROP_OWNER, Failure, Task

if TYPE_CHECKING:
    from datetime import timedelta

    from shared.domain.errors import ConversionError
    from shared.domain.files import Upload
    from shared.domain.formats import Format
    from shared.ports.clock import Clock
    from shared.ports.task_folder import DropFolder
    from shared.ports.tasks import TaskStore
    from shared.runtime.log import Log

PREFIX = "drop/"
OPTIONS_FILE = "sonube.json"
OPTIONS_MAX_BYTES = 16 * 1024
# Programs that compress what they upload compress this file too. Of zlib: gzip's header and trailer.
_GZIP_MAGIC, _GZIP_WINDOW = b"\x1f\x8b", 31
# Firebase Authentication gives its users ids of 28 letters and digits.
UID = re.compile(r"[A-Za-z0-9]{28}")


@dataclass(frozen=True, slots=True)
class Drop:
    """The parts of a dropped object's name.

    Attributes:
        format: as written; it may not exist.
        folder: of the object, with a trailing slash.
    """

    format: str
    owner: str
    folder: str
    filename: str


def parse_drop(name: str) -> Drop | None:
    """Parse an object's name; None if it is a folder, or the options of a folder."""
    folder, _, last = name.rpartition("/")
    if not name.startswith(PREFIX) or not last or last == OPTIONS_FILE:
        return None
    _, *parts = folder.split("/")
    owner = parts[1] if len(parts) > 1 and UID.fullmatch(parts[1]) else DROP_OWNER
    return Drop(parts[0] if parts else "", owner, f"{folder}/", clean_filename(last))


def drop_task_id(upload: Upload) -> str:
    """The task id derived from this generation; 32 URL-safe characters."""
    text = f"{upload.bucket}\0{upload.object}\0{upload.generation}"
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:24]).decode()


@dataclass(frozen=True, slots=True)
class DropImporter:
    """The use case.

    Attributes:
        lifetime: of a task and its files.
    """

    tasks: TaskStore
    folder: DropFolder
    clock: Clock
    lifetime: timedelta

    def accept(self, upload: Upload, log: Log) -> None:
        """Create a task for a dropped object, and move the object to the task's folder.

        Raises:
            PlatformError: a service failed; the event must be redelivered.
        """
        drop = parse_drop(upload.object)
        if drop is None:
            log.info("ignored", reason="not a file to convert")
            return
        task_id = drop_task_id(upload)
        log = log.bind(taskId=task_id)
        # Checked first: a late event of a file that was moved, and perhaps deleted, must not create a task.
        if not self.folder.is_live(upload.object, upload.generation):
            log.info("ignored", reason="already accepted, or overwritten")
            return
        task = self._task(task_id, drop, upload)
        if self.folder.move(upload.object, upload.generation, task.source.object):
            log.info("drop_accepted", owner=task.owner, bytes=upload.size_bytes, source=task.source.object)
            return
        # Overwritten after the check: the newer generation has an event and a task of its own.
        self.tasks.delete(task_id)
        log.info("ignored", reason="overwritten")

    def _task(self, task_id: str, drop: Drop, upload: Upload) -> Task:
        """The task of this drop, which an earlier delivery may have stored."""
        try:
            return self.tasks.create(self._new_task(task_id, drop, upload))
        except AlreadyExists:
            # In any state: only the name of its source is used, and that is derived.
            return self.tasks.get(task_id) or self._new_task(task_id, drop, upload)

    def _new_task(self, task_id: str, drop: Drop, upload: Upload) -> Task:
        now = self.clock()
        outputs: tuple[Output, ...] = ()
        error: ConversionError | None = None
        try:
            form, options = self._requested(drop)
            (name,) = output_objects(task_id, drop.filename, [form])
            outputs = (Output(form.name, name, options),)
        except (UnknownTarget, BadFolderOptions) as reason:
            error = reason
        return Task(
            id=task_id,
            owner=drop.owner,
            filename=drop.filename,
            source=Source(source_object(task_id, drop.filename), stored_type(upload.content_type)),
            outputs=outputs,
            nonce=secrets.token_urlsafe(16),
            created_at=now,
            updated_at=now,
            expire_at=now + self.lifetime,
            error=Failure.of(error) if error else None,
        )

    def _requested(self, drop: Drop) -> tuple[Format, Options]:
        try:
            form = find_format(drop.format)
        except InvalidField as error:
            raise UnknownTarget(f"{drop.format[:40]!r} is not an output format.") from error
        raw = self.folder.read(drop.folder + OPTIONS_FILE, OPTIONS_MAX_BYTES)
        return form, Options() if raw is None else _parse_options(raw, form)


def _parse_options(raw: bytes, form: Format) -> Options:
    """The options in a folder's `sonube.json`: `preset`, `options` or both, as in the API."""
    raw = _decompressed(raw)
    if len(raw) > OPTIONS_MAX_BYTES:
        raise BadFolderOptions(f"{OPTIONS_FILE} is larger than the limit of {OPTIONS_MAX_BYTES} bytes.")
    try:
        preset, options = _fields(parse_object(raw))
        given = parse_options(options, form)
        return given if preset is None else merged(find_preset(preset), given, form)
    except (InvalidField, MalformedBody) as error:
        raise BadFolderOptions(f"{OPTIONS_FILE}: {error.message}") from error


def _decompressed(raw: bytes) -> bytes:
    """Undo gzip, up to a byte more than is valid."""
    if not raw.startswith(_GZIP_MAGIC):
        return raw
    decoder = zlib.decompressobj(_GZIP_WINDOW)
    try:
        text = decoder.decompress(raw, OPTIONS_MAX_BYTES + 1)
        is_whole = decoder.eof or len(text) > OPTIONS_MAX_BYTES
    except zlib.error:
        is_whole = False
    if not is_whole:
        raise BadFolderOptions(f"{OPTIONS_FILE} is compressed with gzip, and damaged.")
    return text


def _fields(body: dict[str, Any]) -> tuple[str | None, dict[str, Any]]:
    if unknown := sorted(set(body) - {"preset", "options"}):
        raise InvalidField(f"{unknown[0][:40]!r} is not a field. The fields are options and preset.")
    preset, options = body.get("preset"), body.get("options", {})
    if not isinstance(options, dict) or not isinstance(preset, str | None):
        raise InvalidField("options must be an object and preset a string.")
    return preset, options
