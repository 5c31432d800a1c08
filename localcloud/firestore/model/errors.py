"""Why a call is refused: a gRPC code and a sentence."""

from __future__ import annotations

import grpc


class StatusError(Exception):
    """A call, or one write of a batch, ends with a code other than OK."""

    def __init__(self, code: grpc.StatusCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def number(self) -> int:
        """The code as `google.rpc.Status` writes it."""
        number: int = self.code.value[0]
        return number


def invalid(message: str) -> StatusError:
    """INVALID_ARGUMENT."""
    return StatusError(grpc.StatusCode.INVALID_ARGUMENT, message)


def not_found(message: str) -> StatusError:
    """NOT_FOUND."""
    return StatusError(grpc.StatusCode.NOT_FOUND, message)


def aborted(message: str) -> StatusError:
    """ABORTED; of all methods only Commit may say so, for the clients repeat a transaction only then."""
    return StatusError(grpc.StatusCode.ABORTED, message)


def failed_precondition(message: str) -> StatusError:
    """FAILED_PRECONDITION."""
    return StatusError(grpc.StatusCode.FAILED_PRECONDITION, message)


def already_exists(message: str) -> StatusError:
    """ALREADY_EXISTS."""
    return StatusError(grpc.StatusCode.ALREADY_EXISTS, message)


def not_implemented(what: str) -> StatusError:
    """UNIMPLEMENTED, for something real that this local cloud does not have; `what` names it."""
    return StatusError(grpc.StatusCode.UNIMPLEMENTED, f"localcloud does not implement {what}.")
