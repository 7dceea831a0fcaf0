"""Whether every word means one thing and every button can be answered (E210 E211 E212)."""

from __future__ import annotations

from collections.abc import Iterator

from flows.checks.findings import answer_rows, at, missing_name
from flows.checks.setting import Setting
from flows.messages import Bilingual
from flows.places import Path
from flows.problems import Problem
from flows.spec import Flow, Text

_MEANINGS: dict[str, Bilingual] = {
    "stop": Bilingual("stop", "退订"),
    "help": Bilingual("help", "求助"),
    "start": Bilingual("start", "恢复"),
}


def check_answers(flow: Flow, setting: Setting) -> list[Problem]:
    """E210, E211 and E212, and E103 for a word that could never be heard."""
    return [
        *_stolen_words(flow, setting),
        *_double_words(flow, setting),
        *_refusing_words(flow, setting),
        *_deaf_buttons(flow),
    ]


def _listed_words(flow: Flow) -> Iterator[tuple[str, str, Path]]:
    """Each answer's name, one of its words, and the word's path."""
    for answer in flow.answers.values():
        for number, word in enumerate(answer.words):
            yield answer.name, word, ("answers", answer.name, "words", str(number))


def _stolen_words(flow: Flow, setting: Setting) -> Iterator[Problem]:
    listed = [(word, path) for _, word, path in _listed_words(flow)]
    starting = [(word, ("start", "word", language)) for language, word in (flow.start.word or {}).items()]
    for word, path in (*listed, *starting):
        if not setting.normalise(word):
            yield at(flow, "E103.unheard", flow.places.value(*path), value=word)
            continue
        heard = setting.heard(word)
        if heard is not None:
            meaning = _MEANINGS[heard]
            yield at(flow, "E210.word", flow.places.value(*path), word=word, meaning=meaning)


def _double_words(flow: Flow, setting: Setting) -> Iterator[Problem]:
    """Answers share their words only if no state listens to both: a menu may count from 1 again."""
    owners: dict[str, list[tuple[str, int]]] = {}
    for name, word, path in _listed_words(flow):
        place = flow.places.value(*path)
        key = setting.normalise(word)
        for other, line in owners.setdefault(key, []):
            if other != name and _heard_together(flow, name, other):
                yield at(flow, "E211.word", place, word=word, other=other, line=line)
                break
        owners[key].append((name, place.line))


def _refusing_words(flow: Flow, setting: Setting) -> Iterator[Problem]:
    """A no among the words of an answer that grants."""
    granting = {path[3] for path, row in answer_rows(flow) if row.grant}
    for name, word, path in _listed_words(flow):
        if name in granting and setting.refuses(word):
            yield at(flow, "E211.refuses", flow.places.value(*path), word=word, name=name)


def _heard_together(flow: Flow, one: str, other: str) -> bool:
    return any(one in state.reply and other in state.reply for state in flow.states.values())


def _offered(flow: Flow) -> Iterator[tuple[Text, str, Path]]:
    """Each text, one of the answers on its buttons or rows, and that answer's path."""
    for text in flow.texts.values():
        for key, names in (("buttons", text.buttons), ("list", text.rows)):
            for number, name in enumerate(names):
                yield text, name, ("texts", text.name, key, str(number))


def _deaf_buttons(flow: Flow) -> Iterator[Problem]:
    for text, name, path in _offered(flow):
        entry, place = _deafness(flow, text, name), flow.places.value(*path)
        if entry == "E212.answer":
            yield missing_name(entry, flow, place, name, flow.answers)
        elif entry is not None:
            yield at(flow, entry, place, name=name, text=text.name)


def _deafness(flow: Flow, text: Text, name: str) -> str | None:
    """Why the button ``name`` of this text cannot be answered; None when it can."""
    if flow.places.hurt("answers", name):
        return None
    answer = flow.answers.get(name)
    if answer is None:
        return "E212.answer"
    if not answer.words:
        return "E212.words"
    if not answer.label:
        return "E212.label"
    return None if _is_replied_to(flow, text, name) else "E212.unheard"


def _is_replied_to(flow: Flow, text: Text, name: str) -> bool:
    """Whether a state that shows the text takes this answer. A broken card may; a person who reads along will."""
    if any(path[:1] == ("states",) for path in flow.places.damaged):
        return True
    shown = [
        state
        for state in flow.states.values()
        if text.name in (state.say, state.otherwise.say if state.otherwise else None)
    ]
    return not shown or any(state.hand_over or name in state.reply for state in shown)
