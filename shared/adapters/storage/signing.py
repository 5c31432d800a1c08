"""V4 signed URLs to the objects of one bucket, signed with a key if there is one, or else by IAM."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from google.auth import credentials as google_credentials
from google.auth import iam
from google.auth.transport.urllib3 import Request
from urllib3 import Timeout, exceptions

from shared.adapters.failures import translated
from shared.adapters.google_json import connections, default_credentials
from shared.adapters.storage.v4 import Permission, signed_url
from shared.domain.errors import AlreadyExists, Unavailable
from shared.ports.links import SignedRequest

if TYPE_CHECKING:
    from collections.abc import Callable

GOOGLE = "https://storage.googleapis.com"
RESUMABLE = {"x-goog-resumable": "start"}
# Of a request to IAM, and of the request that opens a session.
TIMEOUT = Timeout(connect=5, read=15)


class IamSigning(google_credentials.Signing):
    """Signs as the function's service account through the IAM Credentials API, without a key file.

    All calls share one pooled session; the storage library would open one for each URL.
    """

    def __init__(self, credentials: google_credentials.Credentials, email: str) -> None:
        super().__init__()
        # Google's default timeout is two minutes, which is the function's own.
        self._signer = iam.Signer(partial(Request(connections()), timeout=TIMEOUT), credentials, email)
        self._email = email

    @property
    def signer(self) -> iam.Signer:
        """The remote signer."""
        return self._signer

    @property
    def signer_email(self) -> str:
        """The service account that signs."""
        return self._email

    def sign_bytes(self, message: bytes) -> bytes:
        """One call to IAM."""
        return bytes(self._signer.sign(message))


def signing_credentials(
    credentials: Callable[[], google_credentials.Credentials] = default_credentials,
) -> google_credentials.Signing:
    """The credentials if they have a key, or else IAM on their behalf."""
    with translated("IAM"):
        found = credentials()
        if isinstance(found, google_credentials.Signing) and getattr(found, "signer", None):
            return found
        found.refresh(Request(connections()))  # reads their e-mail address from the metadata server
        return IamSigning(found, str(getattr(found, "service_account_email", "")))


class BucketUrls:
    """`UrlSigner` on one bucket.

    Args:
        bucket: its name.
        credentials: sign the URLs.
        lifetime_s: of each URL.
        endpoint: of Cloud Storage or of an emulator.
    """

    def __init__(
        self, bucket: str, credentials: google_credentials.Signing, lifetime_s: int, endpoint: str = GOOGLE
    ) -> None:
        self._bucket = bucket
        self._credentials = credentials
        self._lifetime_s = lifetime_s
        self._endpoint = endpoint.rstrip("/")
        self._http = connections()

    def upload(self, name: str, content_type: str, max_bytes: int) -> SignedRequest:
        """A PUT with this type, up to this size, on condition that the object does not exist."""
        return self._signed(name, "PUT", _upload_headers(content_type, max_bytes))

    def open_session(self, name: str, content_type: str, max_bytes: int, origin: str | None) -> str:
        """A POST signed with the same limits, and sent from here."""
        request = self._signed(name, "POST", _upload_headers(content_type, max_bytes) | RESUMABLE)
        headers = {**request.headers, **({"origin": origin} if origin else {})}
        with translated("Cloud Storage", exceptions.HTTPError):
            response = self._http.request("POST", request.url, headers=headers, timeout=TIMEOUT)
        if response.status == HTTPStatus.PRECONDITION_FAILED:
            raise AlreadyExists("The file has already been uploaded.")
        if response.status != HTTPStatus.CREATED or "Location" not in response.headers:
            raise Unavailable(
                "Cloud Storage did not open an upload session. Try again.", retry_after_s=5
            ) from RuntimeError(response.data[:500])
        return response.headers["Location"]

    def download(self, name: str, filename: str, content_type: str) -> SignedRequest:
        """A GET whose response is saved as `filename`, in any script (RFC 6266)."""
        # `quote` escapes quotes, semicolons and line breaks; the plain form is for clients without RFC 5987.
        plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in filename)
        disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
        response = {"response-content-disposition": disposition, "response-content-type": content_type}
        return self._signed(name, "GET", {}, response)

    def _signed(
        self, name: str, method: str, headers: dict[str, str], response: dict[str, str] | None = None
    ) -> SignedRequest:
        now = datetime.now(UTC)
        with translated("IAM"):
            url = signed_url(
                Permission(method, self._bucket, name, headers, response or {}),
                self._endpoint,
                email=str(self._credentials.signer_email),
                sign=self._credentials.sign_bytes,
                now=now,
                life_s=self._lifetime_s,
            )
        return SignedRequest(url, method, headers, now + timedelta(seconds=self._lifetime_s))


def _upload_headers(content_type: str, max_bytes: int) -> dict[str, str]:
    return {
        "content-type": content_type,
        "x-goog-content-length-range": f"0,{max_bytes}",
        "x-goog-if-generation-match": "0",
    }
