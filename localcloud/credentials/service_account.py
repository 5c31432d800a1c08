"""A throw-away service account key, in the file format that Google's clients read their credentials from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localcloud.credentials.keys import SigningKey, write_privately

if TYPE_CHECKING:
    from pathlib import Path

# Each function loads this key at its start, while a deployed one has none to load: of the usual 2,048 bits
# the check alone takes 30 ms. It is thrown away, and opens nothing but this localcloud.
KEY_BITS = 1024


@dataclass(frozen=True)
class ServiceAccount:
    """A service account and the key that signs for it."""

    email: str
    key: SigningKey

    @property
    def public_pem(self) -> str:
        """What checks this account's signatures."""
        return self.key.public_pem


def write_service_account(path: Path, project: str, name: str, token_uri: str) -> ServiceAccount:
    """Write `path` for `GOOGLE_APPLICATION_CREDENTIALS`; the key in a file already there is kept.

    Keeping it lets a URL signed before a restart stay valid, while the port in `token_uri` may change.

    Args:
        path: the JSON file.
        project: the project id.
        name: the account's id, the part of its address before the @.
        token_uri: where a signed assertion is exchanged for an access token.
    """
    email = f"{name}@{project}.iam.gserviceaccount.com"
    key = _key_in(path, email) or SigningKey.create(email, KEY_BITS)
    content = {
        "type": "service_account",
        "project_id": project,
        "private_key_id": key.kid,
        "private_key": key.private_pem,
        "client_email": email,
        "client_id": account_number(email),
        "token_uri": token_uri,
        "universe_domain": "googleapis.com",
    }
    write_privately(path, json.dumps(content, indent=2) + "\n")
    return ServiceAccount(email, key)


def account_number(email: str) -> str:
    """The 21 digits by which Google's tokens name a service account (`sub`), derived from its address."""
    return "1" + str(int.from_bytes(email.encode()) % 10**20).zfill(20)


def _key_in(path: Path, email: str) -> SigningKey | None:
    if not path.exists():
        return None
    content = json.loads(path.read_text())
    if content["client_email"] != email:
        return None
    return SigningKey.from_private_pem(content["private_key"], email)
