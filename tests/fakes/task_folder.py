"""The folders of tasks and of dropped files, over objects in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.domain.errors import RevisionChanged
from tests.fakes.objects import FakeObjects

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.ports.objects import ObjectInfo


@dataclass
class FakeFolder:
    """`TaskFolder` over the same objects."""

    objects: FakeObjects = field(default_factory=FakeObjects)

    def stat(self, name: str) -> ObjectInfo | None:
        return self.objects.stat(name)

    def rewrite(self, info: ObjectInfo) -> None:
        if self.objects.stat(info.name) != info:
            raise RevisionChanged
        self.objects.put(info.name, self.objects.contents[info.name])

    def delete_all(self, names: Iterable[str]) -> int:
        wanted = list(names)
        for name in wanted:
            self.objects.delete(name)
        return len(wanted)

    def delete_folder(self, folder: str) -> int:
        return self.delete_all([name for name in self.objects.contents if name.startswith(f"{folder}/")])


@dataclass
class FakeDropFolder:
    """`DropFolder` over the same objects."""

    objects: FakeObjects = field(default_factory=FakeObjects)

    def is_live(self, name: str, generation: int) -> bool:
        found = self.objects.stat(name)
        return found is not None and found.generation == generation

    def read(self, name: str, max_bytes: int) -> bytes | None:
        data = self.objects.contents.get(name)
        return None if data is None else data[: max_bytes + 1]

    def move(self, name: str, generation: int, target: str) -> bool:
        if self.is_live(name, generation):
            if target not in self.objects.contents:
                self.objects.put(target, self.objects.contents[name])
            self.objects.delete(name)
        return target in self.objects.contents
