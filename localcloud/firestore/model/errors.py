"""Why a call is refused: a gRPC code and a sentence."""

from __future__ import annotations

import grpc


class Refused(Exception):
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


def invalid(message: str) -> Refused:
    """INVALID_ARGUMENT."""
    return Refused(grpc.StatusCode.INVALID_ARGUMENT, message)


def not_found(message: str) -> Refused:
    """NOT_FOUND."""
    return Refused(grpc.StatusCode.NOT_FOUND, message)


def aborted(message: str) -> Refused:
    """ABORTED; of all methods only Commit may say so, for the clients repeat a transaction only then."""
    return Refused(grpc.StatusCode.ABORTED, message)


def failed_precondition(message: str) -> Refused:
    """FAILED_PRECONDITION."""
    return Refused(grpc.StatusCode.FAILED_PRECONDITION, message)


def already_exists(message: str) -> Refused:
    """ALREADY_EXISTS."""
    return Refused(grpc.StatusCode.ALREADY_EXISTS, message)


def not_implemented(what: str) -> Refused:
    """UNIMPLEMENTED, for something real that this local cloud does not have; `what` names it."""
    return Refused(grpc.StatusCode.UNIMPLEMENTED, f"localcloud does not implement {what}.")
