"""The gRPC interface: google.cloud.tasks.v2.CloudTasks, method by method."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from google.cloud import tasks_v2
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]  # no stubs are published with it

from localcloud.faults.dispatches import DispatchFaults, NoFaults
from localcloud.tasks import names
from localcloud.tasks.acceptance import DeadlineRule, accepted
from localcloud.tasks.dispatcher import Dispatcher
from localcloud.tasks.errors import not_implemented
from localcloud.tasks.grpc_handlers import Method, add_service
from localcloud.tasks.queued import moment
from localcloud.tasks.queues import PAGE_SIZE_MAX as QUEUES_PAGE_SIZE_MAX
from localcloud.tasks.queues import PAUSED, RUNNING, Queues
from localcloud.tasks.store import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable

    import grpc

    from localcloud.database import Database

SERVICE = "google.cloud.tasks.v2.CloudTasks"
# The client offers its methods too.
LOCATIONS = "google.cloud.location.Locations"
TASKS_PAGE_SIZE_MAX = 1000


@dataclass(frozen=True)
class TasksConfig:
    """Figures that the service does not let one choose, and a test wants to.

    Attributes:
        task_name_reserved_s: how long a name stays taken after its task is done or deleted. The service says
            "up to 24 hours"; about one is what is seen.
        queue_name_reserved_s: the same for a deleted queue: "up to 3 days".
        deadline: bounds of a task's dispatch deadline.
    """

    task_name_reserved_s: float = 3600.0
    queue_name_reserved_s: float = 3 * 86400.0
    deadline: DeadlineRule = field(default_factory=DeadlineRule)


class TasksService:
    """Cloud Tasks over one database; a new instance on the same one continues where the last stopped.

    Args:
        database: where queues and tasks are kept.
        mint_oidc: service account e-mail and audience → signed ID token.
        config: see there.
        faults: what goes wrong on purpose.
        now: seconds since 1970.
    """

    def __init__(
        self,
        database: Database,
        mint_oidc: Callable[[str, str], str],
        *,
        config: TasksConfig | None = None,
        faults: DispatchFaults | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._config = config or TasksConfig()
        self._now = now
        self._queues = Queues(database, self._config.queue_name_reserved_s, now)
        self._tasks = Tasks(database, self._config.task_name_reserved_s, now)
        self._database = database
        self._dispatcher = Dispatcher(self._tasks, self._queues, mint_oidc, faults or NoFaults(), now)

    def register(self, server: grpc.aio.Server) -> None:
        """Serve on a server that has not been started yet."""
        v2 = tasks_v2
        add_service(
            server,
            SERVICE,
            {
                "CreateQueue": Method(v2.CreateQueueRequest, v2.Queue, self.create_queue),
                "GetQueue": Method(v2.GetQueueRequest, v2.Queue, self.get_queue),
                "ListQueues": Method(v2.ListQueuesRequest, v2.ListQueuesResponse, self.list_queues),
                "UpdateQueue": Method(v2.UpdateQueueRequest, v2.Queue, self.update_queue),
                "PauseQueue": Method(v2.PauseQueueRequest, v2.Queue, self.pause_queue),
                "ResumeQueue": Method(v2.ResumeQueueRequest, v2.Queue, self.resume_queue),
                "PurgeQueue": Method(v2.PurgeQueueRequest, v2.Queue, self.purge_queue),
                "DeleteQueue": Method(v2.DeleteQueueRequest, Empty, self.delete_queue),
                "CreateTask": Method(v2.CreateTaskRequest, v2.Task, self.create_task),
                "GetTask": Method(v2.GetTaskRequest, v2.Task, self.get_task),
                "ListTasks": Method(v2.ListTasksRequest, v2.ListTasksResponse, self.list_tasks),
                "DeleteTask": Method(v2.DeleteTaskRequest, Empty, self.delete_task),
                "RunTask": Method(v2.RunTaskRequest, v2.Task, self.run_task),
            },
        )
        add_service(server, LOCATIONS, {})

    async def run(self) -> None:
        """Dispatch tasks until cancelled."""
        await self._dispatcher.run()

    def create_queue(self, request: tasks_v2.CreateQueueRequest) -> tasks_v2.Queue:
        """Create a queue, which runs immediately."""
        return self._queues.create(request.parent, request.queue)

    def get_queue(self, request: tasks_v2.GetQueueRequest) -> tasks_v2.Queue:
        """Show a queue."""
        return self._queues.get(request.name)

    def list_queues(self, request: tasks_v2.ListQueuesRequest) -> tasks_v2.ListQueuesResponse:
        """Show a location's queues, a page at a time."""
        if request.filter:
            raise not_implemented("ListQueues with a filter")
        size = min(request.page_size or QUEUES_PAGE_SIZE_MAX, QUEUES_PAGE_SIZE_MAX)
        page = self._queues.page(request.parent, request.page_token, size + 1)
        token = page[size - 1].name if len(page) > size else ""
        return tasks_v2.ListQueuesResponse(queues=page[:size], next_page_token=token)

    def update_queue(self, request: tasks_v2.UpdateQueueRequest) -> tasks_v2.Queue:
        """Change a queue, or make it."""
        return self._woken(self._queues.update(request))

    def pause_queue(self, request: tasks_v2.PauseQueueRequest) -> tasks_v2.Queue:
        """Dispatch nothing more; tasks may still be added."""
        queue = self._queues.get(request.name)
        queue.state = PAUSED
        return self._queues.save(queue)

    def resume_queue(self, request: tasks_v2.ResumeQueueRequest) -> tasks_v2.Queue:
        """Dispatch again."""
        queue = self._queues.get(request.name)
        queue.state = RUNNING
        return self._woken(self._queues.save(queue))

    def purge_queue(self, request: tasks_v2.PurgeQueueRequest) -> tasks_v2.Queue:
        """Delete all tasks of a queue."""
        with self._database.transaction():
            queue = self._queues.get(request.name)
            self._tasks.purge(queue.name)
            queue.purge_time = moment(self._now())
            return self._queues.save(queue)

    def delete_queue(self, request: tasks_v2.DeleteQueueRequest) -> Any:  # noqa: ANN401  # protobuf has no stubs
        """Delete a queue with its tasks."""
        with self._database.transaction():
            self._queues.delete(request.name)
            self._tasks.purge(request.name)
        return Empty()

    def create_task(self, request: tasks_v2.CreateTaskRequest) -> tasks_v2.Task:
        """Add a task; a name that is or was used not long ago is refused."""
        queue = self._queues.get(request.parent)
        task = accepted(request.task, queue.name, self._config.deadline, self._now())
        queued = self._tasks.add(task, queue.name)
        self._dispatcher.wake()
        return queued.resource(request.response_view)

    def get_task(self, request: tasks_v2.GetTaskRequest) -> tasks_v2.Task:
        """Show a task that is not done yet."""
        return self._tasks.get(request.name).resource(request.response_view)

    def list_tasks(self, request: tasks_v2.ListTasksRequest) -> tasks_v2.ListTasksResponse:
        """Show a queue's tasks, a page at a time."""
        queue = self._queues.get(request.parent)
        size = min(request.page_size or TASKS_PAGE_SIZE_MAX, TASKS_PAGE_SIZE_MAX)
        page = self._tasks.page(queue.name, request.page_token, size + 1)
        token = page[size - 1].name if len(page) > size else ""
        shown = [queued.resource(request.response_view) for queued in page[:size]]
        return tasks_v2.ListTasksResponse(tasks=shown, next_page_token=token)

    def delete_task(self, request: tasks_v2.DeleteTaskRequest) -> Any:  # noqa: ANN401  # protobuf has no stubs
        """Delete a task; a running attempt continues and is not repeated."""
        self._tasks.finish(self._tasks.get(request.name))
        return Empty()

    def run_task(self, request: tasks_v2.RunTaskRequest) -> tasks_v2.Task:
        """Dispatch a task now, even if it runs, its queue is paused or its limits are reached."""
        begun = self._tasks.begin(self._tasks.get(names.task(request.name)))
        self._dispatcher.force(begun)
        return begun.resource(request.response_view)

    def _woken(self, queue: tasks_v2.Queue) -> tasks_v2.Queue:
        self._dispatcher.wake()
        return queue
