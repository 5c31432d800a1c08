"""Objects of one bucket in memory."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

import google_crc32c

from shared.adapters.storage.objects import STREAM_CHUNK_BYTES
from shared.domain.errors import AlreadyExists, Stale, Unavailable
from shared.ports.objects import ObjectInfo
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path


@dataclass
class FakeObjects:
    """`ObjectStore` in memory."""

    contents: dict[str, bytes] = field(default_factory=dict)
    generations: dict[str, int] = field(default_factory=dict)
    created: dict[int, datetime] = field(default_factory=dict)
    piece_bytes: int = STREAM_CHUNK_BYTES

    def put(self, name: str, data: bytes) -> ObjectInfo:
        self.contents[name] = data
        self.generations[name] = max(self.generations.values(), default=1000) + 1
        return self._info(name)

    def stat(self, name: str) -> ObjectInfo | None:
        return self._info(name) if name in self.contents else None

    def download(self, name: str, generation: int, target: Path) -> None:
        if self.generations.get(name) != generation or name not in self.contents:
            raise Stale
        target.write_bytes(self.contents[name])

    def read_into(self, name: str, generation: int, into: BinaryIO, span: range | None = None) -> None:
        if self.generations.get(name) != generation or name not in self.contents:
            raise Stale
        span = span or range(len(self.contents[name]))
        into.write(self.contents[name][span.start : span.stop])

    def upload(self, source: Path, name: str, content_type: str, replacing: int = 0) -> ObjectInfo:
        if (self.generations[name] if name in self.contents else 0) != replacing:
            raise AlreadyExists
        return self.put(name, source.read_bytes())._replace(content_type=content_type)

    def upload_stream(self, source: BinaryIO, name: str) -> ObjectInfo:
        data = b""
        while piece := source.read(self.piece_bytes):
            data += piece
        return self.put(name, data)

    def compose(
        self, parts: Sequence[ObjectInfo], name: str, content_type: str, replacing: int = 0
    ) -> ObjectInfo:
        if (self.generations[name] if name in self.contents else 0) != replacing:
            raise AlreadyExists
        if any(p.name not in self.contents or self.generations[p.name] != p.generation for p in parts):
            raise Unavailable
        data = b"".join(self.contents[part.name] for part in parts)
        return self.put(name, data)._replace(content_type=content_type)

    def delete_folder(self, folder: str) -> int:
        names = [name for name in self.contents if name.startswith(f"{folder}/")]
        for name in names:
            self.delete(name)
        return len(names)

    def reset_headers(self, name: str, generation: int) -> None:
        """Nothing here has headers."""

    def delete(self, name: str) -> None:
        self.contents.pop(name, None)

    def _info(self, name: str) -> ObjectInfo:
        data = self.contents[name]
        crc32c = base64.b64encode(google_crc32c.Checksum(data).digest()).decode()
        generation = self.generations[name]
        return ObjectInfo(name, generation, len(data), crc32c, "", self.created.get(generation, NOON))
