"""A request of each operation for curl, Python and JavaScript.

The environment has what differs: SONUBE_URL, SONUBE_TOKEN, and what the path names.
"""

from __future__ import annotations

import json
import pprint
import re
from typing import TYPE_CHECKING, NamedTuple

from ..inputs.fields import LINK_QUERY

if TYPE_CHECKING:
    from .operation import Operation

FILE = "result"
_NO_CONTENT, _REDIRECT = 204, 302


class Sample(NamedTuple):
    """One request in one language.

    Attributes:
        lang: as Redoc and its like name it.
        label: for people.
    """

    lang: str
    label: str
    source: str


def samples(operation: Operation) -> list[Sample]:
    """The same request in each language."""
    return [
        Sample("Shell", "curl", _curl(operation)),
        Sample("Python", "Python", _python(operation)),
        Sample("JavaScript", "JavaScript", _javascript(operation)),
    ]


def _curl(operation: Operation) -> str:
    flags, url = "-sfLOJ" if _is_file(operation) else "-sf", _url(operation, "$", "")
    lines = [f'curl {flags} "{url}"']
    if operation.method not in {"GET", "POST"} or (operation.method == "POST" and not operation.body):
        lines[0] += f" -X {operation.method}"
    if not operation.is_public:
        lines.append('-H "Authorization: Bearer $SONUBE_TOKEN"')
    if operation.body:
        lines.append(f"--json '{json.dumps(operation.body.example(), ensure_ascii=False)}'")
    return " \\\n  ".join(lines)


def _python(operation: Operation) -> str:
    url = _url(operation, "{os.environ['", "']}")
    arguments = [f'f"{url}"' if "}/" in url else url[1:-1]]
    if not operation.is_public:
        arguments.append("""headers={"Authorization": f"Bearer {os.environ['SONUBE_TOKEN']}"}""")
    if operation.body:
        shown = pprint.pformat(operation.body.example(), width=90, sort_dicts=False).replace("\n", "\n    ")
        arguments.append("json=" + shown.replace("'", '"'))
    lines = ["import os", "", "import requests", "", f"response = requests.{operation.method.lower()}("]
    lines += [f"    {argument}," for argument in (*arguments, "timeout=30")]
    lines += [")", "response.raise_for_status()"]
    if _is_file(operation):
        lines.append(f'open("{FILE}", "wb").write(response.content)')
    elif not _is_empty(operation):
        lines.append("print(response.json())")
    return "\n".join(lines)


def _javascript(operation: Operation) -> str:
    headers: dict[str, str] = {}
    if not operation.is_public:
        headers["Authorization"] = "`Bearer ${process.env.SONUBE_TOKEN}`"
    if operation.body:
        headers["Content-Type"] = '"application/json"'
    options = [] if operation.method == "GET" else [f'method: "{operation.method}"']
    if headers:
        pairs = "".join(f'    "{name}": {text},\n' for name, text in headers.items())
        options.append(f"headers: {{\n{pairs}  }}")
    if operation.body:
        options.append(f"body: JSON.stringify({json.dumps(operation.body.example(), ensure_ascii=False)})")
    listed = "".join(f"  {option},\n" for option in options)
    url, rest = _url(operation, "${process.env.", "}"), f", {{\n{listed}}}" if options else ""
    lines = [f"const response = await fetch(`{url}`{rest});"]
    lines.append("if (!response.ok) throw new Error(await response.text());")
    if _is_file(operation):
        lines.append('const { writeFile } = await import("node:fs/promises");')
        lines.append(f'await writeFile("{FILE}", new Uint8Array(await response.arrayBuffer()));')
    elif not _is_empty(operation):
        lines.append("console.log(await response.json());")
    return "\n".join(lines)


def _url(operation: Operation, before: str, after: str) -> str:
    """Return the address with variables of the environment; a link is one as a whole."""
    if operation.query == LINK_QUERY.fields:
        return f"{before}UPLOAD_SESSION_URL{after}"
    path = re.sub(r"{(\w+)}", lambda found: before + found[1].upper() + after, operation.path)
    return f"{before}SONUBE_URL{after}{path}"


def _is_file(operation: Operation) -> bool:
    return operation.responses[0].status == _REDIRECT


def _is_empty(operation: Operation) -> bool:
    return operation.responses[0].status == _NO_CONTENT
