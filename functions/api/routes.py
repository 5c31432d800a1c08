"""The route table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.web.http import Application, Route, json_response

from .handlers.accounts import AccountHandlers
from .handlers.authentication import authenticated
from .handlers.formats import FormatHandlers
from .handlers.keys import KeyHandlers
from .handlers.own_account import OwnAccountHandlers
from .handlers.quotes import QuoteHandlers
from .handlers.tasks import TaskHandlers
from .handlers.transfers import TransferHandlers, by_link_or
from .handlers.usage import UsageHandlers
from .handlers.webhooks import WebhookHandlers
from .inputs.fields import FILE_QUERY, LINK_QUERY, TASK_QUERY, TASK_VIEW
from .service.callers import Access, Callers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from werkzeug.wrappers import Response

    from shared.ports.accounts import Accounts, Caller, SignIn, TokenVerifier
    from shared.web.http import Call

    from .openapi.reference import Reference
    from .service.account import UserAccount
    from .service.changes import TaskChanges
    from .service.creation import TaskCreation
    from .service.keys import UserKeys
    from .service.links import Links
    from .service.quotas import Limits
    from .service.quotes import Quotes
    from .service.tasks import UserTasks
    from .service.transfers import Transfers
    from .service.usage import UserUsage
    from .service.webhooks import UserWebhooks


@dataclass(frozen=True, slots=True)
class UseCases:
    """What the handlers call; a request builds only what it needs."""

    accounts: Callable[[], Accounts]
    sign_in: Callable[[], SignIn]
    verifier: Callable[[], TokenVerifier]
    own_account: Callable[[], UserAccount]
    keys: Callable[[], UserKeys]
    user_tasks: Callable[[], UserTasks]
    quotes: Callable[[], Quotes]
    usage: Callable[[], UserUsage]
    creation: Callable[[], TaskCreation]
    changes: Callable[[], TaskChanges]
    transfers: Callable[[], Transfers]
    links: Callable[[], Links]
    webhooks: Callable[[], UserWebhooks]
    reference: Callable[[], Reference]
    limits: Limits
    kept_days: int


def application(
    use: UseCases, *, pages: Sequence[Route] = (), origins: frozenset[str] = frozenset({"*"})
) -> Application:
    """All routes.

    Args:
        use: the use cases.
        pages: routes of the web page.
        origins: see `shared.web.cors`.
    """
    account, webhook = AccountHandlers(use.accounts, use.sign_in), WebhookHandlers(use.webhooks)
    own = OwnAccountHandlers(use.own_account)
    task = TaskHandlers(use.user_tasks, use.creation, use.changes, use.transfers, use.links, use.webhooks)
    transfer, key = TransferHandlers(use.user_tasks, use.transfers, use.links), KeyHandlers(use.keys)
    callers = Callers(use.verifier, use.keys)

    def reads(handler: Callable[[Call, Caller], Response]) -> Callable[[Call], Response]:
        return authenticated(callers, handler, Access.READ)

    def writes(handler: Callable[[Call, Caller], Response]) -> Callable[[Call], Response]:
        return authenticated(callers, handler, Access.WRITE)

    def by_person(handler: Callable[[Call, Caller], Response]) -> Callable[[Call], Response]:
        return authenticated(callers, handler, Access.PERSON)

    def person_writes(handler: Callable[[Call, Caller], Response]) -> Callable[[Call], Response]:
        return authenticated(callers, handler, Access.PERSON_WRITE)

    download = by_link_or(reads(transfer.download), transfer.download_by_link)
    routes = [
        Route("GET", "/api/health", _health),
        Route("GET", "/api/formats", FormatHandlers(use.limits, use.kept_days).list),
        Route("GET", "/api/config", account.config),
        Route("GET", "/api/openapi.json", lambda call: use.reference().open_api(call)),
        Route("GET", "/docs", lambda call: use.reference().reference(call), None),
        Route("GET", "/docs/errors", lambda call: use.reference().errors(call), None),
        Route("POST", "/api/auth/signup", account.sign_up),
        Route("POST", "/api/auth/login", account.log_in),
        Route("POST", "/api/auth/refresh", account.refresh),
        Route("POST", "/api/auth/forgot", own.forgot),
        Route("POST", "/api/auth/code", own.look_at),
        Route("POST", "/api/auth/reset", own.choose_password),
        Route("GET", "/api/account", by_person(own.get)),
        Route("POST", "/api/account/verification", by_person(own.send_verification)),
        Route("POST", "/api/account/password", by_person(own.change_password)),
        Route("POST", "/api/account/signout", by_person(own.sign_out_everywhere)),
        Route("POST", "/api/account/delete", by_person(own.delete)),
        Route("GET", "/api/keys", by_person(key.list)),
        Route("POST", "/api/keys", person_writes(key.create)),
        Route("DELETE", "/api/keys/<key_id>", by_person(key.revoke)),
        Route("POST", "/api/quote", reads(QuoteHandlers(use.quotes).make)),
        Route("GET", "/api/usage", reads(UsageHandlers(use.usage).get)),
        Route("POST", "/api/tasks", writes(task.create)),
        Route("GET", "/api/tasks", reads(task.list), TASK_QUERY.names()),
        Route("GET", "/api/tasks/<task_id>", reads(task.get), TASK_VIEW.names()),
        Route("PUT", "/api/tasks/<task_id>", writes(task.change_outputs)),
        Route("DELETE", "/api/tasks/<task_id>", writes(task.delete)),
        Route("POST", "/api/tasks/<task_id>/cancel", writes(task.cancel)),
        Route("POST", "/api/tasks/<task_id>/upload", writes(transfer.renew_upload)),
        Route("POST", "/api/tasks/<task_id>/upload/session", transfer.open_session, LINK_QUERY.names()),
        Route("GET", "/api/tasks/<task_id>/download", download, (*FILE_QUERY.names(), *LINK_QUERY.names())),
        Route("GET", "/api/download/<task_id>", download, FILE_QUERY.names()),
        Route("GET", "/api/webhook", reads(webhook.get)),
        Route("PUT", "/api/webhook", writes(webhook.change)),
        Route("POST", "/api/webhook/test", writes(webhook.test)),
        Route("POST", "/api/tasks/<task_id>/webhook/replay", writes(webhook.replay)),
    ]
    return Application([*routes, *pages], origins)


def _health(call: Call) -> Response:  # noqa: ARG001  # a handler takes the call
    return json_response({"status": "ok"})
