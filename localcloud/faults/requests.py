"""Refuses requests as the faults say: an aiohttp middleware and a gRPC interceptor."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import grpc.aio
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp.typedefs import Handler, Middleware

    from localcloud.faults.decisions import Faults, Refusal

    # Any method's messages.
    RpcMethodHandler = grpc.RpcMethodHandler[Any, Any]


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
    """Reset the connection, so that the handler's response is lost.

    The handler still runs: a request whose answer is lost, rather than one that never came, is what clients
    get wrong.
    """
    if request.transport is not None:
        request.transport.abort()


class RefusingInterceptor(grpc.aio.ServerInterceptor):
    """Refuses gRPC calls: UNAVAILABLE before the call runs, or after it, its answer lost.

    One call's connection cannot be cut without all others on it; clients see either as UNAVAILABLE.
    """

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[RpcMethodHandler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> RpcMethodHandler | None:
        """Wrap the handler of a call that is to be refused; streams are refused at their start only."""
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        # `/google.firestore.v1.Firestore/Commit` is of the service `firestore`.
        service = method.strip("/").partition("/")[0].rpartition(".")[2].lower()
        refusal = self._faults.refusal(service, method) if handler else None
        return _refused(handler, refusal) if handler and refusal else handler


def _refused(handler: RpcMethodHandler, refusal: Refusal) -> RpcMethodHandler:
    async def one(request: Any, context: Any) -> Any:  # noqa: ANN401  # any method's messages
        if refusal == "drop" and handler.unary_unary is not None:
            answer: Any = handler.unary_unary(request, context)
            if inspect.isawaitable(answer):
                await answer
        await context.abort(grpc.StatusCode.UNAVAILABLE, f"localcloud injected: {refusal}")

    async def many(_: Any, context: Any) -> Any:  # noqa: ANN401  # as above
        await context.abort(grpc.StatusCode.UNAVAILABLE, f"localcloud injected: {refusal}")
        yield  # a generator that ends before its first value

    codecs = handler.request_deserializer, handler.response_serializer
    if handler.response_streaming and handler.request_streaming:
        return grpc.stream_stream_rpc_method_handler(many, *codecs)
    if handler.response_streaming:
        return grpc.unary_stream_rpc_method_handler(many, *codecs)
    return grpc.unary_unary_rpc_method_handler(one, *codecs)
