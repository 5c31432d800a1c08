"""Which pages may send requests to a localcloud: its own, and those that settings add."""

from __future__ import annotations

from localcloud.network.browsers import Pages

OWN = {f"http://{name}:8080" for name in ("127.0.0.1", "localhost", "[::1]")}


def test_own_page_is_allowed_under_each_name_of_the_machine() -> None:
    pages = Pages.allowed({}, 8080)

    assert pages.hosts == {"127.0.0.1", "localhost", "[::1]"}
    assert pages.origins == OWN
    assert Pages.allowed({}, None).origins == frozenset()


def test_settings_add_names_and_origins() -> None:
    forwarded = {"ALLOWED_HOSTS": "me-8080.app.github.dev", "CORS_ORIGINS": "https://me-8080.app.github.dev"}
    pages = Pages.allowed(forwarded, 8080)

    assert pages.hosts == {"127.0.0.1", "localhost", "[::1]", "me-8080.app.github.dev"}
    assert pages.origins == OWN | {"https://me-8080.app.github.dev"}
    assert Pages.allowed({"CORS_ORIGINS": "none", "ALLOWED_HOSTS": "none"}, 8080) == Pages.allowed({}, 8080)
