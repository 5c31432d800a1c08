"""What a request under another host name gets."""

from __future__ import annotations

from flask import Flask

from shared.web.guard import guard_hosts, refuse_pages
from shared.web.http import HSTS, SAFE_HEADERS


def test_refusal_has_the_headers_of_every_response() -> None:
    app = Flask("guarded")
    with app.app_context():
        guard_hosts(frozenset({"localhost"}))
    sent = {"Host": "evil.example", "X-Forwarded-Proto": "https"}
    answer = app.test_client().get("/", headers=sent)

    assert answer.status_code == 421
    assert {**SAFE_HEADERS, "Strict-Transport-Security": HSTS}.items() <= dict(answer.headers).items()


def test_service_for_programs_refuses_web_pages() -> None:
    app = Flask("guarded")
    app.add_url_rule("/", view_func=lambda: "called", methods=["POST"])
    with app.app_context():
        refuse_pages()
    client = app.test_client()
    origins = ("http://evil.example", "null")

    assert {client.post("/", headers={"Origin": origin}).status_code for origin in origins} == {403}
    assert client.post("/").status_code == 200
