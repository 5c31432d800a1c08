"""WMA with a metadata library, byte by byte (ASF specification, 4.8)."""

from __future__ import annotations

import struct

from tests.reports.inputs.made import made, sine

_EXTENSION = bytes.fromhex("b503bf5f2ea9cf118ee300c00c205365")
_FILE_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_LIBRARY = bytes.fromhex("941c23449894d149a1411d134e457054")


def entry(name: str, value: str) -> bytes:
    """Return a text of the library."""
    return _entry(name, 0, _text(value))


def picture(length: int) -> bytes:
    """Return a front cover of so many bytes, which is a PNG of 16 by 16 pixels at its beginning only."""
    size = struct.pack(">I4sII", 13, b"IHDR", 16, 16)
    data = (b"\x89PNG\r\n\x1a\n" + size).ljust(length, b"x")
    head = b"\3" + struct.pack("<I", len(data)) + _text("image/png") + _text("")
    return _entry("WM/Picture", 1, head + data)


def library(*entries: bytes) -> bytes:
    """Return the object with these entries."""
    content = struct.pack("<H", len(entries)) + b"".join(entries)
    return _LIBRARY + struct.pack("<Q", 24 + len(content)) + content


def with_objects(*extending: bytes) -> bytes:
    """Return a WMA of half a second whose header is extended by these objects."""
    data, added = bytearray(made(f"{sine(0.5)} -c:a wmav2", "wma")), b"".join(extending)
    extension, properties = data.index(_EXTENSION), data.index(_FILE_PROPERTIES)
    end = extension + int.from_bytes(data[extension + 16 : extension + 24], "little")
    # The lengths of the header, of the extension and of what is in it, and of the file.
    for at, form in ((16, "<Q"), (extension + 16, "<Q"), (extension + 42, "<I"), (properties + 40, "<Q")):
        struct.pack_into(form, data, at, struct.unpack_from(form, data, at)[0] + len(added))
    return bytes(data[:end] + added + data[end:])


def _entry(name: str, kind: int, value: bytes) -> bytes:
    text = _text(name)
    return struct.pack("<HHHHI", 0, 0, len(text), kind, len(value)) + text + value


def _text(value: str) -> bytes:
    return f"{value}\0".encode("utf-16-le")
