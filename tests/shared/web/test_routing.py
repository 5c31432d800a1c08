"""Routing of paths and methods."""

from __future__ import annotations

import pytest

from shared.domain.errors import RouteNotFound
from shared.web.routing import RouteTable


@pytest.fixture
def table() -> RouteTable[str]:
    table: RouteTable[str] = RouteTable()
    for method, path in [
        ("GET", "/"),
        ("GET", "/tasks"),
        ("POST", "/tasks"),
        ("PUT", "/tasks/<task_id>"),
        ("GET", "/tasks/<task_id>/download"),
        ("GET", "/page/<version>/<path:name>"),
    ]:
        table.add(method, path, f"{method} {path}")
    return table


@pytest.mark.parametrize(
    ("path", "kept", "variables"),
    [
        ("/", {"GET /"}, {}),
        ("/tasks", {"GET /tasks", "POST /tasks"}, {}),
        ("/tasks/", {"GET /tasks", "POST /tasks"}, {}),
        ("/tasks/مرحبا 🎵", {"PUT /tasks/<task_id>"}, {"task_id": "مرحبا 🎵"}),
        ("/tasks/download/download", {"GET /tasks/<task_id>/download"}, {"task_id": "download"}),
        ("/page/1/app.js", {"GET /page/<version>/<path:name>"}, {"version": "1", "name": "app.js"}),
        ("/page/1/a/b//c", {"GET /page/<version>/<path:name>"}, {"version": "1", "name": "a/b//c"}),
    ],
)
def test_path_finds_its_methods_and_variables(
    table: RouteTable[str], path: str, kept: set[str], variables: dict[str, str]
) -> None:
    methods, found = table.find(path)

    assert (set(methods.values()), found) == (kept, variables)


@pytest.mark.parametrize(
    "path",
    [
        *("//", "tasks", "/task", "/tasks//", "//tasks", "/tasks/a/b", "/tasks//download", "/TASKS"),
        *("/page/1", "/page/1/", "/page//x", "/tasks/<task_id>/downloads"),
    ],
)
def test_unknown_path_is_not_found(table: RouteTable[str], path: str) -> None:
    with pytest.raises(RouteNotFound):
        table.find(path)


def test_get_handler_handles_head(table: RouteTable[str]) -> None:
    assert set(table.find("/tasks")[0]) == {"GET", "HEAD", "POST"}
