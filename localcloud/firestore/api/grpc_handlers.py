"""The gRPC service made of coroutines, which says by name what it does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

import grpc

from localcloud.firestore.model.errors import StatusError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping

    from localcloud.firestore.model.messages import Message

    Unary: TypeAlias = Callable[[Message], Awaitable[Message]]
    Streaming: TypeAlias = Callable[[Message], Awaitable[Iterable[Message]]]
    Conversation: TypeAlias = Callable[[AsyncIterator[Message]], AsyncIterator[Message]]
    Context: TypeAlias = grpc.aio.ServicerContext[Any, Any]
    Handler: TypeAlias = grpc.RpcMethodHandler[Any, Any]


def add_service(server: grpc.aio.Server, service: str, handlers: Mapping[str, Handler]) -> None:
    """Serve the methods; any other of the service is UNIMPLEMENTED, with its name in the message."""
    server.add_generic_rpc_handlers((_Service(service, handlers),))


def unary(request: type[Message], answer: Unary) -> Handler:
    """A method with one answer.

    Args:
        request: proto-plus type of the request.
        answer: raises StatusError for any code but OK.
    """

    async def call(message: Message, context: Context) -> Message:
        try:
            return await answer(message)
        except StatusError as refused:
            await context.abort(refused.code, refused.message)

    return grpc.unary_unary_rpc_method_handler(call, _parser(request), _serialized)


def streaming(request: type[Message], answer: Streaming) -> Handler:
    """A method whose answers are all known before the first is sent."""

    async def call(message: Message, context: Context) -> AsyncIterator[Message]:
        try:
            answers = await answer(message)
        except StatusError as refused:
            await context.abort(refused.code, refused.message)
        for one in answers:
            yield one

    return grpc.unary_stream_rpc_method_handler(call, _parser(request), _serialized)


def conversation(request: type[Message], answer: Conversation) -> Handler:
    """A method that streams in both directions."""

    async def call(requests: AsyncIterator[Message], context: Context) -> AsyncIterator[Message]:
        try:
            async for one in answer(requests):
                yield one
        except StatusError as refused:
            await context.abort(refused.code, refused.message)

    return grpc.stream_stream_rpc_method_handler(call, _parser(request), _serialized)


class _Service(grpc.GenericRpcHandler):
    def __init__(self, service: str, handlers: Mapping[str, Handler]) -> None:
        self._prefix = f"/{service}/"
        self._handlers = {self._prefix + name: handler for name, handler in handlers.items()}

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Handler | None:
        called = handler_call_details.method
        if not called.startswith(self._prefix):
            return None
        return self._handlers.get(called) or _unimplemented(called)


def _parser(request: Any) -> Callable[[bytes], Message]:  # noqa: ANN401  # proto-plus gives its classes no types
    parse: Callable[[bytes], Message] = request.pb().FromString
    return parse


def _serialized(message: Message) -> bytes:
    wire: bytes = message.SerializeToString()
    return wire


def _unimplemented(called: str) -> Handler:
    async def call(_: bytes, context: Context) -> NoReturn:
        await context.abort(
            grpc.StatusCode.UNIMPLEMENTED, f"localcloud does not implement {called.removeprefix('/')}."
        )

    return grpc.unary_unary_rpc_method_handler(call)
