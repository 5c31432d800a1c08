"""Every refusal that this Cloud Storage gives, with Google's status, JSON reason and XML code for it.

StorageError
└── one class only: the catalogue is the constants below, because clients tell refusals apart by their codes.

Codes and statuses are those of Google's "HTTP status and error codes" pages for the JSON and the XML API.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Refusal:
    """One entry of the catalogue."""

    status: int
    reason: str
    code: str


INVALID = Refusal(400, "invalid", "InvalidArgument")
INVALID_BUCKET_NAME = Refusal(400, "invalid", "InvalidBucketName")
INVALID_OBJECT_NAME = Refusal(400, "invalid", "InvalidURI")
KEY_TOO_LONG = Refusal(400, "invalid", "KeyTooLong")
METADATA_TOO_LARGE = Refusal(400, "invalid", "MetadataTooLarge")
REQUIRED = Refusal(400, "required", "InvalidArgument")
PARSE_ERROR = Refusal(400, "parseError", "MalformedHeaderValue")
BAD_DIGEST = Refusal(400, "invalid", "BadDigest")
INVALID_DIGEST = Refusal(400, "invalid", "InvalidDigest")
INCOMPLETE_BODY = Refusal(400, "invalid", "IncompleteBody")
ENTITY_TOO_LARGE = Refusal(400, "invalid", "EntityTooLarge")
ENTITY_TOO_SMALL = Refusal(400, "invalid", "EntityTooSmall")
EXPIRED_TOKEN = Refusal(400, "invalid", "ExpiredToken")
MALFORMED_SECURITY_HEADER = Refusal(400, "invalid", "MalformedSecurityHeader")
MISSING_SECURITY_HEADER = Refusal(400, "required", "MissingSecurityHeader")
ACCESS_DENIED = Refusal(403, "forbidden", "AccessDenied")
SIGNATURE_DOES_NOT_MATCH = Refusal(403, "forbidden", "SignatureDoesNotMatch")
NO_SUCH_BUCKET = Refusal(404, "notFound", "NoSuchBucket")
NO_SUCH_KEY = Refusal(404, "notFound", "NoSuchKey")
NO_SUCH_UPLOAD = Refusal(404, "notFound", "NoSuchUpload")
METHOD_NOT_ALLOWED = Refusal(405, "methodNotAllowed", "MethodNotAllowed")
BUCKET_EXISTS = Refusal(409, "conflict", "BucketNameUnavailable")
BUCKET_NOT_EMPTY = Refusal(409, "conflict", "BucketNotEmpty")
UPLOAD_EXPIRED = Refusal(410, "gone", "NoSuchUpload")
PRECONDITION_FAILED = Refusal(412, "conditionNotMet", "PreconditionFailed")
PAYLOAD_TOO_LARGE = Refusal(413, "uploadTooLarge", "EntityTooLarge")
INVALID_RANGE = Refusal(416, "requestedRangeNotSatisfiable", "InvalidRange")
UPLOAD_CANCELLED = Refusal(499, "cancelled", "ClientClosedRequest")
UPLOAD_BUSY = Refusal(503, "backendError", "ServiceUnavailable")
NOT_IMPLEMENTED = Refusal(501, "notImplemented", "NotImplemented")
NOT_MODIFIED = Refusal(304, "notModified", "NotModified")

UNMET = "At least one of the pre-conditions you specified did not hold."


class StorageError(Exception):
    """A request is refused.

    Args:
        refusal: the catalogue entry.
        message: what a person reads.
        details: further elements of the XML body, such as `StringToSign`.
        headers: what the answer's head says beside the body.
    """

    def __init__(
        self,
        refusal: Refusal,
        message: str,
        details: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.headers = headers or {}
        self.refusal = refusal
        self.message = message
        self.details = details or {}

    def as_json(self) -> bytes:
        """The JSON API's error body."""
        entry = {"message": self.message, "domain": "global", "reason": self.refusal.reason}
        error = {"code": self.refusal.status, "message": self.message, "errors": [entry]}
        return json.dumps({"error": error}).encode()

    def as_xml(self) -> bytes:
        """The XML API's error body."""
        elements = {"Code": self.refusal.code, "Message": self.message, **self.details}
        inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in elements.items())
        return f"<?xml version='1.0' encoding='UTF-8'?><Error>{inner}</Error>".encode()


def not_implemented(what: str) -> StorageError:
    """The refusal of something real that this local cloud does not have; `what` names it."""
    return StorageError(NOT_IMPLEMENTED, f"localcloud does not implement {what}.")
