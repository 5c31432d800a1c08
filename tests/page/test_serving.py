"""How the page's files are served: named by their content, cached for ever, and no other files."""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from functions.api.page.serving import FOLDER, page_routes
from shared.domain.errors import conversion_errors, request_errors
from shared.domain.formats import FORMATS
from shared.domain.notes.catalogue import findings
from shared.domain.options import options_table
from shared.domain.presets import PRESETS
from shared.runtime.log import Log
from shared.web.http import Application
from tools.stage import ROOT, bundle_files

if TYPE_CHECKING:
    from pathlib import Path

BUCKET = "https://storage.googleapis.com/sonube-test/"
SIGN_IN = ("https://identitytoolkit.googleapis.com/v1/", "https://securetoken.googleapis.com/v1/")
MODULES = sorted(FOLDER.rglob("*.js"))
INDEX = (FOLDER / "index.html").read_text()
TOLD_BY_THE_API = "problem.invalid_field"


@pytest.fixture(scope="module")
def client() -> Client:
    application = Application(
        page_routes(BUCKET, (BUCKET, *SIGN_IN), {"terms": "https://example.com/terms?a=1&b=2"})
    )

    @Request.application
    def respond(request: Request) -> Response:
        return application.respond(request, Log({}))

    return Client(respond)


def version(client: Client) -> str:
    found = re.search(r"page/(\w{12})/app\.js", client.get("/").text)
    assert found
    return found[1]


def words(language: str) -> dict[str, str]:
    source = "".join(path.read_text() for path in (FOLDER / "words").glob(f"{language}*.js"))
    return dict(re.findall(r'^  "([^"]+)":\s+"(.*)",$', source, re.MULTILINE))


def test_the_page_is_revalidated_but_sent_once(client: Client) -> None:
    first = client.get("/")
    again = client.get("/", headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-cache")
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("app.js", "text/javascript; charset=utf-8"),
        ("style/base.css", "text/css; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
        ("font/nunito.woff2", "font/woff2"),
    ],
)
def test_a_file_is_kept_for_good_under_its_version(client: Client, name: str, kind: str) -> None:
    answer = client.get(f"/page/{version(client)}/{name}")

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.data == (FOLDER / name).read_bytes()


def test_the_page_preloads_every_module(client: Client) -> None:
    named = re.findall(r'rel="modulepreload" href="page/\w{12}/([^"]+)"', client.get("/").text)

    assert sorted(named) == sorted(str(path.relative_to(FOLDER)) for path in MODULES)


def test_under_another_version_the_present_file_is_sent_and_not_kept(client: Client) -> None:
    answer = client.get("/page/0123456789ab/app.js")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize(
    "name", ["nothing.js", "../page.py", "..%2fpage.py", "%2e%2e/main.py", "font/OFL.txt", ""]
)
def test_nothing_but_the_pages_own_files_is_served(client: Client, name: str) -> None:
    assert client.get(f"/page/{version(client)}/{name}").status_code == 404


def test_all_of_the_page_weighs_less_than_200_kilobytes(client: Client) -> None:
    names = ["/", *(f"/page/{version(client)}/{path.relative_to(FOLDER)}" for path in served_files())]
    sizes = [len(client.get(name, headers={"Accept-Encoding": "gzip"}).data) for name in names]

    assert sum(sizes) < 200_000


def served_files() -> list[Path]:
    return [path for path in FOLDER.rglob("*") if path.suffix in {".css", ".js", ".svg", ".woff2"}]


def test_a_browser_that_takes_gzip_gets_it(client: Client) -> None:
    path = f"/page/{version(client)}/app.js"
    plain, packed = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip, br"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert packed.headers["Vary"] == "Accept-Encoding"


def test_the_policy_lets_nothing_run_inline_and_nothing_leave_but_to_known_servers(
    client: Client,
) -> None:
    headers = client.get("/").headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["connect-src"] == f"'self' {BUCKET} {' '.join(SIGN_IN)}"
    assert policy["media-src"] == f"'self' blob: {BUCKET}"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert policy["frame-ancestors"] == "'none'"
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer")


def test_the_page_needs_nothing_from_elsewhere() -> None:
    texts = [
        path.read_text() for path in FOLDER.rglob("*") if path.suffix in {".js", ".css", ".html", ".svg"}
    ]
    addresses = {url for text in texts for url in re.findall(r"https?://[\w./-]+", text)}

    assert addresses == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style| style=| on\w+=", INDEX)


def test_every_file_of_the_page_is_in_the_bundle_of_api() -> None:
    files = [path for path in FOLDER.rglob("*.*") if "__pycache__" not in path.parts]
    served = {f"page/{path.relative_to(FOLDER)}" for path in files}

    assert served <= set(bundle_files("api"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_is_small_says_what_it_does_and_imports_what_exists(path: Path) -> None:
    source = path.read_text()
    imports = re.findall(r'^(?:import|\} from).*"(\.[^"]+)";$', source, re.MULTILINE)

    assert source.startswith("/** ")
    assert len(source.splitlines()) <= 250
    assert [name for name in imports if not (path.parent / name).is_file()] == []


def test_both_languages_have_the_same_words() -> None:
    english, spanish = words("en"), words("es")

    # The API itself describes the presets in English, and what a field takes.
    assert set(spanish) - set(english) == {*(f"preset.{name}.note" for name in PRESETS), TOLD_BY_THE_API}
    assert set(english) - set(spanish) == set()
    for key, phrase in english.items():
        assert set(re.findall(r"\{\w+\}", phrase)) == set(re.findall(r"\{\w+\}", spanish[key])), key


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_text_of_the_api_has_words(language: str) -> None:
    known = words(language)
    options = {field.name for form in FORMATS.values() for field in options_table(form).fields}
    needed = {
        *(f"problem.{code}" for code in {*conversion_errors(), *request_errors()}),
        *(f"format.{name}" for name in FORMATS),
        *(f"preset.{name}" for name in PRESETS),
        *(f"option.{name}" for name in options),
    }

    noted = {name.split(".")[1] for name in known if name.startswith("note.")}

    assert set(findings()) == noted - {"many"}
    assert needed - set(known) == ({TOLD_BY_THE_API} if language == "en" else set())


def test_every_word_that_the_page_uses_exists() -> None:
    asked = set(re.findall(r'data-(?:text|label)="([\w.]+)"', INDEX))
    for path in MODULES:
        asked |= set(re.findall(r'\btext\("([\w.]+)"', path.read_text()))

    assert asked - set(words("en")) == set()


def test_the_buckets_cors_rule_permits_what_the_page_sends_and_reads() -> None:
    (rule,) = json.loads((ROOT / "deploy" / "cors.json").read_text())
    signed = {"content-type", "x-goog-content-length-range", "x-goog-if-generation-match", "x-goog-resumable"}
    permitted = {name.lower() for name in rule["responseHeader"]}

    assert {"GET", "PUT", "POST"} <= set(rule["method"])
    assert signed | {"content-range", "range", "location"} <= permitted
