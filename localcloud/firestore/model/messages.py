"""The wire's messages as plain protobuf classes, without the wrappers that cost time at every access."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.protobuf.timestamp_pb2 import Timestamp  # type: ignore[import-untyped]  # no stubs are published

if TYPE_CHECKING:
    from typing import Self

    class Message:
        """What mypy may know of a protobuf message: that it is one."""

        def __init__(self, **fields: object) -> None: ...
        def __getattr__(self, name: str) -> Any: ...  # noqa: ANN401  # fields have no published types
        def __setattr__(self, name: str, value: object) -> None: ...
        @classmethod
        def FromString(cls, wire: bytes) -> Self: ...  # noqa: N802, D102  # protobuf's name

    class Document(Message):
        """A name, fields, and when it was made and changed."""

    class Value(Message):
        """One of the eleven types of value."""

    class Write(Message):
        """An update or a delete, with its precondition and transforms."""

    class WriteResult(Message):
        """When the document was changed, and what the transforms gave."""

    class StructuredQuery(Message):
        """Where to look, what to keep, how to sort it, from where to where."""

    class TargetChange(Message):
        """What becomes of something listened to."""

    class ListenResponse(Message):
        """One message to a listener."""

else:
    from google.cloud.firestore_v1 import types
    from google.protobuf.message import Message

    Document = types.Document.pb()
    Value = types.Value.pb()
    Write = types.Write.pb()
    WriteResult = types.WriteResult.pb()
    StructuredQuery = types.StructuredQuery.pb()
    TargetChange = types.TargetChange.pb()
    ListenResponse = types.ListenResponse.pb()

__all__ = [
    "Document",
    "ListenResponse",
    "Message",
    "StructuredQuery",
    "TargetChange",
    "Value",
    "Write",
    "WriteResult",
    "timestamp",
]


def timestamp(micros: int) -> Message:
    """The message for a moment given in microseconds since 1970."""
    stamp: Message = Timestamp(seconds=micros // 10**6, nanos=micros % 10**6 * 1000)
    return stamp


def micros_of(stamp: Message) -> int:
    """Microseconds since 1970 of a timestamp message."""
    seconds: int = stamp.seconds
    nanos: int = stamp.nanos
    return seconds * 10**6 + nanos // 1000
