"""A gRPC service made of plain functions, which says by name what it does not have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import grpc

from localcloud.tasks.errors import StatusError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Method:
    """One unary method: the types of its messages and the function that answers.

    Attributes:
        request: proto-plus type.
        response: proto-plus or protobuf type.
        answer: raises StatusError for any code but OK.
    """

    request: Any  # proto-plus gives its messages' class methods no types
    response: Any
    answer: Callable[[Any], Any]


def add_service(server: grpc.aio.Server, service: str, methods: Mapping[str, Method]) -> None:
    """Serve the methods; any other of the service is UNIMPLEMENTED, with its name in the message."""
    server.add_generic_rpc_handlers((_Service(service, methods),))


class _Service(grpc.GenericRpcHandler):
    def __init__(self, service: str, methods: Mapping[str, Method]) -> None:
        self._prefix = f"/{service}/"
        self._handlers = {self._prefix + name: _handler(method) for name, method in methods.items()}

    def service(
        self, handler_call_details: grpc.HandlerCallDetails
    ) -> grpc.RpcMethodHandler[Any, Any] | None:
        called = handler_call_details.method
        if not called.startswith(self._prefix):
            return None
        return self._handlers.get(called) or _unimplemented(called)


def _handler(method: Method) -> grpc.RpcMethodHandler[Any, Any]:
    async def call(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:  # noqa: ANN401  # any message
        try:
            return method.answer(request)
        except StatusError as refused:
            await context.abort(refused.code, refused.message)

    serializer = getattr(method.response, "serialize", None) or method.response.SerializeToString
    return grpc.unary_unary_rpc_method_handler(call, method.request.deserialize, serializer)


def _unimplemented(called: str) -> grpc.RpcMethodHandler[Any, Any]:
    async def call(_: bytes, context: grpc.aio.ServicerContext[Any, Any]) -> NoReturn:
        await context.abort(
            grpc.StatusCode.UNIMPLEMENTED, f"localcloud does not implement {called.removeprefix('/')}."
        )

    return grpc.unary_unary_rpc_method_handler(call)
