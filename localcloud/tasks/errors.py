"""Why a call is refused, with Cloud Tasks' own codes and sentences.

The sentences are those that the service gives, as recorded in the conformance suite of the open source
project aertje/cloud-tasks-emulator (August 2026): callers are known to look for them.
"""

from __future__ import annotations

import grpc


class StatusError(Exception):
    """A gRPC call ends with a code other than OK."""

    def __init__(self, code: grpc.StatusCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def invalid(message: str) -> StatusError:
    """INVALID_ARGUMENT."""
    return StatusError(grpc.StatusCode.INVALID_ARGUMENT, message)


def not_implemented(what: str) -> StatusError:
    """UNIMPLEMENTED, for something real that this local cloud does not have; `what` names it."""
    return StatusError(grpc.StatusCode.UNIMPLEMENTED, f"localcloud does not implement {what}.")


def no_such_queue() -> StatusError:
    """NOT_FOUND."""
    return StatusError(
        grpc.StatusCode.NOT_FOUND,
        "Queue does not exist. If you just created the queue, wait at least a minute for the queue to "
        "initialize.",
    )


def no_such_entity() -> StatusError:
    """NOT_FOUND, for a name that was never there."""
    return StatusError(grpc.StatusCode.NOT_FOUND, "Requested entity was not found.")


def task_gone() -> StatusError:
    """NOT_FOUND, for a task that succeeded, failed for good or was deleted not long ago."""
    return StatusError(
        grpc.StatusCode.NOT_FOUND,
        "The task no longer exists, though a task with this name existed recently. "
        "The task either successfully completed or was deleted.",
    )


def task_exists() -> StatusError:
    """ALREADY_EXISTS, the task is in the queue."""
    return StatusError(grpc.StatusCode.ALREADY_EXISTS, "Requested entity already exists")


def task_existed() -> StatusError:
    """ALREADY_EXISTS, a task of that name is done or deleted, and not long ago."""
    return StatusError(
        grpc.StatusCode.ALREADY_EXISTS,
        "The task cannot be created because a task with this name existed too recently.",
    )


def queue_exists() -> StatusError:
    """ALREADY_EXISTS."""
    return StatusError(grpc.StatusCode.ALREADY_EXISTS, "Queue already exists")


def queue_existed() -> StatusError:
    """FAILED_PRECONDITION, a queue of that name was deleted not long ago."""
    return StatusError(
        grpc.StatusCode.FAILED_PRECONDITION,
        "The queue cannot be created because a queue with this name existed too recently.",
    )
