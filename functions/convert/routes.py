"""The route that Cloud Tasks calls as the invoker, to convert what waits in a queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.web.http import Application, Route, json_response

from .event import parse_upload

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from shared.web.http import Call
    from shared.web.invoker import Invoker

    from .event import UploadPipeline


def application(invoker: Invoker, pipeline: UploadPipeline) -> Application:
    """Return the application with its only route."""

    def convert(call: Call) -> Response:
        """Convert the upload; an error makes Cloud Tasks call again."""
        task_id, upload = call.path["task_id"], parse_upload(call.body())
        log = call.log.bind(object=upload.object, generation=upload.generation, taskId=task_id)
        pipeline.run(task_id, upload, log)
        return json_response({})

    return Application([Route("POST", "/api/tasks/<task_id>/convert", invoker.only(convert))])
