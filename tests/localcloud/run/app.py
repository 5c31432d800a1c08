"""A small HTTP server to be an instance: does what the path says."""

import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        what, _, value = self.path.strip("/").partition("/")
        match what:
            case "sleep":
                time.sleep(float(value))
            case "until":
                Path(f"/{value}.asked").touch()
                while not Path(f"/{value}").exists():
                    time.sleep(0.02)
                sys.stdout.write("waited\n")
                sys.stdout.flush()
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "say":
                sys.stdout.write(value * int(self.headers["X-Times"]) + "\n")
                sys.stdout.flush()
            case "child":
                child = subprocess.Popen(
                    [sys.executable, "-c", "import time; time.sleep(300)"], start_new_session=True
                )
                body = str(child.pid).encode()
        self.send_response(201 if what == "created" else 200)
        self.send_header("X-Pid", str(os.getpid()))
        self.send_header("X-Authorization", self.headers.get("Authorization", ""))
        self.send_header("X-Path", self.path)
        self.send_header("X-Trace", self.headers.get("traceparent", ""))
        self.send_header("X-Elder-Trace", self.headers.get("X-Cloud-Trace-Context", ""))
        self.send_header("X-Host", self.headers.get("Host", ""))
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_HEAD = answer  # noqa: N815  # http.server's

    def log_message(self, *arguments: object) -> None:
        """Say nothing: tests read what this process prints."""


if "--stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, lambda *_: os.write(1, b"asked to end\n"))
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
