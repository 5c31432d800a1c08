"""Signing without a key, with an IAM that does not respond."""

from __future__ import annotations

import socket

import pytest
from google.auth import iam
from google.auth.credentials import AnonymousCredentials
from urllib3 import Timeout

from shared.adapters.storage import signing
from shared.domain.errors import Unavailable


def test_signing_times_out_when_iam_does_not_respond(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        monkeypatch.setattr(iam, "_IAM_SIGN_ENDPOINT", f"http://127.0.0.1:{deaf.getsockname()[1]}/{{}}")
        monkeypatch.setattr(signing, "TIMEOUT", Timeout(0.2))
        credentials = signing.IamSigning(AnonymousCredentials(), "api@p.iam.gserviceaccount.com")
        with pytest.raises(Unavailable):
            signing.BucketUrls("bucket", credentials, 900).upload("a", "audio/wav", 1)
