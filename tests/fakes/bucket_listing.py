"""The whole bucket, over objects in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.errors import RevisionChanged

if TYPE_CHECKING:
    from shared.ports.objects import ObjectInfo
    from tests.fakes.clock import FakeClock
    from tests.fakes.objects import FakeObjects


@dataclass
class FakeObjectListing:
    """`ObjectListing` over the same objects."""

    objects: FakeObjects
    clock: FakeClock

    def stat(self, name: str) -> ObjectInfo | None:
        return self.objects.stat(name)

    def page(self, start: str, size: int) -> tuple[tuple[ObjectInfo, ...], str | None]:
        names = sorted(name for name in self.objects.contents if name >= start)
        found = tuple(info for name in names[:size] if (info := self.stat(name)))
        return found, names[size] if len(names) > size else None

    def rewrite(self, info: ObjectInfo) -> None:
        if self.stat(info.name) != info:
            raise RevisionChanged
        rewritten = self.objects.put(info.name, self.objects.contents[info.name])
        self.objects.created[rewritten.generation] = self.clock()

    def delete(self, name: str, generation: int) -> None:
        info = self.stat(name)
        if info and info.generation == generation:
            self.objects.delete(name)
