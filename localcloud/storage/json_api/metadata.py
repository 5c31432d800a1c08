"""The JSON API's requests for metadata: buckets and objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.storage.errors import INVALID, METHOD_NOT_ALLOWED, StorageError, not_implemented
from localcloud.storage.protocol.call import Reply
from localcloud.storage.store.listing import ListQuery, list_objects
from localcloud.storage.store.preconditions import Preconditions, check_entity_tag

if TYPE_CHECKING:
    from localcloud.database import Database
    from localcloud.storage.json_api.copies import Copies
    from localcloud.storage.protocol.call import Call
    from localcloud.storage.store.buckets import Buckets
    from localcloud.storage.store.objects import Objects
    from localcloud.storage.store.stored_object import StoredObject


class JsonApi:
    """Everything under `/storage/v1` that moves no bytes to or from the client."""

    def __init__(self, database: Database, buckets: Buckets, objects: Objects, copies: Copies) -> None:
        self._database = database
        self._buckets = buckets
        self._objects = objects
        self._copies = copies

    async def __call__(self, call: Call) -> Reply:
        """Serve one call."""
        return (await self._answer(call)).only(call.query.get("fields"))

    async def _answer(self, call: Call) -> Reply:
        if call.query.get("destinationKmsKeyName"):
            raise not_implemented("the parameter 'destinationKmsKeyName'")
        match call.path:
            case ("b",):
                return self._bucket_collection(call)
            case ("b", bucket):
                return self._bucket(call, bucket)
            case ("b", bucket, "storageLayout" | "managedFolders" as what) if call.method == "GET":
                return self._layout(call, bucket, what)
            case ("b", bucket, "o") if call.method == "GET":
                return self._list(call, bucket)
            case ("b", bucket, "o", name) if call.method != "POST":
                return self._object(call, bucket, name)
            case ("b", bucket, "o", name, *verb) if call.method == "POST":
                return await self._copies(call, bucket, name, tuple(verb))
        raise not_implemented(f"{call.method} /storage/v1/{'/'.join(call.path)}")

    def _bucket_collection(self, call: Call) -> Reply:
        if call.method == "POST":
            return Reply(200, self._buckets.create(call.document).resource(call.base_url))
        if call.method != "GET":
            raise method_not_allowed(call)
        found = self._buckets.list(call.query.get("prefix", ""))
        return Reply(
            200, {"kind": "storage#buckets", "items": [each.resource(call.base_url) for each in found]}
        )

    def _bucket(self, call: Call, name: str) -> Reply:
        conditions = Preconditions.from_query(call.query)
        match call.method:
            case "GET":
                bucket = self._buckets.get(name)
                self._buckets.check(bucket, conditions, reading=True)
            case "PATCH" | "PUT":
                bucket = self._buckets.update(name, call.document, conditions, merge=call.method == "PATCH")
            case "DELETE":
                self._buckets.delete(name, conditions)
                return Reply(204)
            case _:
                raise method_not_allowed(call)
        return Reply(200, bucket.resource(call.base_url))

    def _layout(self, call: Call, name: str, what: str) -> Reply:
        """What gcloud asks before it walks a bucket: whether it has real folders. It never has."""
        bucket = self._buckets.get(name).resource(call.base_url)
        if what == "managedFolders":
            return Reply(200, {"kind": "storage#managedFolders"})
        layout = {key: bucket[key] for key in ("location", "locationType")}
        flat = {"kind": "storage#storageLayout", "bucket": name, "hierarchicalNamespace": {"enabled": False}}
        return Reply(200, {**flat, **layout})

    def _list(self, call: Call, bucket: str) -> Reply:
        self._buckets.get(bucket)
        page = list_objects(self._database, bucket, ListQuery.from_query(call.query))
        listing: dict[str, object] = {"kind": "storage#objects"}
        if page.objects:
            listing["items"] = [each.resource(call.base_url) for each in page.objects]
        if page.prefixes:
            listing["prefixes"] = page.prefixes
        if page.next_token:
            listing["nextPageToken"] = page.next_token
        return Reply(200, listing)

    def _object(self, call: Call, bucket: str, name: str) -> Reply:
        stored = self._objects.get(bucket, name, generation_of(call))
        conditions = Preconditions.from_query(call.query)
        match call.method:
            case "GET":
                conditions.check(stored, reading=True)
                check_entity_tag(call.headers, stored.etag)
            case "PATCH" | "PUT":
                stored = self._objects.update(stored, call.document, conditions, merge=call.method == "PATCH")
            case "DELETE":
                self._objects.delete(stored, conditions)
                return Reply(204)
            case _:
                raise method_not_allowed(call)
        return object_reply(stored, call)


def object_reply(stored: StoredObject, call: Call) -> Reply:
    """The answer that is an object's resource."""
    return Reply(200, stored.resource(call.base_url), {"ETag": stored.etag})


def method_not_allowed(call: Call) -> StorageError:
    """The refusal of a method that a resource does not have."""
    return StorageError(METHOD_NOT_ALLOWED, f"The method {call.method} is not allowed against this resource.")


def generation_of(call: Call, parameter: str = "generation") -> int | None:
    """The generation that a call names, if it does."""
    text = call.query.get(parameter)
    if text is None:
        return None
    if not text.isdecimal():
        raise StorageError(INVALID, f"Invalid value for {parameter}: {text!r}")
    return int(text)
