"""The use cases that change a task that exists: other outputs, an end before its time, removal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.errors import Conflict, IllegalTransition, RevisionChanged, Unavailable
from shared.domain.states import State
from shared.service.update import ATTEMPTS, change_task

from .tasks import outputs_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.task import Output, Task
    from shared.ports.accounts import Caller
    from shared.ports.objects import ObjectInfo
    from shared.ports.task_folder import TaskFolder

    from ..inputs.new_task import Wanted
    from .quotas import Quotas
    from .tasks import UserTasks

    # Raises if the task is not as the client believes.
    Condition = Callable[[Task], None]


@dataclass(frozen=True, slots=True)
class TaskChanges:
    """What a user may do to tasks of theirs; somebody else's is not there."""

    tasks: UserTasks
    folder: TaskFolder
    quotas: Quotas

    def retarget(
        self, caller: Caller, task_id: str, wanted: tuple[Wanted, ...], condition: Condition
    ) -> Task:
        """Ask for other outputs. What is uploaded already is converted anew.

        The task is written first and the source rewritten onto itself after it: so the event of the new
        generation finds what is wanted now, and the finalize trigger stays the only way into convert. Whoever
        dies between the two leaves a task that is UPLOADED; asking again, or the sweeper, rewrites again.

        Raises:
            Conflict: there are no bytes to convert, and none are waited for.
            QuotaExceeded: the user asks for too many conversions.
        """
        is_counted = False
        for _ in range(ATTEMPTS):
            task = self.tasks.get(caller, task_id)
            condition(task)
            live = None if task.state is State.WAITING else self._live(task)
            if live and not is_counted:
                self.quotas.take_step(caller.uid, started=1 if task.is_final else 0)
                is_counted = True
            outputs = outputs_of(task.id, task.filename, wanted)
            try:
                changed = self.tasks.store.replace(_retargeted(task, outputs, live, self.tasks))
            except RevisionChanged:
                continue
            if live is None or self._is_rewritten(live):
                self._remove_former(task, changed)
                return changed
            # Another generation came meanwhile; the condition has been met and the task written since.
            condition = _met
        raise Unavailable("The task is being changed by too many at once.", retry_after_s=1)

    def cancel(self, caller: Caller, task_id: str, condition: Condition) -> Task:
        """Stop; a conversion in flight ends within seconds. Twice is the same as once.

        Raises:
            Conflict: the task has ended otherwise.
        """
        return self._change(caller, task_id, condition, lambda task: task.cancelled(self.tasks.clock()))

    def delete(self, caller: Caller, task_id: str, condition: Condition) -> None:
        """Remove the task and its whole folder, whatever its state.

        Stopped first, so that nobody writes into the folder any more; the document goes last, so that a
        removal which broke off can be asked for again.
        """
        now = self.tasks.clock()
        task = self._change(
            caller, task_id, condition, lambda task: task if task.is_final else task.cancelled(now)
        )
        self.folder.delete_folder(task.id)
        self.tasks.store.delete(task.id)

    def _change(
        self, caller: Caller, task_id: str, condition: Condition, change: Callable[[Task], Task]
    ) -> Task:
        self.tasks.check_id(task_id)

        def apply(task: Task) -> Task:
            self.tasks.check_owner(caller, task)
            condition(task)
            try:
                return change(task)
            except IllegalTransition as error:
                raise Conflict(error.message) from error

        return change_task(self.tasks.store, task_id, apply)

    def _live(self, task: Task) -> ObjectInfo:
        live = self.folder.stat(task.source.object)
        if live is None:
            raise Conflict(f"The task is {task.state}, and its file is not there: create a new task.")
        return live

    def _is_rewritten(self, live: ObjectInfo) -> bool:
        try:
            self.folder.rewrite(live)
        except RevisionChanged:
            return False
        return True

    def _remove_former(self, before: Task, after: Task) -> None:
        """Outputs that nobody asks for any more; convert itself replaces those that keep their names."""
        kept = {output.object for output in after.outputs}
        former = [o.object for o in before.outputs if o.generation is not None and o.object not in kept]
        if former:
            self.folder.delete_all(former)


def _retargeted(task: Task, outputs: tuple[Output, ...], live: ObjectInfo | None, tasks: UserTasks) -> Task:
    try:
        return task.with_outputs(outputs, live.generation if live else None, tasks.clock())
    except IllegalTransition as error:
        raise Conflict(error.message) from error


def _met(task: Task) -> None:
    """No condition any more."""
