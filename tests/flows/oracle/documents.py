"""A flow file as plain nested data: written as text and read back. JSON is YAML, one key a line, so places hold."""

from __future__ import annotations

import json
from typing import Any

from flows.document import read_document

Document = dict[str, Any]


def text_of(document: Document) -> str:
    """The file's text."""
    return json.dumps(document, ensure_ascii=False, indent=1)


def document_of_text(text: str, file: str) -> Document:
    """A file of somebody's as data. Every leaf is a string."""
    read, problems = read_document(text, file)
    assert read is not None, problems
    assert problems == []
    return dict(read.root)


def copied(document: Document) -> Document:
    """A copy that shares nothing."""
    copy: Document = json.loads(json.dumps(document))
    return copy


def row_of(document: Document, *path: str) -> Document:
    """The row at this path in its long form, which it has from now on."""
    *above, key = path
    rows = document
    for name in above:
        rows = rows[name]
    if isinstance(rows[key], str):
        rows[key] = {"go": rows[key]}
    row: Document = rows[key]
    return row


def listed(value: object) -> list[str]:
    """One name, or a list of them, as a list."""
    return [value] if isinstance(value, str) else [str(each) for each in value] if isinstance(value, list) else []
