"""Handlers of API keys at `/api/keys`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from shared.keys.api_key import NewKey, Scope
from shared.web.http import json_response

from ..inputs.fields import NEW_KEY
from .presentation import present_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.ports.accounts import Caller
    from shared.web.http import Call

    from ..service.keys import UserKeys


@dataclass(frozen=True, slots=True)
class KeyHandlers:
    """Each method handles one route."""

    keys: Callable[[], UserKeys]

    def create(self, call: Call, caller: Caller) -> Response:
        """201 and the key with its secret, which is shown only here."""
        values = NEW_KEY.parse(call.body())
        request = NewKey(values["name"], Scope(values["scope"]), values["validDays"])
        key, secret = self.keys().create(caller, request)
        call.log.info("key_created", createdKeyId=key.id, scope=key.scope)
        return json_response(present_key(key) | {"key": secret}, 201)

    def list(self, call: Call, caller: Caller) -> Response:  # noqa: ARG002  # a handler takes the call
        """The caller's keys, without their secrets."""
        return json_response({"keys": [present_key(key) for key in self.keys().list(caller)]})

    def revoke(self, call: Call, caller: Caller) -> Response:
        """204."""
        key_id = call.path["key_id"]
        self.keys().revoke(caller, key_id)
        call.log.info("key_revoked", revokedKeyId=key_id)
        return Response(status=204)
