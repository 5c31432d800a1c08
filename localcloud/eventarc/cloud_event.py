"""A finalized object as the CloudEvent that Eventarc sends, in the HTTP binding's binary content mode.

Field forms are those of an event received from the service: 64-bit numbers are strings, `time` has
microseconds, `bucket` is an extension attribute, the id is a Pub/Sub message id and stays the same on retry.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

FINALIZED = "google.cloud.storage.object.v1.finalized"
# What the HTTP binding (3.1.3.2) has percent-encoded: all but printable ASCII, and of that space, " and %.
ENCODED = re.compile(r"[^\x21-\x7e]|[\"%]")
# What an object resource has and google.events.cloud.storage.v1.StorageObjectData has not.
NOT_IN_EVENTS = frozenset(("timeFinalized", "customTime", "acl", "owner", "contexts"))


class Finalized(Protocol):
    """The part of an object that its event contains."""

    @property
    def bucket(self) -> str:
        """Its bucket's name."""

    @property
    def name(self) -> str:
        """Its name in the bucket."""

    @property
    def time_created(self) -> float:
        """Seconds since 1970."""

    def resource(self, base_url: str) -> dict[str, Any]:
        """The JSON API's resource."""


@dataclass(frozen=True)
class CloudEvent:
    """One event; `attributes` are CloudEvents' own and Eventarc's, `data` is JSON."""

    attributes: Mapping[str, str]
    data: bytes

    @property
    def id(self) -> str:
        """The same for each delivery of this event."""
        return self.attributes["id"]

    def headers(self, traceparent: str) -> dict[str, str]:
        """The headers of the `POST /` that delivers it."""
        attributes = {f"ce-{name}": percent_encoded(value) for name, value in self.attributes.items()}
        return {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)",
            "traceparent": traceparent,
            **attributes,
        }


def finalized_event(event_id: str, stored: Finalized, base_url: str) -> CloudEvent:
    """The event that a new generation of an object causes."""
    resource = stored.resource(base_url)
    data = {name: value for name, value in resource.items() if name not in NOT_IN_EVENTS}
    moment = datetime.fromtimestamp(stored.time_created, UTC)
    attributes = {
        "id": event_id,
        "source": f"//storage.googleapis.com/projects/_/buckets/{stored.bucket}",
        "specversion": "1.0",
        "type": FINALIZED,
        "subject": f"objects/{stored.name}",
        "time": moment.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "bucket": stored.bucket,
    }
    return CloudEvent(attributes, json.dumps(data, ensure_ascii=False).encode())


def percent_encoded(value: str) -> str:
    """An attribute's value as a header may hold it."""
    return ENCODED.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), value)
