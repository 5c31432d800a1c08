"""What is written down about one route."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..inputs.fields import KEY_ID_PARAMETER, TASK_ID_PARAMETER

if TYPE_CHECKING:
    from shared.domain.fields import Field, FieldTable

PATH_PARAMETERS = (TASK_ID_PARAMETER, KEY_ID_PARAMETER)


@dataclass(frozen=True, slots=True)
class Success:
    """One successful response.

    Attributes:
        schema: component of the JSON body; None if there is no body, or one without a component.
        is_object: whether the body is a JSON object without a component.
    """

    status: int
    description: str
    schema: str | None = None
    headers: tuple[str, ...] = ()
    example: Any = None
    is_object: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path.

    Attributes:
        body: fields of the request's JSON; None if there is no body.
        query: query parameters.
        headers: request headers.
        errors: statuses in addition to those of authentication and of a body.
        is_public: whether neither an ID token nor an API key is needed.
        needs_person: whether an API key is refused.
    """

    method: str
    path: str
    name: str
    tag: str
    summary: str
    description: str
    responses: tuple[Success, ...]
    body: FieldTable | None = None
    query: tuple[Field, ...] = ()
    headers: tuple[Field, ...] = ()
    errors: tuple[int, ...] = ()
    is_public: bool = False
    needs_person: bool = False

    def parameters(self) -> list[tuple[str, Field]]:
        """Place and field of each parameter."""
        in_path = [("path", field) for field in PATH_PARAMETERS if f"{{{field.name}}}" in self.path]
        return [*in_path, *(("header", f) for f in self.headers), *(("query", f) for f in self.query)]
