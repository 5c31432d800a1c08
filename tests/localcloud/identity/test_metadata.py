"""A process without a key file finds its credentials, and signs, as it would on Cloud Run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from google.auth import crypt

from localcloud.credentials.service_account import write_service_account
from tests.localcloud.identity.service import PROJECT
from tests.machine import machine
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from localcloud.credentials.keys import SigningKey
    from tests.localcloud.identity.service import Identity

EMAIL = f"api@{PROJECT}.iam.gserviceaccount.com"
ROOT = Path(__file__).parents[3]

# iam.Signer takes no other address than Google's; nothing else is changed.
DEPLOYED = """
import json, sys
from google.auth import iam
iam._IAM_SIGN_ENDPOINT = f"http://{sys.argv[1]}/v1/projects/-/serviceAccounts/{{}}:signBlob"
"""


def run(identity: Identity, script: str) -> Any:  # any JSON
    """Run a script that prints JSON where only the metadata server knows who one is."""
    environment = {
        **machine(),
        "HOME": str(identity.credentials.parent / "no-home"),
        "GCE_METADATA_HOST": identity.host,
        "GCE_METADATA_IP": identity.host,
    }
    command = [sys.executable, "-W", "ignore", "-c", DEPLOYED + script, identity.host]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=HANG_S, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


WHO = """
import google.auth
from google.auth.transport.requests import Request
from google.oauth2 import id_token
credentials, project = google.auth.default()
credentials.refresh(Request())
token = id_token.fetch_id_token(Request(), "https://notify")
print(json.dumps([type(credentials).__module__, project, credentials.service_account_email, token]))
"""


def test_google_auth_finds_its_account_project_and_tokens(identity: Identity, key: SigningKey) -> None:
    module, project, email, token = run(identity, WHO)

    assert (module, project, email) == ("google.auth.compute_engine.credentials", PROJECT, EMAIL)
    assert key.verify_jwt(token)["aud"] == "https://notify"


SIGN = """
from shared.adapters.storage.signing import signing_credentials
credentials = signing_credentials()
signature = credentials.sign_bytes(b"url").hex()
print(json.dumps([type(credentials).__name__, credentials.signer_email, signature]))
"""


def test_the_pipelines_own_signing_goes_through_iam(identity: Identity) -> None:
    kind, email, signature = run(identity, SIGN)

    account = write_service_account(identity.credentials, PROJECT, "api", "http://unused")
    verifier = crypt.RSAVerifier.from_string(account.public_pem)
    assert (kind, email) == ("IamSigning", EMAIL)
    assert verifier.verify(b"url", bytes.fromhex(signature))


@pytest.mark.parametrize(
    ("path", "flavor", "status"),
    [
        ("project/project-id", "", 403),
        ("instance/service-accounts/default/token", "", 403),
        ("instance/service-accounts/nobody@example.com/token", "Google", 404),
        ("instance/service-accounts/default/identity", "Google", 400),
        ("instance/attributes/", "Google", 501),
    ],
)
def test_the_metadata_server_refuses(identity: Identity, path: str, flavor: str, status: int) -> None:
    url = f"http://{identity.host}/computeMetadata/v1/{path}"

    response = identity.http.get(url, headers={"Metadata-Flavor": flavor}, timeout=HANG_S)

    assert response.status_code == status
