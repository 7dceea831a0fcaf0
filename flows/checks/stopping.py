"""Whether a commercial text that nobody asked for says how to stop, as its place wants it (E604)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows.checks.expressions import plain
from flows.checks.findings import at, is_broken, saying
from flows.checks.refusing import says_how_to_refuse
from flows.checks.setting import Setting
from flows.checks.silence import unasked_states
from flows.checks.windows import late_texts
from flows.problems import Problem
from flows.rules import phrases_for
from flows.spec import Flow, Kind, Text


def check_stopping(flow: Flow, setting: Setting) -> list[Problem]:
    """E604: one message for each text and language, naming the first channel that asks for the phrase."""
    if is_broken(flow) or flow.places.hurt("kind") or flow.places.hurt("needs"):
        return []
    selling = [text for text in flow.texts.values() if sells_unasked(flow, text, setting)]
    return [problem for text in selling for problem in _mute(flow, text, setting)]


def sells_unasked(flow: Flow, text: Text, setting: Setting) -> bool:
    """Whether a card says this text for a commercial purpose other than in answer to the person."""
    unasked = unasked_states(flow)
    for state in saying(flow).get(text.name, ()):
        needed = state.needs or flow.needs
        commercial = setting.purposes.get(needed, False) if needed is not None else flow.kind is Kind.COMMERCIAL
        if commercial and state.say == text.name and state.name in unasked:
            return True
    return False


def _mute(flow: Flow, text: Text, setting: Setting) -> Iterator[Problem]:
    for language, wording in text.wording.items():
        for medium in flow.channels:
            phrases = phrases_for(setting.rules.stop_phrases.get(medium, {}), language)
            if not phrases or _carried_by_template(flow, text, medium, setting):
                continue
            if not _says(wording, phrases) and not says_how_to_refuse(flow, text, language, setting):
                place = flow.places.key("texts", text.name, language)
                yield at(flow, "E604.text", place, name=text.name, language=language, medium=medium, phrase=phrases[0])
                break


def _carried_by_template(flow: Flow, text: Text, medium: str, setting: Setting) -> bool:
    """Whether the words that leave are an approved template's, which its own approval holds to the phrase; or the text
    lacks its template, which is then what to mend (E503)."""
    if medium == "whatsapp":
        return text.template is not None or text.name in late_texts(flow)
    lacks = "whatsapp" in flow.channels and text.template is None and text.name in late_texts(flow)
    return lacks or (text.template is not None and setting.rules.sms_by_template)


def _says(wording: str, phrases: tuple[str, ...]) -> bool:
    """One word in capitals is meant as written: "we never stop" tells nobody how to."""
    return any(_stands(wording, phrase) for phrase in phrases)


def _stands(wording: str, phrase: str) -> bool:
    if phrase.isascii() and phrase.isupper():
        return re.search(rf"(?<![A-Za-z0-9]){re.escape(phrase)}(?![A-Za-z0-9])", wording) is not None
    if phrase.isascii():
        return re.search(rf"(?<![a-z0-9]){re.escape(plain(phrase))}(?![a-z0-9])", plain(wording)) is not None
    return plain(phrase) in plain(wording)
