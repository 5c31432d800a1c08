"""The OpenAPI document describes every route and response, and its examples follow their schemas."""

from __future__ import annotations

import gzip
import html
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from functions.api.inputs.fields import NEW_TASK
from functions.api.inputs.new_task import parse_new_task
from functions.api.openapi.document import document
from functions.api.openapi.operations import OPERATIONS
from functions.api.openapi.response_schemas import response_schemas
from shared.domain.errors import InvalidField, conversion_errors, request_errors
from shared.domain.formats import FORMATS
from shared.domain.media import Levels, Loudness, Normalisation, Probe
from shared.domain.notes.base import Note
from shared.domain.notes.catalogue import findings
from shared.domain.notes.outputs import CoverDropped
from shared.domain.notes.source import GapsFilled
from shared.domain.states import State
from shared.domain.task import Failure
from tests.builders import a_task
from tests.functions.api.world import ANA, LIMITS, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.api.openapi.operation import Operation

DOCUMENT = document(LIMITS)
EXAMPLES = [
    pytest.param(success.schema, success.example, id=f"{operation.name}-{success.status}")
    for operation in OPERATIONS
    for success in operation.responses
    if success.schema and success.example
] + [pytest.param(o.body.name, o.body.example(), id=f"{o.name}-body") for o in OPERATIONS if o.body]


@pytest.fixture
def world() -> World:
    return World()


def check(schema: str, value: Any) -> None:
    """Fail unless the value is valid by this component of the document."""
    registry = Registry[Any]().with_resource("urn:d", DRAFT202012.create_resource(DOCUMENT))
    reference = {"$ref": f"urn:d#/components/schemas/{schema}"}
    OAS31Validator(reference, registry=registry).validate(value)


def test_every_route_takes_the_query_parameters_that_are_documented(world: World) -> None:
    routes = world.application.routes()
    documented = {
        (o.method, re.sub(r"{(\w+)}", r"<\1>", o.path)): {field.name for field in o.query} for o in OPERATIONS
    }

    assert documented == {where: set(routes[where].query or ()) for where in documented}


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_it_describes_every_route_and_no_other(world: World) -> None:
    described = {(o.method, re.sub(r"{(\w+)}", r"<\1>", o.path)) for o in OPERATIONS}
    routes = {route for route in world.application.routes() if route[1].startswith("/api/")}

    assert routes == described


@pytest.mark.parametrize(("schema", "example"), EXAMPLES)
def test_examples_follow_their_schemas(schema: str, example: Any) -> None:
    check(schema, example)


def test_the_example_of_a_new_task_is_valid() -> None:
    assert parse_new_task(NEW_TASK.example()).filename == "song.wav"


def test_all_outputs_of_a_task_come_from_one_track() -> None:
    def outputs(*tracks: object) -> dict[str, object]:
        wanted = [{"format": "flac", "options": {"track": track}} for track in tracks]
        return {"filename": "film.mkv", "outputs": wanted}

    assert [one.options.track for one in parse_new_task(outputs(2, "2")).outputs] == ["2", "2"]
    with pytest.raises(InvalidField, match="a task for each track") as caught:
        parse_new_task(outputs("en", "fr"))
    assert caught.value.field == "outputs[1].options.track"


def test_real_responses_follow_the_schemas(world: World) -> None:
    created = world.created(webhook="https://example.com/hook")
    world.tasks.create(a_task(state=State.PROCESSED))

    check("CreatedTask", created)
    check("Task", world.call("GET", f"/api/tasks/{'T' * 22}", ANA).get_json())
    check("TaskPage", world.call("GET", "/api/tasks", ANA).get_json())
    check("Formats", world.call("GET", "/api/formats").get_json())
    check("WebhookEndpoint", world.call("GET", "/api/webhook", ANA).get_json())
    check("Problem", world.call("GET", "/nowhere").get_json())
    check("Problem", world.call("POST", "/api/tasks", ANA, json={"filename": 5}).get_json())


def test_every_field_of_a_response_is_described(world: World) -> None:
    levels = Levels((0.5,), -6.0, -9.0)
    loudness = Loudness(-16.0, 3.0, -1.0)
    output = replace(a_task().outputs[0], levels=levels, normalisation=Normalisation(loudness, loudness))
    source = replace(
        a_task().source, probe=Probe("wav", "pcm_s16le", 1.0, 44100, 2, levels=levels, waveform="T/w.json")
    )
    failure = Failure("truncated", "m", "h")
    world.tasks.create(
        a_task(
            state=State.PROCESSED,
            source=source,
            outputs=(output,),
            error=failure,
            notes=(Note.of(GapsFilled(0.5, 2)), Note.of(CoverDropped(1, "format"), 0)),
            nonce="n",
        )
    )
    shown = world.call("GET", f"/api/tasks/{'T' * 22}", ANA).get_json()
    schemas = DOCUMENT["components"]["schemas"]

    check("Task", shown)
    assert set(schemas["Task"]["properties"]) == set(shown)
    assert set(schemas["Source"]["properties"]) == set(shown["source"])
    assert set(schemas["Output"]["properties"]) == set(shown["outputs"][0])
    assert set(schemas["Note"]["properties"]) == set(shown["notes"][0])
    assert [shown["notes"][0]["figures"]["filledS"], *(n["output"] for n in shown["notes"])] == [0.5, None, 0]


def test_each_format_accepts_only_its_own_options() -> None:
    for name in FORMATS:
        check("TaskRequest", {"filename": "a.wav", "newFormat": name, "options": {"channels": 1}})
    with pytest.raises(Exception, match="is not valid"):
        check("TaskRequest", {"filename": "a.wav", "newFormat": "flac", "options": {"bitRateKbps": 128}})


def schemas_within(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield every schema in a component, but not the objects by which it names its parts."""
    if isinstance(schema, dict):
        yield schema
        named = [part for key in ("properties", "patternProperties") for part in schema.get(key, {}).values()]
        others = [schema[key] for key in ("items", "additionalProperties", "not") if key in schema]
        for part in [*named, *others, *schema.get("anyOf", []), *schema.get("allOf", [])]:
            yield from schemas_within(part)


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_generators_take_every_schema(name: str) -> None:
    """What made one of five generators crash, leave types out, or write code that does not compile."""
    component = DOCUMENT["components"]["schemas"][name]
    rules = [rule["not"] for rule in component.get("allOf", []) if "not" in rule]
    for schema in schemas_within(component):
        inside = schema is not component and schema not in rules
        assert "const" not in schema
        assert "type" in schema or "enum" not in schema
        assert schema.get("type") != "array" or "items" in schema
        assert len(schema.get("anyOf", [])) < 3 or {"type": "null"} not in schema["anyOf"]
        assert not inside or "properties" not in schema or component.get("allOf")
    # Go has a function New… for each type, and a method Has… for each optional field.
    assert f"New{name}" not in DOCUMENT["components"]["schemas"]
    fields = component.get("properties", {})
    assert not {f"has{field[0].upper()}{field[1:]}" for field in fields} & set(fields)


def test_the_document_is_served_with_an_etag(world: World) -> None:
    answer = world.call("GET", "/api/openapi.json")
    again = world.call("GET", "/api/openapi.json", {"If-None-Match": answer.headers["ETag"]})

    assert answer.get_json() == DOCUMENT
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", ["/api/openapi.json", "/docs", "/docs/errors"])
def test_gzip_reduces_the_size_to_a_third(world: World, path: str) -> None:
    plain, packed = world.call("GET", path), world.call("GET", path, {"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 3
    assert plain.headers["ETag"] != packed.headers["ETag"]


class Links(HTMLParser):
    """Ids and links of a page; checks that its elements are nested correctly."""

    VOID = frozenset({"meta"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [found["href"] or ""] if "href" in found else []
        assert "src" not in found
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()


@pytest.mark.parametrize("path", ["/docs", "/docs/errors"])
def test_the_pages_load_nothing_else_and_their_links_work(world: World, path: str) -> None:
    answer = world.call("GET", path)
    page = Links(answer.text)
    own = [link for link in page.links if not link.startswith("/")]

    assert (answer.mimetype, page.open) == ("text/html", [])
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert len(set(page.ids)) == len(page.ids)
    assert "&lt;" not in answer.text
    assert set() == {link for link in own if link.removeprefix("#") not in page.ids}
    # The web page itself is served beside these routes.
    for link in set(page.links) - {*own, "/"}:
        assert world.call("GET", link.partition("#")[0]).status_code == 200, link


@pytest.mark.parametrize("name", response_schemas())
def test_every_object_in_responses_is_documented_with_its_fields(world: World, name: str) -> None:
    section = world.call("GET", "/docs").text.partition(f'id="{name}"')[2].partition("</section>")[0]
    parts = DOCUMENT["components"]["schemas"][name]
    fields = [field for part in parts.get("allOf", [parts]) for field in part.get("properties", {})]

    assert fields
    assert [field for field in fields if f"<code>{field}</code>" not in section] == []


def test_errors_and_notes_are_written_for_clients(world: World) -> None:
    text = world.call("GET", "/docs/errors").text

    assert [word for word in ("`", "Attributes:", "Raises:", "Args:") if word in text] == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_operation_has_a_request_in_each_language(world: World, operation: Operation) -> None:
    section = (
        world.call("GET", "/docs").text.partition(f'id="{operation.name}"')[2].partition("</section>")[0]
    )
    in_document = DOCUMENT["paths"][operation.path][operation.method.lower()]["x-codeSamples"]

    assert [sample["label"] for sample in in_document] == ["curl", "Python", "JavaScript"]
    assert [one["label"] for one in in_document if html.escape(one["source"]) not in section] == []


def test_every_code_has_an_anchor(world: World) -> None:
    ids = Links(world.call("GET", "/docs/errors").text).ids

    assert {*request_errors(), *conversion_errors(), *findings()} <= set(ids)
    assert len(set(ids)) == len(ids)
