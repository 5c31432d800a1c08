"""The OpenAPI document and its HTML pages, without a script: the reference, and all errors and notes."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared.domain.errors import conversion_errors, request_errors
from shared.domain.formats import FORMATS
from shared.domain.formats.defaults import defaults_of
from shared.domain.notes.catalogue import figures_of, findings
from shared.domain.options import options_table
from shared.domain.presets import PRESETS

from ..inputs.fields import OUTPUT_REQUEST
from ..page.static_file import StaticFile
from .document import DESCRIPTION, document, error_statuses
from .field_tables import field_values, link_to, object_section, request_table
from .markup import Markup, element, joined, prose, table
from .operations import OPERATIONS
from .request_schemas import limited
from .response_schemas import response_schemas
from .samples import samples

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from shared.domain.fields import FieldTable
    from shared.domain.notes.base import Finding
    from shared.web.http import Call

    from ..service.quotas import Limits
    from .operation import Operation, Success

STYLE = Path(__file__).resolve().with_name("reference.css")
# The same mark as on the page.
LOGO = Path(__file__).resolve().with_name("mark.svg")
CACHING = "public, max-age=300"
ENVIRONMENT = (
    "The requests below take from the environment: `SONUBE_URL`, the address of this service; "
    "`SONUBE_TOKEN`, an ID token or an API key; and what a path names, such as `TASK_ID`."
)


class Reference:
    """The document and its two pages, each made at the first request for it.

    Args:
        limits: of this deployment.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def open_api(self, call: Call) -> Response:
        """`GET /api/openapi.json`."""
        return self._open_api.response(call, {"Cache-Control": CACHING})

    def reference(self, call: Call) -> Response:
        """`GET /docs`."""
        return self._pages[0].response(call, _headers())

    def errors(self, call: Call) -> Response:
        """`GET /docs/errors`."""
        return self._pages[1].response(call, _headers())

    @cached_property
    def _document(self) -> dict[str, Any]:
        return document(self._limits)

    @cached_property
    def _open_api(self) -> StaticFile:
        text = json.dumps(self._document, ensure_ascii=False, separators=(",", ":"))
        return StaticFile.of(text.encode(), "application/json")

    @cached_property
    def _pages(self) -> list[StaticFile]:
        texts = (reference_page(self._document, self._limits), errors_page())
        return [StaticFile.of(text.encode(), "text/html; charset=utf-8") for text in texts]


def reference_page(description: dict[str, Any], limits: Limits) -> str:
    """The page at `/docs`."""
    groups: dict[str, list[Operation]] = {}
    for operation in OPERATIONS:
        groups.setdefault(operation.tag, []).append(operation)
    schemas, objects = description["components"]["schemas"], [*response_schemas()]
    body = [
        element("h1", "Sonube API"),
        *(element("p", prose(part), class_="lead") for part in DESCRIPTION.strip().split("\n\n")),
        element("p", prose(ENVIRONMENT)),
        element("p", "As OpenAPI 3.1: ", element("a", "/api/openapi.json", href="/api/openapi.json")),
    ]
    for tag, operations in groups.items():
        body += [element("h2", tag, id=tag.lower()), *(_operation(one, limits) for one in operations)]
    body += [
        element("h2", "Objects", id="objects"),
        _request_section(OUTPUT_REQUEST),
        *(object_section(name, schemas) for name in objects),
        element("h2", "Formats and their options", id="formats"),
        *(_format(name) for name in FORMATS),
        element("h2", "Presets", id="presets"),
        table(("Preset", "Format", "Use"), [_preset(name) for name in PRESETS]),
    ]
    links = {tag: [(one.name, one.summary) for one in operations] for tag, operations in groups.items()}
    links["Objects"] = [(name, name) for name in (OUTPUT_REQUEST.name, *objects)]
    links["More"] = [
        ("formats", "Formats and options"),
        ("presets", "Presets"),
        ("/docs/errors", "Errors and notes"),
    ]
    return _page("Sonube API", _navigation(links), joined(body))


def errors_page() -> str:
    """The page at `/docs/errors`, with a section for every code."""
    body = [
        element("h1", "Errors and notes"),
        element("p", "Codes are stable. Link to one as /docs/errors#code.", class_="lead"),
        element("h2", "Errors of requests", id="requests"),
        *(
            _error(code, f"{error.status} · {error.title}", error.__doc__ or "")
            for code, error in request_errors().items()
        ),
        element("h2", "Errors of failed tasks", id="tasks"),
        *(_error(code, error.title, error.hint) for code, error in conversion_errors().items()),
        element("h2", "Notes of processed tasks", id="notes"),
        *(_note(kind) for kind in findings().values()),
    ]
    links = {
        "Requests": [(code, code) for code in request_errors()],
        "Tasks": [(code, code) for code in conversion_errors()],
        "Notes": [(code, code) for code in findings()],
        "More": [("/docs", "Reference")],
    }
    return _page("Sonube errors and notes", _navigation(links), joined(body))


def _operation(operation: Operation, limits: Limits) -> Markup:
    route = [
        element("span", operation.method, class_=f"method {operation.method.lower()}"),
        element("span", operation.path),
    ]
    if operation.is_public:
        route.append(element("span", "no token needed", class_="open"))
    parts = [
        element("h3", operation.summary),
        element("div", *route, class_="route"),
        element("p", prose(operation.description)),
    ]
    if parameters := operation.parameters():
        rows = [
            (element("code", field.name), place, field_values(field), prose(field.description))
            for place, field in parameters
        ]
        parts += [element("h4", "Parameters"), table(("Name", "In", "Values", "Description"), rows)]
    if operation.body:
        body = limited(operation.body, limits)
        parts += [element("h4", "Body"), request_table(body), _json(body.example())]
    parts += [element("h4", "Request"), *_samples(operation)]
    parts += [element("h4", "Responses"), *(_success(success) for success in operation.responses)]
    parts.append(_errors(operation))
    return element("section", *parts, class_="operation", id=operation.name)


def _request_section(fields: FieldTable) -> Markup:
    parts = (element("h3", fields.name), request_table(fields))
    return element("section", *parts, class_="operation", id=fields.name)


def _samples(operation: Operation) -> list[Markup]:
    return [
        element("details", element("summary", label), element("pre", source, tabindex="0"))
        for _, label, source in samples(operation)
    ]


def _success(success: Success) -> Markup:
    title = joined((element("code", str(success.status)), f" {success.description}"))
    fields = [element("p", "Fields: ", link_to(success.schema))] if success.schema else []
    if success.example is None:
        return joined((element("p", title), *fields))
    return element("details", element("summary", title), *fields, _json(success.example))


def _errors(operation: Operation) -> Markup:
    statuses = error_statuses(operation)
    codes = [code for code, error in request_errors().items() if error.status in statuses]
    links = [joined((element("a", code, href=f"/docs/errors#{code}"), " ")) for code in codes]
    return element("details", element("summary", "Errors"), element("p", *links))


def _format(name: str) -> Markup:
    form = FORMATS[name]
    rows = [
        (element("code", field.name), field.range_text(), prose(field.description))
        for field in options_table(form).fields
    ]
    kind = "lossless" if form.lossless else "lossy"
    defaults = [f"{row.text} up to {row.up_to_hz} Hz" for row in defaults_of(form)]
    told = [element("p", f"Default: {'; '.join(defaults)}.")] if defaults else []
    about = f" · {form.codec}, .{form.extension}, {form.content_type}, {kind}"
    summary = joined((element("strong", name), about))
    options = table(("Option", "Values", "Description"), rows)
    return element("details", element("summary", summary), *told, options)


def _preset(name: str) -> tuple[Markup, str, str]:
    preset = PRESETS[name]
    return element("code", name), preset.format, preset.description


def _error(code: str, title: str, text: str) -> Markup:
    parts = element("h3", element("code", code)), element("p", title), element("p", prose(_summary(text)))
    return element("section", *parts, class_="operation", id=code)


def _note(kind: type[Finding]) -> Markup:
    figures = [(element("code", name), prose(about)) for name, about in figures_of(kind).items()]
    return element(
        "section",
        element("h3", element("code", kind.code)),
        element("p", kind.title),
        element("p", prose(_summary(kind.__doc__ or ""))),
        table(("Figure", "Description"), figures),
        class_="operation",
        id=kind.code,
    )


def _summary(docstring: str) -> str:
    """Its first paragraph, which is written for clients; what follows is for those who read the code."""
    return " ".join(docstring.split("\n\n", maxsplit=1)[0].split())


def _json(value: object) -> Markup:
    return element("pre", json.dumps(value, ensure_ascii=False, indent=2), tabindex="0")


def _navigation(groups: dict[str, list[tuple[str, str]]]) -> Markup:
    parts: list[str] = []
    for title, links in groups.items():
        items = [
            element("li", element("a", text, href=where if where.startswith("/") else f"#{where}"))
            for where, text in links
        ]
        parts += [element("h2", title), element("ul", *items)]
    return element("nav", *parts, aria_label="Contents")


def _page(title: str, navigation: Markup, body: Markup) -> str:
    mark = Markup(LOGO.read_text())
    home = element("a", mark, element("span", "sonube"), href="/", class_="brand", aria_label="Sonube")
    pages = [element("a", "Reference", href="/docs"), element("a", "Errors and notes", href="/docs/errors")]
    head = joined((
        Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width">'),
        element("title", title),
        element("style", Markup(_style())),
    ))  # fmt: skip
    top = element("header", home, *pages, class_="top")
    layout = element("div", navigation, element("main", body), class_="layout")
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{top}{layout}</body></html>'


@cache
def _style() -> str:
    return STYLE.read_text()


def _headers() -> dict[str, str]:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    own = f"style-src 'sha256-{digest}'; font-src 'self'"
    policy = f"default-src 'none'; {own}; base-uri 'none'; frame-ancestors 'none'"
    return {"Content-Security-Policy": policy, "Cache-Control": CACHING}
