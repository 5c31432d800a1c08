"""Handlers of the caller's own account at `/api/account`, and of the codes of mails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from shared.domain.presentation.task import instant
from shared.web.http import json_response

from ..inputs.fields import ACCOUNT_DELETION, ADDRESS, CHOSEN_PASSWORD, MAIL_CODE, PASSWORD_CHANGE
from .accounts import session_response
from .authentication import bearer_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.ports.accounts import Caller
    from shared.web.http import Call

    from ..service.account import UserAccount


@dataclass(frozen=True, slots=True)
class OwnAccountHandlers:
    """Each method handles one route."""

    account: Callable[[], UserAccount]

    def get(self, call: Call, caller: Caller) -> Response:  # noqa: ARG002  # a handler takes the call
        """The account."""
        user = self.account().get(caller)
        return json_response(
            {
                "userId": user.uid,
                "email": user.email,
                "emailVerified": user.is_verified,
                "createdAt": instant(user.created_at),
            }
        )

    def send_verification(self, call: Call, caller: Caller) -> Response:  # noqa: ARG002  # as above
        """202: a mail is on its way."""
        self.account().send_verification(_token(call))
        return Response(status=202)

    def forgot(self, call: Call) -> Response:
        """202, also without such an account."""
        self.account().forgot(ADDRESS.parse(call.body())["email"])
        return Response(status=202)

    def look_at(self, call: Call) -> Response:
        """What a code is for. It stays valid: scanners of mails open links before people do."""
        mail = self.account().look_at(MAIL_CODE.parse(call.body())["code"])
        return json_response({"email": mail.email, "purpose": mail.purpose.value})

    def choose_password(self, call: Call) -> Response:
        """A session."""
        body = CHOSEN_PASSWORD.parse(call.body())
        session = self.account().choose_password(body["code"], body["password"])
        call.log.info("password_chosen", userId=session.uid)
        return session_response(session)

    def change_password(self, call: Call, caller: Caller) -> Response:
        """A session; all others have ended."""
        body = PASSWORD_CHANGE.parse(call.body())
        session = self.account().change_password(
            caller, _token(call), body["currentPassword"], body["newPassword"]
        )
        call.log.info("password_changed", userId=caller.uid)
        return session_response(session)

    def sign_out_everywhere(self, call: Call, caller: Caller) -> Response:
        """204."""
        self.account().sign_out_everywhere(caller)
        call.log.info("signed_out_everywhere", userId=caller.uid)
        return Response(status=204)

    def delete(self, call: Call, caller: Caller) -> Response:
        """204 if everything is gone, 202 if the sweeper deletes the rest."""
        body = ACCOUNT_DELETION.parse(call.body())
        is_complete = self.account().delete(caller, body["currentPassword"])
        call.log.info("account_deleted", userId=caller.uid, complete=is_complete)
        return Response(status=204 if is_complete else 202)


def _token(call: Call) -> str:
    return bearer_token(call.request.headers.get("Authorization", ""))
