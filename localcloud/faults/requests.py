"""Refuses requests as the faults say: an aiohttp middleware and a gRPC interceptor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc.aio
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp.typedefs import Handler, Middleware

    from localcloud.faults.decisions import Faults, Refusal


def refusing(faults: Faults, service: str, exempt: tuple[str, ...] = ()) -> Middleware:
    """A middleware for a service; paths that begin with one of `exempt` are never refused."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if exempt and request.path.startswith(exempt):
            return await handler(request)
        match faults.refusal(service, f"{request.method} {request.raw_path}"):
            case "unavailable":
                return web.Response(status=503, text="localcloud injected: unavailable")
            case "drop":
                _cut(request)
        return await handler(request)

    return middleware


def _cut(request: web.Request) -> None:
    """Reset the connection; what the handler then answers reaches nobody.

    The handler still runs: a request whose answer is lost, rather than one that never came, is what clients
    get wrong.
    """
    if request.transport is not None:
        request.transport.abort()


class RefusingInterceptor(grpc.aio.ServerInterceptor):  # type: ignore[misc]  # its base is untyped
    """Refuses gRPC calls: UNAVAILABLE before the call runs, or after it, its answer lost.

    A single call cannot have its connection cut without all others on the channel; clients see either as UNAVAILABLE.
    """

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Any, Any]]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Any, Any]:
        """Wrap the handler of a call that is to be refused; streams are refused at their start only."""
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        service = method.strip("/").partition("/")[0].rpartition(".")[2].lower()
        refusal = self._faults.refusal(service, method)
        return handler if handler is None or refusal is None else _refused(handler, refusal)


def _refused(handler: grpc.RpcMethodHandler[Any, Any], refusal: Refusal) -> grpc.RpcMethodHandler[Any, Any]:
    async def one(request: Any, context: Any) -> Any:  # noqa: ANN401  # any method's messages
        if refusal == "drop":
            await handler.unary_unary(request, context)
        await context.abort(grpc.StatusCode.UNAVAILABLE, f"localcloud injected: {refusal}")

    async def many(_: Any, context: Any) -> Any:  # noqa: ANN401  # as above
        await context.abort(grpc.StatusCode.UNAVAILABLE, f"localcloud injected: {refusal}")
        yield  # a generator that ends before its first value

    codecs = handler.request_deserializer, handler.response_serializer
    if handler.response_streaming:
        make = (
            grpc.stream_stream_rpc_method_handler
            if handler.request_streaming
            else grpc.unary_stream_rpc_method_handler
        )
        return make(many, *codecs)
    return grpc.unary_unary_rpc_method_handler(one, *codecs)
