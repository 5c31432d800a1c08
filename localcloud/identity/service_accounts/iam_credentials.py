"""The IAM Service Account Credentials API's `signBlob`: how a deployed function signs without a key file."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from localcloud.identity.errors import ApiError, invalid_argument

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.credentials.keys import SigningKey
    from localcloud.identity.body import Body


def sign_blob(service_accounts: Mapping[str, SigningKey], email: str, body: Body) -> dict[str, Any]:
    """Sign `payload` with a service account's key.

    Args:
        service_accounts: their keys by e-mail.
        email: the account that is to sign.
        body: `payload`, base64.

    Returns:
        `keyId` and `signedBlob`, base64.

    Raises:
        ApiError: 404 for an unknown account, 400 for a payload that is not base64.
    """
    key = service_accounts.get(email)
    if key is None:
        raise ApiError(f"Not found; Gaia id not found for email {email}", 404, "NOT_FOUND")
    try:
        payload = base64.b64decode(body.text("payload"), validate=True)
    except binascii.Error as error:
        raise invalid_argument("Invalid value at 'payload' (TYPE_BYTES), Base64 decoding failed.") from error
    if not payload:
        raise invalid_argument("payload is required.")
    return {"keyId": key.kid, "signedBlob": base64.b64encode(key.sign(payload)).decode()}
