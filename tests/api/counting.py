"""Answers requests with the wiring of api, without a key file, and prints the calls that each made.

Run by `bench/calls.py` in its own process: `python counting.py ID_TOKEN TASK_ID`. Prints a JSON object:
request → number of calls by service.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from typing import Any

from google.auth import iam
from urllib3 import HTTPConnectionPool
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from functions.api import main
from shared.runtime.log import Log

calls: Counter[str] = Counter()

# iam.Signer has no setting for its address.
iam._IAM_SIGN_ENDPOINT = (
    f"http://{os.environ['FIREBASE_AUTH_EMULATOR_HOST']}/v1/projects/-/serviceAccounts/{{}}:signBlob"
)


def service_of(url: str) -> str:
    marks = {
        ":signBlob": "iam",
        "identitytoolkit": "identity",
        "securetoken.googleapis.com": "identity",
        os.environ["STORAGE_EMULATOR_HOST"]: "storage",
        os.environ["FIRESTORE_REST_EMULATOR_HOST"]: "firestore",
    }
    return next((name for mark, name in marks.items() if mark in url), "metadata")


def watch_http() -> None:
    """Count below requests, which some of the calls go through."""
    send = HTTPConnectionPool.urlopen

    def counted(self: HTTPConnectionPool, method: str, url: str, *arguments: Any, **options: Any) -> Any:
        calls[service_of(f"{self.scheme}://{self.host}:{self.port}{url}")] += 1
        return send(self, method, url, *arguments, **options)

    HTTPConnectionPool.urlopen = counted  # type: ignore[method-assign]  # counts and calls the original


def respond(request: Request) -> Response:
    return main._application().respond(request, Log(stream=sys.stderr))


def run(token: str, processed: str) -> dict[str, dict[str, int]]:
    client, found = Client(Request.application(respond)), {}
    headers = {"Authorization": f"Bearer {token}"}
    body = {"filename": "a.wav", "newFormat": "mp3"}

    def call(name: str, status: int, method: str, path: str, **more: Any) -> Any:
        calls.clear()
        answer = client.open(path, method=method, headers={**headers, **more.pop("headers", {})}, **more)
        assert answer.status_code == status, answer.text
        found[name] = dict(calls)
        return answer

    call("first create", 201, "POST", "/api/tasks", json=body)
    created = call("create", 201, "POST", "/api/tasks", json=body).get_json()
    keyed = {"Idempotency-Key": created["id"]}
    call("create with a key", 201, "POST", "/api/tasks", json=body, headers=keyed)
    path = f"/api/tasks/{created['id']}"
    tag = call("get", 200, "GET", path).headers["ETag"]
    call("get, and look for the upload", 200, "GET", f"{path}?upload=check")
    call("get again", 304, "GET", path, headers={"If-None-Match": tag})
    call("get processed", 200, "GET", f"/api/tasks/{processed}")
    call("list", 200, "GET", "/api/tasks")
    call("download", 302, "GET", f"/api/tasks/{processed}/download")
    call("renew upload", 200, "POST", f"{path}/upload")
    call("cancel", 200, "POST", f"{path}/cancel")
    call("quote", 200, "POST", "/api/quote", json=body)
    call("usage", 200, "GET", "/api/usage")
    call("formats", 200, "GET", "/api/formats")
    key = client.post("/api/keys", headers=headers, json={"name": "counted"}).get_json()["key"]
    headers["Authorization"] = f"Bearer {key}"
    call("first use of an API key", 200, "GET", path)
    call("create by API key", 201, "POST", "/api/tasks", json=body)
    call("get by API key", 200, "GET", path)
    headers.clear()
    call("config", 200, "GET", "/api/config")
    account = {"email": f"counted-{processed}@example.com", "password": "correct horse"}
    call("sign up", 201, "POST", "/api/auth/signup", json=account)
    session = call("log in", 200, "POST", "/api/auth/login", json=account).get_json()
    call("refresh", 200, "POST", "/api/auth/refresh", json={"refreshToken": session["refreshToken"]})
    call("forgot", 202, "POST", "/api/auth/forgot", json={"email": account["email"]})
    headers["Authorization"] = f"Bearer {session['idToken']}"
    call("account", 200, "GET", "/api/account")
    call("verification", 202, "POST", "/api/account/verification")
    change = {"currentPassword": account["password"], "newPassword": "battery staple"}
    session = call("change password", 200, "POST", "/api/account/password", json=change).get_json()
    headers["Authorization"] = f"Bearer {session['idToken']}"
    call("sign out everywhere", 204, "POST", "/api/account/signout")
    account["password"] = change["newPassword"]
    session = client.post("/api/auth/login", json=account).get_json()
    headers["Authorization"] = f"Bearer {session['idToken']}"
    call("delete account", 204, "POST", "/api/account/delete", json={})
    return found


if __name__ == "__main__":
    watch_http()
    print(json.dumps(run(*sys.argv[1:])))  # noqa: T201  # the answer
