"""The control port: reads and changes the faults while everything runs, runs jobs on request, shows mails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from localcloud.faults.plan import FaultPlan, InvalidPlan

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from localcloud.faults.decisions import Faults


def control_app(
    faults: Faults,
    status: Callable[[], Mapping[str, Any]],
    call_job: Callable[[str], Awaitable[int | None]],
    mails: Callable[[], list[dict[str, Any]]],
) -> web.Application:
    """`GET` and `PUT /faults` (a plan as plain text), `GET /status`, `GET /mails`, `POST /jobs/{name}/run`.

    Args:
        faults: shown and changed.
        status: what `/status` shows beside the faults; anything JSON can hold.
        call_job: calls a scheduled job now and returns its status, None for no answer; KeyError: no such job.
        mails: the mails that would have been sent, newest first.
    """

    def shown() -> dict[str, Any]:
        return {"plan": str(faults.plan), "injected": faults.report()}

    async def show_faults(_: web.Request) -> web.Response:
        return web.json_response(shown())

    async def change_faults(request: web.Request) -> web.Response:
        try:
            faults.plan = FaultPlan.parse(await request.text())
        except InvalidPlan as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(shown())

    async def show_status(_: web.Request) -> web.Response:
        return web.json_response({**status(), "faults": shown()})

    async def show_mails(_: web.Request) -> web.Response:
        return web.json_response({"mails": mails()})

    async def run_job(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        try:
            return web.json_response({"job": name, "status": await call_job(name)})
        except KeyError:
            return web.json_response({"error": f"There is no job {name}."}, status=404)

    app = web.Application()
    app.router.add_get("/faults", show_faults)
    app.router.add_put("/faults", change_faults)
    app.router.add_get("/status", show_status)
    app.router.add_get("/mails", show_mails)
    app.router.add_post("/jobs/{name}/run", run_job)
    return app
