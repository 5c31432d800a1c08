"""firebase-admin in processes of its own: imported once, then a fork for each script."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from tests.localcloud.identity.service import PROJECT
from tests.machine import machine
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from tests.localcloud.identity.service import Identity

# A process that believes it talks to Google: only addresses differ, every check is the library's own.
IN_EARNEST = """
from firebase_admin import _token_gen, _user_mgt
ROOT = f"http://{HOST}"
_token_gen.ID_TOKEN_CERT_URI = ROOT + "/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com"
_token_gen.COOKIE_CERT_URI = ROOT + "/identitytoolkit/v3/relyingparty/publicKeys"
_token_gen.TokenGenerator.ID_TOOLKIT_URL = ROOT + "/identitytoolkit.googleapis.com/v1"
_user_mgt.UserManager.ID_TOOLKIT_URL = ROOT + "/identitytoolkit.googleapis.com/v1"
"""
PREAMBLE = """
import json, os, sys
import firebase_admin
from firebase_admin import auth
def outcome(work):
    try:
        return work()
    except Exception as error:
        return type(error).__name__
"""
# Forks for each line that it reads; the child runs the script and answers with a line.
FORKING = """
import json, os, sys, traceback
import firebase_admin
from firebase_admin import auth
for line in sys.stdin:
    order = json.loads(line)
    child = os.fork()
    if not child:
        os.environ.update(order["environment"])
        said = []
        try:
            exec(order["text"], {"HOST": order["host"], "GIVEN": order["given"], "say": said.append})
        except BaseException:
            said = [None, traceback.format_exc()]
        print(json.dumps(said, default=str), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""


class FirebaseAdmin:
    """Runs scripts from construction to `close`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", FORKING],
            env={**machine(), "GOOGLE_CLOUD_PROJECT": PROJECT},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, identity: Identity, script: str, *, in_earnest: bool, **given: Any) -> Any:  # any JSON
        """Run a script that ends in `say(value)` and return the value.

        Args:
            identity: the service that it talks to.
            script: finds `auth`, `outcome` and `GIVEN`.
            in_earnest: whether it believes to talk to Google, or knows an emulator.
            given: what the script finds in `GIVEN`.
        """
        assert self._process.stdin
        assert self._process.stdout
        start = "firebase_admin.initialize_app(options={'httpTimeout': 10})\n"
        order = {
            "environment": {"GOOGLE_APPLICATION_CREDENTIALS": str(identity.credentials)}
            if in_earnest
            else {"FIREBASE_AUTH_EMULATOR_HOST": identity.host},
            "host": identity.host,
            "given": given,
            "text": PREAMBLE + (IN_EARNEST if in_earnest else "") + start + script,
        }
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        value, *error = json.loads(self._process.stdout.readline())
        assert not error, error[0]
        return value

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=HANG_S)
