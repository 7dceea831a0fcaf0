"""A text of a flow, put into words: language, wording, values, buttons.

A wording is words and ``{{ name }}``, nothing that computes. Values are other people's words: they can neither add
lines, nor steer the display, nor be longer than the flow allows, nor be read as a wording. Never sends anything.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, NamedTuple

from jinja2 import TemplateSyntaxError
from jinja2.nodes import Name, Node, Output, Template, TemplateData
from jinja2.sandbox import ImmutableSandboxedEnvironment

from flows.errors import BadWording, MissingValue, TextTooLong, UnknownText
from flows.spec import Answer, Flow, Localised, Placeholder, Text

LONGEST = 4096
"""Characters: the most that WhatsApp takes; SMS takes far less."""

KEPT = 1024
"""Compiled wordings, the least used of which is forgotten first."""

DATES: Mapping[str, str] = MappingProxyType(
    {"zh": "{day.year}年{day.month}月{day.day}日", "en": "{day.day} {month} {day.year}", "es": "{day:%d/%m/%Y}"}
)
"""How ``type: date`` is shown, by language, where it fits the placeholder's ``max``; elsewhere as it was given."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
_TOKENS = frozenset({"data", "variable_begin", "variable_end", "whitespace", "name"})
_NODES = frozenset({Output, TemplateData, Name})
_JOINERS = "\u200c\u200d"
"""Invisible as well, but emoji and several scripts are spelt with them."""

_BRACKETS = str.maketrans("【】", "[]")
"""A mainland signature stands in 【】: a value may not sign for somebody else."""

Medium = Literal["sms", "whatsapp"]
Choice = tuple[str, str]
"""The answer that comes back, and the words on its button or row."""


class Voice(NamedTuple):
    """How a text is said: to someone of this BCP 47 ``language``, in this medium. ``signature``: without brackets,
    used on SMS alone."""

    language: str
    medium: Medium
    signature: str | None = None


class Shown(NamedTuple):
    """A text as a person sees it. ``parameters``: each placeholder with its value, in order of first appearance, for
    the approved ``template`` (our name for it)."""

    body: str
    buttons: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    template: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Wording:
    """``pieces``: words as they stand and, in between, names of values: ``(words, name)``, either may be empty."""

    names: tuple[str, ...]
    pieces: tuple[tuple[str, str], ...]

    def filled(self, values: Mapping[str, str]) -> str:
        """The words with each name's value in its place, which is all that a wording can do."""
        return "".join([words or values[name] for words, name in self.pieces])


def choose_language(wanted: str, offered: Sequence[str] | Mapping[str, object]) -> str:
    """The offered BCP 47 tag for someone who speaks ``wanted``: the same; a wider one (en-GB en); the same language
    and script (zh-HK zh-TW); the same language; the first. Raises ``ValueError`` when nothing is offered."""
    if not offered:
        raise ValueError("no language is offered; give at least one")
    if wanted in offered:
        return wanted
    tags = tuple(offered)
    by_tag = {_subtags(tag): tag for tag in reversed(tags)}
    tag = _subtags(wanted)
    for size in range(len(tag), 0, -1):
        if tag[:size] in by_tag and (size == len(tag) or tag[0] != "zh"):
            return by_tag[tag[:size]]
    family = _family(tag)
    near = [each for each in tags if _family(_subtags(each)) == family]
    near += [each for each in tags if _subtags(each)[0] == family[0]]
    return next(iter(near), tags[0])


@lru_cache(maxsize=KEPT)
def placeholders(wording: str) -> tuple[str, ...]:
    """The names in ``{{ name }}``, each once, in order. Raises ``BadWording``, ``TextTooLong``."""
    return _names(_environment(), wording)[1]


class Renderer:
    """Shows texts. Keeps the last compiled wordings and nothing about anybody."""

    def __init__(self, kept: int = KEPT) -> None:
        self._environment = _environment()
        self._compiled = lru_cache(maxsize=kept)(self._compile)

    def show(self, flow: Flow, text_name: str, values: Mapping[str, str], voice: Voice) -> Shown:
        """This text in the nearest language that it has. On SMS the choices are numbered lines and the signature
        stands before the body. Raises ``Unshowable``."""
        text = flow.texts.get(text_name)
        if text is None or not text.wording:
            raise UnknownText(flow.name, text_name)
        spoken = choose_language(voice.language, text.wording)
        wording = self._compiled(text.wording[spoken])
        filled = {name: _value(flow.uses.get(name), name, spoken, values) for name in wording.names}
        body = wording.filled(filled)
        buttons, rows = _choices(flow, text.buttons, spoken), _choices(flow, text.rows, spoken)
        if voice.medium == "sms":
            body = as_sms(flow, body, (*buttons, *rows), voice.signature)
            buttons = rows = ()
        if len(body) > LONGEST:
            raise TextTooLong(len(body), LONGEST)
        return Shown(body, buttons, rows, text.template, tuple(filled.items()))

    def _compile(self, wording: str) -> _Wording:
        tree, names = _names(self._environment, wording)
        return _Wording(names, tuple(_pieces(tree)))


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    """Jinja with nothing in it: no globals, filters or tests that a placeholder's name could reach."""
    environment = ImmutableSandboxedEnvironment(
        autoescape=False,  # messages are plain text; escaped, a person would read &amp;
        keep_trailing_newline=True,
        cache_size=0,
    )
    for reachable in (environment.globals, environment.filters, environment.tests):
        reachable.clear()
    return environment


def _names(environment: ImmutableSandboxedEnvironment, wording: str) -> tuple[Template, tuple[str, ...]]:
    """The tree of a wording that was checked to be words and names, and the names."""
    if len(wording) > LONGEST:
        raise TextTooLong(len(wording), LONGEST)
    try:
        _check_tokens(environment, wording)
        tree = environment.parse(wording)
    except TemplateSyntaxError as error:
        raise BadWording(error.message or "not a wording", wording) from error
    names: dict[str, None] = {}
    for node in tree.find_all(Node):
        # Not Jinja's isinstance: a subclass may compute.
        if type(node) not in _NODES or (isinstance(node, Name) and node.name == "self"):
            raise BadWording(f"{type(node).__name__.lower()} is not a placeholder", wording)
        if isinstance(node, Name):
            names[node.name] = None
    return tree, tuple(names)


def _pieces(tree: Template) -> Iterator[tuple[str, str]]:
    """The words and names of a checked tree, in their order."""
    for node in tree.find_all(Node):
        if isinstance(node, TemplateData):
            yield node.data, ""
        elif isinstance(node, Name):
            yield "", node.name


def _check_tokens(environment: ImmutableSandboxedEnvironment, wording: str) -> None:
    """Refuse what the tree would not show (comments, raw blocks, trimmed blanks) and, before the parser descends into
    it, everything that nests."""
    for _, kind, value in environment.lex(wording):
        trims = kind in ("variable_begin", "variable_end") and value not in ("{{", "}}")
        if kind not in _TOKENS or trims or (kind == "data" and "}}" in value):
            raise BadWording(f"{value.strip()[:20]!r} is not a placeholder", wording)


def _value(use: Placeholder | None, name: str, language: str, values: Mapping[str, str]) -> str:
    most = use.max if use else None
    dated = use is not None and use.type == "date"
    given = _cleaned(values.get(name, ""), None if dated else most)
    if given and dated:
        given = _cleaned(_dated(given, language, most), most)
    if not given and use is not None:
        given = _cleaned(_worded(use.otherwise, language) or "", most)
    if not given:
        raise MissingValue(name)
    return given


def _cleaned(value: str, most: int | None) -> str:
    """One line without invisible characters, of at most ``most`` characters."""
    line = " ".join(value[:LONGEST].split())
    if not line.isprintable():
        line = "".join(
            each for each in line if each in _JOINERS or unicodedata.category(each) not in ("Cc", "Cf", "Cs")
        )
    return line.translate(_BRACKETS)[:most].strip()


def _dated(value: str, language: str, most: int | None) -> str:
    pattern = DATES.get(_subtags(language)[0])
    try:
        day = date.fromisoformat(value)
    except ValueError:
        # Whoever reports the fact may already have put it into words.
        return value
    shown = pattern.format(day=day, month=_MONTHS[day.month - 1]) if pattern else value
    return shown if most is None or len(shown) <= most else value


def _choices(flow: Flow, answers: Sequence[str], language: str) -> tuple[Choice, ...]:
    if not answers:
        return ()
    return tuple([(name, _label(flow.answers.get(name), language) or name) for name in answers])


def _label(answer: Answer | None, language: str) -> str | None:
    return (_worded(answer.label, language) or next(iter(answer.words), None)) if answer is not None else None


def as_sms(flow: Flow, body: str, choices: Sequence[Choice], signature: str | None) -> str:
    """A text as it leaves by SMS: the signature, the body, a numbered line for each choice."""
    signed = f"【{signature}】" if signature else ""
    return "\n".join([signed + body, *_numbered(flow, choices)])


def choices_of(flow: Flow, text: Text, language: str) -> tuple[Choice, ...]:
    """The buttons and rows of a text with their labels in this language."""
    return _choices(flow, (*text.buttons, *text.rows), language)


def signature_in(signatures: Localised, language: str) -> str | None:
    """The signature for texts in this language: its own, else that of the nearest tag of the same language. A text in a
    language that has none goes unsigned: Chinese letters would make every English SMS cost twice."""
    family = _subtags(language)[0]
    own = {tag: words for tag, words in signatures.items() if _subtags(tag)[0] == family}
    return _worded(own, language)


def reply_to(flow: Flow, answer: str) -> str:
    """What to write for a choice where there are no buttons: the answer's own number, else its first word."""
    words = flow.answers[answer].words if answer in flow.answers else ()
    return next((word for word in words if word.isdecimal()), next(iter(words), answer))


def _numbered(flow: Flow, choices: Sequence[Choice]) -> Iterator[str]:
    """One line per choice, led by what to reply, so that what we show is what we understand."""
    for name, label in choices:
        key = reply_to(flow, name)
        yield f"{key} {label}" if key != label else label


def _worded(wording: Localised, language: str) -> str | None:
    return wording[choose_language(language, wording)] if wording else None


def _subtags(tag: str) -> tuple[str, ...]:
    first, *rest = tag.replace("_", "-").casefold().split("-")
    return ("zh", "hant", *rest) if first == "yue" else (first, *rest)


def _family(tag: tuple[str, ...]) -> tuple[str, bool]:
    """A language and, for Chinese, whether it is written in traditional characters."""
    hans = "hans" in tag
    return tag[0], tag[0] == "zh" and not hans and not _TRADITIONAL.isdisjoint(tag)
