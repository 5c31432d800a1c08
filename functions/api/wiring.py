"""Builds the use cases from settings and adapters.

What nearly every request needs, google-auth above all, is imported here, before the server forks: the same
import in a thread of the fork takes a quarter longer. The rest is imported by the first request that needs it
(docs/adr/0012).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from shared.adapters.firestore.admission import FirestoreAdmission
from shared.adapters.firestore.rest_records import records
from shared.adapters.firestore.tasks import FirestoreTasks
from shared.adapters.google_json import default_credentials
from shared.adapters.identity.certificates import TokenCertificates
from shared.adapters.identity.lookup import UserLookup
from shared.adapters.identity.tokens import IdTokens
from shared.adapters.storage.signing import BucketUrls, signing_credentials
from shared.domain.costs.prices import load_prices
from shared.ports.accounts import SignIn

from .page.serving import GOOGLE_STORAGE, page_routes
from .routes import UseCases, application
from .service.changes import TaskChanges
from .service.creation import TaskCreation
from .service.download_meter import DownloadMeter
from .service.links import Links
from .service.quotas import Limits, Quotas
from .service.tasks import UserTasks
from .service.transfers import Transfers

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.auth.credentials import Credentials

    from shared.adapters.firestore.records import Records
    from shared.adapters.identity.accounts import IdentityToolkit
    from shared.ports.links import UrlSigner
    from shared.ports.task_folder import TaskFolder
    from shared.ports.tasks import TaskStore
    from shared.runtime.config import Environment
    from shared.web.http import Application

    from .openapi.reference import Reference
    from .service.account import UserAccount
    from .service.keys import UserKeys
    from .service.quotes import Quotes
    from .service.usage import UserUsage
    from .service.webhooks import UserWebhooks


# Links at the foot of the page, and the settings of their addresses.
PAGE_LINKS = {"terms": "TERMS_URL", "source": "SOURCE_URL"}


def build_application(env: Environment) -> Application:
    """All routes of api, with these settings."""
    links = {name: env.secure_url(setting) for name, setting in PAGE_LINKS.items() if env.text(setting)}
    bucket = f"{_storage_endpoint(env).rstrip('/')}/{env.text('BUCKET')}/"
    sign_in = _sign_in(env)
    called = (bucket, f"{sign_in.identity_toolkit_url}/", f"{sign_in.secure_token_url}/")
    pages = page_routes(bucket, called, links)
    return application(use_cases(env), pages=pages, origins=env.words("CORS_ORIGINS"))


def use_cases(env: Environment) -> UseCases:
    """The use cases; each is built when a request first needs it, once."""
    limits, kept_days = _limits(env), env.number("TASK_LIFETIME_DAYS")
    lifetime, new_for = timedelta(days=kept_days), timedelta(hours=env.number("NEW_ACCOUNT_HOURS"))
    credentials = cache(default_credentials)
    firestore = cache(lambda: _records(env, credentials))
    users = cache(lambda: UserLookup(env.text("GOOGLE_CLOUD_PROJECT"), _identity_emulator(env), credentials))
    tasks = cache(lambda: FirestoreTasks(firestore()))
    admission = cache(lambda: FirestoreAdmission(firestore()))
    user_tasks = cache(lambda: UserTasks(tasks()))
    folders = cache(lambda: _folders(env))
    quotas = cache(lambda: Quotas(admission(), limits, _now))
    return UseCases(
        accounts=cache(lambda: _accounts(env)),
        sign_in=lambda: _sign_in(env),
        verifier=cache(lambda: _verifier(env, users)),
        own_account=cache(lambda: _own_account(env, firestore())),
        keys=cache(lambda: _keys(env, firestore(), users)),
        user_tasks=user_tasks,
        quotes=cache(lambda: _quotes(env, limits, kept_days)),
        usage=cache(lambda: _usage(env, firestore())),
        creation=cache(lambda: TaskCreation(tasks(), admission(), quotas(), limits, _now, lifetime, new_for)),
        changes=cache(lambda: TaskChanges(user_tasks(), tasks(), folders(), quotas(), _now)),
        transfers=cache(
            lambda: Transfers(
                user_tasks(),
                quotas(),
                _urls(env, credentials),
                limits.upload_bytes,
                folders,
                DownloadMeter(admission(), load_prices, _now),
            )
        ),
        links=cache(lambda: Links(tasks(), _now, env.number("URL_LIFETIME_S"))),
        webhooks=cache(lambda: _webhooks(env, firestore(), tasks(), quotas())),
        reference=cache(lambda: _reference(limits)),
        limits=limits,
        kept_days=kept_days,
    )


def _limits(env: Environment) -> Limits:
    return Limits(
        open_tasks=env.number("OPEN_TASKS_MAX"),
        per_minute=env.number("UPLOADS_PER_MINUTE"),
        upload_bytes=env.number("UPLOAD_MAX_BYTES"),
        duration_s=env.number("DURATION_MAX_S"),
        nano_usd=env.nano_usd("USD_PER_USER_MONTH"),
    )


def _sign_in(env: Environment) -> SignIn:
    toolkit, tokens = (
        env.secure_url(name).rstrip("/") for name in ("IDENTITY_TOOLKIT_URL", "SECURE_TOKEN_URL")
    )
    return SignIn(env.text("FIREBASE_API_KEY"), toolkit, tokens)


def _accounts(env: Environment) -> IdentityToolkit:
    from shared.adapters.identity.accounts import IdentityToolkit  # noqa: PLC0415  # few requests need it

    return IdentityToolkit(_sign_in(env))


def _verifier(env: Environment, users: Callable[[], UserLookup]) -> IdTokens:
    certificates = TokenCertificates(env.secure_url("TOKEN_CERTIFICATES_URL"))
    return IdTokens(
        env.text("GOOGLE_CLOUD_PROJECT"),
        certificates,
        users,
        needs_verified=env.flag("VERIFIED_EMAIL_REQUIRED"),
    )


def _own_account(env: Environment, firestore: Records) -> UserAccount:
    from shared.adapters.firestore.deletions import FirestoreDeletions  # noqa: PLC0415  # few requests need it
    from shared.adapters.firestore.endpoints import FirestoreEndpoints  # noqa: PLC0415  # as above
    from shared.adapters.firestore.keys import FirestoreKeys  # noqa: PLC0415  # as above
    from shared.adapters.identity.users import Users  # noqa: PLC0415  # as above
    from shared.service.forgetting import Forgetting, Grants  # noqa: PLC0415  # as above

    from .service.account import UserAccount  # noqa: PLC0415  # as above

    users = Users(env.text("GOOGLE_CLOUD_PROJECT"), _identity_emulator(env))
    grants = Grants(FirestoreKeys(firestore), FirestoreEndpoints(firestore))
    tasks, admission = FirestoreTasks(firestore), FirestoreAdmission(firestore)
    deletions = FirestoreDeletions(firestore)
    forgetting = Forgetting(users, grants, tasks, _folders(env), admission, deletions, _now)
    return UserAccount(_accounts(env), users, grants, forgetting, _now)


def _keys(env: Environment, firestore: Records, users: Callable[[], UserLookup]) -> UserKeys:
    from shared.adapters.firestore.keys import FirestoreKeys  # noqa: PLC0415  # few requests need it

    from .service.keys import UserKeys  # noqa: PLC0415  # as above

    needs_verified = env.flag("VERIFIED_EMAIL_REQUIRED")
    return UserKeys(FirestoreKeys(firestore), lambda uid: users().check_active(uid), _now, needs_verified)


def _identity_emulator(env: Environment) -> str:
    return env.variables.get("FIREBASE_AUTH_EMULATOR_HOST", "")


def _records(env: Environment, credentials: Callable[[], Credentials]) -> Records:
    emulator = env.text("FIRESTORE_REST_EMULATOR_HOST") or env.variables.get("FIRESTORE_EMULATOR_HOST", "")
    return records(env.text("GOOGLE_CLOUD_PROJECT"), env.text("FIRESTORE_DATABASE"), emulator, credentials)


def _urls(env: Environment, credentials: Callable[[], Credentials]) -> UrlSigner:
    lifetime_s = env.number("URL_LIFETIME_S")
    signing = signing_credentials(credentials)
    return BucketUrls(env.text("BUCKET"), signing, lifetime_s, _storage_endpoint(env))


def _storage_endpoint(env: Environment) -> str:
    return env.variables.get("STORAGE_EMULATOR_HOST") or GOOGLE_STORAGE


def _folders(env: Environment) -> TaskFolder:
    from google.cloud import storage  # noqa: PLC0415  # few requests need it

    from shared.adapters.storage.bucket import Bucket  # noqa: PLC0415  # as above

    return Bucket(storage.Client(project=env.text("GOOGLE_CLOUD_PROJECT")), env.text("BUCKET"))


def _webhooks(env: Environment, firestore: Records, tasks: TaskStore, quotas: Quotas) -> UserWebhooks:
    from shared.adapters.firestore.endpoints import FirestoreEndpoints  # noqa: PLC0415  # few requests need it
    from shared.adapters.http.outbound import Outbound  # noqa: PLC0415  # as above
    from shared.adapters.tasks.cloud_tasks import WebhookQueue, tasks_client  # noqa: PLC0415  # as above
    from shared.webhooks.bounded import TESTS_MAX, BoundedSender  # noqa: PLC0415  # as above

    from .service.webhooks import UserWebhooks  # noqa: PLC0415  # as above

    queue = WebhookQueue(
        tasks_client(env.text("CLOUD_TASKS_EMULATOR_HOST")),
        env.text("WEBHOOKS_QUEUE"),
        env.text("NOTIFY_URL"),
        env.text("NOTIFY_INVOKER"),
    )
    allow_loopback = env.flag("WEBHOOK_ALLOW_LOOPBACK")
    sender = BoundedSender(Outbound(allow_loopback, env.number("WEBHOOK_TIMEOUT_S")), TESTS_MAX)
    endpoints = FirestoreEndpoints(firestore)
    return UserWebhooks(endpoints, tasks, queue, sender, quotas, _now, allow_loopback)


def _quotes(env: Environment, limits: Limits, kept_days: int) -> Quotes:

    from .service.quotes import Quotes  # noqa: PLC0415  # as above

    long_s, finish_s = env.number("LONG_CONVERSION_S"), env.number("QUEUED_TIMEOUT_S")
    return Quotes(load_prices(), limits, kept_days, long_s, finish_s)


def _usage(env: Environment, firestore: Records) -> UserUsage:
    from shared.adapters.firestore.ledger import FirestoreLedger  # noqa: PLC0415  # few requests need it

    from .service.usage import UserUsage  # noqa: PLC0415  # as above

    return UserUsage(FirestoreLedger(firestore), env.nano_usd("USD_PER_USER_MONTH"), _now)


def _reference(limits: Limits) -> Reference:
    from .openapi.reference import Reference  # noqa: PLC0415  # as above

    return Reference(limits)


def _now() -> datetime:
    return datetime.now(UTC)
