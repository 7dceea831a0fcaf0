"""The ``words`` verb: what each reply of a JSONL file would be read as, line by line.

It never stops at a bad line and never lets one pass in silence.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.errors import BotError
from flows.reading.context import Context
from flows.reading.reader import Reader
from flows.shipped_words import shipped_lists, spoken_as
from flows.words import MAINLAND

_CONTEXTS = ("any", "question", "confirm", "menu")
_KEYS = ("text", "lang", "ctx", "place")


class BadLine(BotError):
    """A line is not a reply to read; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class _Line:
    id: str | int
    text: str
    lang: str = ""
    ctx: str = "any"
    place: str = ""


def read_lines(lines: Iterable[str], reader: Reader) -> Iterator[str]:
    """JSONL ``{id, text, lang?, ctx?, place?}`` -> JSON lines ``{id, reading, by, word?, sub?, detail?}``, in order.

    A bad line gives ``{"line": number from 1, "error": sentence}`` instead; an empty line gives nothing.
    ``place`` CN, or Chinese without another place as ``lang``, adds the mainland letters.
    """
    readers: dict[tuple[str | None, str], Reader] = {(None, ""): reader}
    for number, source in enumerate(lines, start=1):
        if not source.strip():
            continue
        try:
            answer = _answer(_parse(source), readers)
        except BadLine as bad:
            answer = {"line": number, "error": str(bad)}
        yield json.dumps(answer)


def _answer(line: _Line, readers: dict[tuple[str | None, str], Reader]) -> dict[str, object]:
    where = _where(line), _language(line.lang)
    if where not in readers:
        readers[where] = readers[None, ""].also(where[0], [where[1]])
    reading = readers[where].read(line.text, Context.named(line.ctx, line.lang))
    answer: dict[str, object] = {"id": line.id, "reading": reading.meaning.value, "by": reading.by.value}
    more = {"word": reading.word, "sub": reading.sub, "detail": reading.detail}
    return answer | {name: value for name, value in more.items() if value is not None}


def _where(line: _Line) -> str | None:
    """Only the mainland changes what is heard; None leaves the lexicon's own place."""
    mainland = line.place.upper() == MAINLAND or (not line.place and "zh-Hans" in spoken_as(line.lang))
    return MAINLAND if mainland else None


def _language(tag: str) -> str:
    """The tag in the shape of a list's name, or nothing: the number of readers stays bounded."""
    if tag.lower() == "zh":
        return "zh"
    listed = {words.language for words in shipped_lists()}
    return next((name for name in spoken_as(tag) if name in listed), "")


def _parse(source: str) -> _Line:
    try:
        # A file written on Windows may begin with a byte order mark.
        data = json.loads(source.removeprefix("\ufeff"))
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadLine(f'not JSON ({error}); write one {{"id": …, "text": …}} per line') from error
    if not isinstance(data, dict):
        raise BadLine(f'{type(data).__name__} instead of an object; write {{"id": …, "text": …}}')
    if "id" not in data or "text" not in data:
        raise BadLine(f"no {'id' if 'id' not in data else 'text'}; each line needs id and text")
    if isinstance(data["id"], bool) or not isinstance(data["id"], str | int):
        raise BadLine(f"id is {data['id']!r}; give a string or a whole number")
    texts = {key: data[key] for key in _KEYS if key == "text" or data.get(key) is not None}
    for key, value in texts.items():
        if not isinstance(value, str):
            raise BadLine(f"{key} is {value!r}; give a string")
    return _known(_Line(id=data["id"], **texts))


def _known(line: _Line) -> _Line:
    try:
        Context.named(line.ctx)
    except ValueError as unknown:
        raise BadLine(f"ctx is {line.ctx!r}; use {', '.join(_CONTEXTS)} or promo:WORD") from unknown
    return line
