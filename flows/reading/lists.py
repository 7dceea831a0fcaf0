"""Reads the plain part of YAML that phrase files are written in, a hundred times as fast as all of YAML is read.

``key: word``, ``key: [word, word]`` over one or more lines, ``key:`` with such keys indented below it or a list of
``- item``. Anything else is an error; a test reads every shipped file both ways.
"""

from __future__ import annotations

import re

Plain = str | list[str] | dict[str, "Plain"]

_LIST = re.compile(r"\[[^\]]*\]")
_KEY = re.compile(r"( *)\"?([\w-]+)\"?:(?: (\S.*))?\Z")
_OTHER = "{|>&*!%@`'"
_ITEM = re.compile(r" +- (\S.*)\Z")


def read_lists(source: str) -> dict[str, Plain]:
    """The file as nested dictionaries, lists and strings. Raises ``ValueError`` with the line it cannot read."""
    top: dict[str, Plain] = {}
    inner: dict[str, Plain] = top
    items: list[str] = []
    for line in _LIST.sub(_on_one_line, source).splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if (item := _ITEM.match(line)) is not None:
            items.append(_bare(item[1]))
        elif (key := _KEY.match(line)) is not None:
            inner = inner if key[1] else top
            if key[3] is not None:
                inner[key[2]] = _value(key[3])
            elif key[1]:
                items = []
                inner[key[2]] = items
            else:
                inner = {}
                top[key[2]] = inner
        else:
            raise ValueError(f"line {line!r} is no key, no list and no item")
    return top


def _on_one_line(listed: re.Match[str]) -> str:
    return " ".join(listed[0].split())


def _value(written: str) -> Plain:
    if not written.startswith("["):
        if written[0] in _OTHER:
            raise ValueError(f"line ending in {written!r} is written in a way that is not read here")
        return _bare(written)
    return [_bare(word) for each in written[1:-1].split(",") if (word := each.strip())]


def _bare(word: str) -> str:
    return word[1:-1] if word[0] == word[-1] == '"' and len(word) > 1 else word
