"""JSON Schemas of responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .responses.accounts import account_schemas
from .responses.formats import format_schemas
from .responses.service import service_schemas
from .responses.sound import sound_schemas
from .responses.tasks import task_schemas
from .responses.webhooks import webhook_schemas

if TYPE_CHECKING:
    from .shapes import Schema


def response_schemas() -> dict[str, Schema]:
    """Component name → schema."""
    parts = (account_schemas, task_schemas, sound_schemas, format_schemas, webhook_schemas, service_schemas)
    return {name: schema for part in parts for name, schema in part().items()}
