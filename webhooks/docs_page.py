"""The OpenAPI document as a page to read: plain HTML, nothing loaded from elsewhere, no script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from bot.why import MEANING
from webhooks.problems import CODES

Json = Mapping[str, Any]

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
h2{margin-top:2.5rem;border-top:1px solid #ccc;padding-top:1rem}code,pre{font:14px/1.5 ui-monospace,monospace}
pre{background:#f4f4f4;padding:.8rem;overflow:auto}table{border-collapse:collapse;width:100%}
td,th{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #ddd}
.method{display:inline-block;min-width:3.5rem;font-weight:600}
@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}pre{background:#242424}td,th{border-color:#333}
a{color:#8ab4f8}}
"""
ERRORS = (
    "<p>RFC 9457, <code>application/problem+json</code>; <code>instance</code> is the request id, also in the "
    "header <code>X-Request-Id</code>.</p>"
)
EXAMPLE = """curl -X POST {url}/v1/events \\
  -H 'Authorization: Bearer sk_test_…' -H 'Content-Type: application/json' \\
  -H 'Idempotency-Key: signup-4711' \\
  -d '{{"business": "{business}", "type": "signup.form",
       "person": {{"phone": "+8613800138000", "language": "zh-CN"}}, "facts": {{"page": "官网"}}}}'"""


def page(document: Json, url: str, business: str) -> str:
    """The page. ``url`` and ``business`` stand in the example."""
    operations = [
        (path, method, described)
        for path, methods in document["paths"].items()
        for method, described in methods.items()
    ]
    parts = [
        f"<p>{escape(document['info']['description'])} The same as data: <a href='/openapi.json'>openapi.json</a>.</p>",
        f"<pre>{escape(EXAMPLE.format(url=url, business=business))}</pre>",
        _contents(operations),
        *(_operation(*each, document) for each in operations),
        "<h2 id='why'>Why-codes</h2>",
        _table(("Code", "Meaning", "含义"), ((str(w), m.en, m.zh) for w, m in MEANING.items()), anchors=True),
        "<h2 id='problems'>Errors</h2>",
        ERRORS,
        _table(("Code", "Status", "Meaning"), ((c, str(s), t) for c, (s, t) in CODES.items()), anchors=True),
        "<h2>Shapes</h2>",
        *(_shape(name, schema) for name, schema in sorted(document["components"]["schemas"].items())),
    ]
    title = escape(document["info"]["title"])
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width,initial-scale=1'>"
        f"<title>{title} API</title><style>{STYLE}</style></head>"
        f"<body><h1>{title} API</h1>{''.join(parts)}</body></html>"
    )


def _contents(operations: Iterable[tuple[str, str, Json]]) -> str:
    rows = "".join(
        f"<li><a href='#{escape(o['operationId'])}'><code><span class='method'>{escape(method.upper())}</span> "
        f"{escape(path)}</code></a> {escape(o['summary'])}</li>"
        for path, method, o in operations
    )
    return f"<ul>{rows}</ul>"


def _operation(path: str, method: str, described: Json, document: Json) -> str:
    parts = [
        f"<h2 id='{escape(described['operationId'])}'><code>{escape(method.upper())} {escape(path)}</code></h2>",
        f"<p>{escape(described['summary'])}. {escape(described['description'])}</p>",
    ]
    if described["parameters"]:
        rows = ((p["name"], p["in"], _kind(p["schema"]), p.get("description", "")) for p in described["parameters"])
        parts.append(_table(("Parameter", "In", "Type", ""), rows))
    if "requestBody" in described:
        name = _name(described["requestBody"]["content"]["application/json"]["schema"])
        parts.append(f"<p>Body: <a href='#{name}'><code>{name}</code></a></p>")
        parts.append(_fields(document["components"]["schemas"][name]))
    parts.append(_table(("Answer", ""), ((s, _answered(a)) for s, a in described["responses"].items())))
    return "".join(parts)


def _answered(answer: Json) -> str:
    schema = next(iter(answer["content"].values()))["schema"]
    return f"{answer['description']} ({_name(schema)})"


def _shape(name: str, schema: Json) -> str:
    about = escape(schema.get("description", ""))
    return f"<h3 id='{escape(name)}'><code>{escape(name)}</code></h3><p>{about}</p>{_fields(schema)}"


def _fields(schema: Json) -> str:
    required = schema.get("required", ())
    rows = (
        (name, _kind(field), "required" if name in required else "", field.get("description", ""))
        for name, field in schema.get("properties", {}).items()
    )
    return _table(("Field", "Type", "", ""), rows)


def _kind(schema: Json) -> str:
    """A type in a few words."""
    if "$ref" in schema:
        return _name(schema)
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"] if each.get("type") != "null")
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return " ".join(filter(None, [str(schema.get("type", "any")), str(schema.get("format", ""))]))


def _name(schema: Json) -> str:
    return escape(str(schema.get("$ref", "")).rpartition("/")[2])


def _table(head: Iterable[str], rows: Iterable[Iterable[str]], *, anchors: bool = False) -> str:
    made = []
    for first, *rest in rows:
        anchor = f" id='{escape(first)}'" if anchors else ""
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        made.append(f"<tr{anchor}><td><code>{escape(first)}</code></td>{cells}</tr>")
    titles = "".join(f"<th>{escape(title)}</th>" for title in head)
    return f"<table><tr>{titles}</tr>{''.join(made)}</table>"
