"""Changes to existing tasks: other outputs, cancellation, deletion."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shared.domain.costs.prices import nano
from shared.domain.errors import Conflict, IllegalTransition, RevisionChanged, Unavailable
from shared.domain.states import State
from shared.service.update import ATTEMPTS, change_task, remove_task

from .tasks import check_owner, check_task_id, planned_outputs

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.task import Task
    from shared.ports.accounts import Caller
    from shared.ports.clock import Clock
    from shared.ports.objects import ObjectInfo
    from shared.ports.task_folder import TaskFolder
    from shared.ports.tasks import TaskStore

    from ..inputs.new_task import RequestedOutput
    from .quotas import Quotas
    from .tasks import UserTasks

    # Raises if the task is not as the client expects.
    Condition = Callable[[Task], None]


@dataclass(frozen=True, slots=True)
class TaskChanges:
    """Changes the caller's tasks."""

    user_tasks: UserTasks
    tasks: TaskStore
    folder: TaskFolder
    quotas: Quotas
    clock: Clock

    def change_outputs(
        self,
        caller: Caller,
        task_id: str,
        requested: tuple[RequestedOutput, ...],
        condition: Condition,
        max_cost_usd: float | None = None,
    ) -> Task:
        """Replace the task's outputs; an uploaded file is converted again.

        The task is written first, then the source is rewritten onto itself: the event of its new generation
        finds the new outputs, and the finalize event remains the only way into convert. If the instance dies
        in between, the task is UPLOADED; the same request or the sweeper rewrites the source again.

        Raises:
            Conflict: there is no file to convert and the task does not wait for one.
            QuotaExceeded: the user requests too many conversions.
        """
        is_charged = False
        for _ in range(ATTEMPTS):
            task = self.user_tasks.get(caller, task_id)
            condition(task)
            live = None if task.state is State.WAITING else self._live_source(task)
            if live and not is_charged:
                self.quotas.charge(caller.uid, started=1 if task.is_final else 0, spends=True)
                is_charged = True
            try:
                wanted = self._with_outputs(task, requested, live)
                if max_cost_usd is not None:
                    wanted = replace(wanted, max_cost=nano(max_cost_usd))
                changed = self.tasks.replace(wanted)
            except RevisionChanged:
                continue
            if live is None or self._rewrite(live):
                self._delete_former_outputs(task, changed)
                return changed
            # A newer generation came in between. The condition held when the task was written.
            condition = _no_condition
        raise Unavailable("Too many requests change this task at once. Try again.", retry_after_s=1)

    def cancel(self, caller: Caller, task_id: str, condition: Condition) -> Task:
        """Cancel the task; a running conversion stops within seconds. Cancelling again has no effect.

        Raises:
            Conflict: the task has ended otherwise.
        """
        return self._change(caller, task_id, condition, lambda task: task.cancelled(self.clock()))

    def delete(self, caller: Caller, task_id: str, condition: Condition) -> None:
        """Delete the task and its folder, in any state.

        The task is cancelled first, so that nothing writes into the folder any more; the document goes last,
        so that an interrupted deletion can be repeated.
        """
        now = self.clock()
        task = self._change(
            caller, task_id, condition, lambda task: task if task.is_final else task.cancelled(now)
        )
        self.folder.delete_folder(task.id)
        remove_task(self.tasks, task, self.clock)

    def _change(
        self, caller: Caller, task_id: str, condition: Condition, change: Callable[[Task], Task]
    ) -> Task:
        check_task_id(task_id)

        def apply(task: Task) -> Task:
            check_owner(caller, task)
            condition(task)
            try:
                return change(task)
            except IllegalTransition as error:
                raise Conflict(error.message) from error

        return change_task(self.tasks, task_id, apply)

    def _live_source(self, task: Task) -> ObjectInfo:
        live = self.folder.stat(task.source.object)
        if live is None:
            raise Conflict(f"The task is {task.state} and its file is gone. Create a new task.")
        return live

    def _with_outputs(
        self, task: Task, requested: tuple[RequestedOutput, ...], live: ObjectInfo | None
    ) -> Task:
        outputs = planned_outputs(task.id, task.filename, requested)
        try:
            return task.with_outputs(outputs, live.generation if live else None, self.clock())
        except IllegalTransition as error:
            raise Conflict(error.message) from error

    def _rewrite(self, live: ObjectInfo) -> bool:
        """Whether this generation was still the live one."""
        try:
            self.folder.rewrite(live)
        except RevisionChanged:
            return False
        return True

    def _delete_former_outputs(self, before: Task, after: Task) -> None:
        """Delete outputs that are no longer requested; convert replaces those that keep their names."""
        kept = {output.object for output in after.outputs}
        former = [o.object for o in before.outputs if o.generation is not None and o.object not in kept]
        if former:
            self.folder.delete_all(former)


def _no_condition(task: Task) -> None:
    """Accept any task."""
