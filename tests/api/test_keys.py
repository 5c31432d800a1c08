"""An API key, with the deployed function and localcloud's Firestore and accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import requests

from tests.waiting import HANG_S

if TYPE_CHECKING:
    from tests.users import User
    from tools.throwaway import ThrowawayCloud


def test_program_converts_with_a_key_until_it_is_revoked(user: User, cloud: ThrowawayCloud) -> None:
    made = user.call("POST", "/api/keys", json={"name": "server", "validDays": 30}).json()
    headers = {"Authorization": f"Bearer {made['key']}"}
    body = {"filename": "a.wav", "newFormat": "mp3"}
    created = requests.post(f"{cloud.url}/api/tasks", json=body, headers=headers, timeout=HANG_S)
    listed = user.call("GET", "/api/keys").json()["keys"]
    revoked = user.call("DELETE", f"/api/keys/{made['id']}")
    refused = requests.get(f"{cloud.url}/api/tasks", headers=headers, timeout=HANG_S)

    assert (created.status_code, revoked.status_code, refused.status_code) == (201, 204, 401)
    assert user.call("GET", f"/api/tasks/{created.json()['id']}").status_code == 200
    assert [key["name"] for key in listed if key["lastUsedAt"]] == ["server"]
