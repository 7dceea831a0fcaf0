"""What can be seen to be wrong with a flow by reading it, without playing it: names, words, languages, lengths."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from flows.spec import Basis, Flow, Kind, State, Text
from flows.text import measure
from tests.flows.oracle.faults import Fault, Found
from tests.flows.oracle.interpreter import PLACEHOLDER, every_row
from tests.flows.oracle.worlds import House

OF_THE_HOUSE = {"purpose": 6, "cap": 1, "lasts": 4, "contact": 12, "brand": 4}
"""Placeholders that the business fills in, and how long they are at the least."""

SELLING = ("% off", "打折", "优惠券", "限时抢购", "flash sale", "打折", "descuento")
BOASTS = ("全网第一", "国家级", "number one in the world", "el mejor del mundo")
"""Far from everything there is: what a mutant plants, so that the oracle knows it again."""

REFUSING = ("回复", "回覆", "Reply", "Responda")
"""How a request of the generator, and of the shipped flows, says what to do to refuse."""


def faults_to_read(flow: Flow, house: House) -> Iterator[Found]:
    """Every fault that needs no conversation."""
    yield from _lost(flow)
    yield from _purposes(flow, house)
    yield from _words(flow, house)
    yield from _choices(flow)
    for text in flow.texts.values():
        yield from (Found(fault, text.name) for fault in _text(flow, text, house))
    yield from _whole(flow)


def _lost(flow: Flow) -> Iterator[Found]:
    targets = [flow.start.go, *(row.go for _, row in every_row(flow) if row.go is not None)]
    yield from (Found(Fault.LOST, name) for name in targets if name not in flow.states)
    said = [card.say for card in flow.states.values()]
    said += [card.otherwise.say for card in flow.states.values() if card.otherwise]
    yield from (Found(Fault.LOST, name) for name in said if name is not None and name not in flow.texts)
    heard = {name for card in flow.states.values() for name in card.reply}
    yield from (Found(Fault.LOST, name) for name in heard - set(flow.answers))


def _purposes(flow: Flow, house: House) -> Iterator[Found]:
    named = {flow.needs, *(card.needs for card in flow.states.values())} - {None}
    rows = [row for _, row in every_row(flow)]
    named |= {name for row in rows for name in (*row.grant, *(set(row.revoke) - {"all"}))}
    named |= {name for card in flow.states.values() for name in set(card.revoke) - {"all"}}
    named |= {name for text in flow.texts.values() for name in text.asks_for}
    yield from (Found(Fault.PURPOSE_UNKNOWN, str(name)) for name in named if name not in house.purposes)


def plain(word: str) -> str:
    """A word as it is compared here: width and case do not count, nor what stands around it."""
    return unicodedata.normalize("NFKC", word).casefold().strip(" .。!！?？")


def _words(flow: Flow, house: House) -> Iterator[Found]:
    for answer in flow.answers.values():
        yield from (Found(Fault.STOP_STOLEN, word) for word in answer.words if house.taken(word))
    yield from (Found(Fault.STOP_STOLEN, word) for word in (flow.start.word or {}).values() if house.taken(word))
    for card in flow.states.values():
        granting = [flow.answers[name] for name, row in card.reply.items() if row.grant and name in flow.answers]
        yield from (Found(Fault.GRANTED_BY_A_NO, w) for one in granting for w in one.words if house.refuses(w))
        owners: dict[str, str] = {}
        for name in card.reply:
            for word in {plain(word) for word in flow.answers[name].words} if name in flow.answers else ():
                if owners.setdefault(word, name) != name:
                    yield Found(Fault.TWO_MEANINGS, f"{card.name}: {word}")


def _choices(flow: Flow) -> Iterator[Found]:
    for text in flow.texts.values():
        if len(text.buttons) > 3 or len(text.rows) > 10:
            shown = "whatsapp" in flow.channels
            yield Found(Fault.TOO_MANY_CHOICES if shown else Fault.TOO_MUCH_FOR_BUTTONS, text.name)
        for position, name in enumerate((*text.buttons, *text.rows), start=1):
            yield from (Found(fault, f"{text.name}.{name}") for fault in _choice(flow, text, name, position))


def _choice(flow: Flow, text: Text, name: str, position: int) -> Iterator[Fault]:
    answer = flow.answers.get(name)
    cards = [c for c in flow.states.values() if text.name in (c.say, c.otherwise.say if c.otherwise else None)]
    if answer is None or not answer.words or not answer.label:
        yield Fault.DEAF_BUTTON
        return
    if cards and not any(name in card.reply or card.hand_over for card in cards):
        yield Fault.DEAF_BUTTON
    longest = 24 if name in text.rows else 20
    if any(len(label) > longest for label in answer.label.values()):
        yield Fault.LABEL_TOO_LONG if "whatsapp" in flow.channels else Fault.TOO_MUCH_FOR_BUTTONS
    beside = {other for card in cards for other in card.reply} & set(flow.answers) - {name}
    if any(str(position) in map(plain, flow.answers[other].words) for other in beside):
        yield Fault.NUMBER_ELSEWHERE


def _text(flow: Flow, text: Text, house: House) -> Iterator[Fault]:
    names = [frozenset(PLACEHOLDER.findall(wording)) for wording in text.wording.values()]
    if set(text.wording) != set(flow.languages):
        yield Fault.LANGUAGE_MISSING
    if len(set(names)) > 1:
        yield Fault.PLACEHOLDERS_DIFFER
    if frozenset().union(*names) - set(OF_THE_HOUSE) - set(flow.uses):
        yield Fault.UNDECLARED
    for wording in text.wording.values():
        parts = measure("字" * house.signature + _longest(flow, wording)).segments if "sms" in flow.channels else 1
        if parts > 2:
            yield Fault.TOO_LONG if parts > 3 else Fault.PERHAPS_TOO_LONG
        if flow.kind is Kind.SERVICE and any(words in wording for words in SELLING) and not _needed(flow, text):
            yield Fault.SOLD_IN_SERVICE
        if any(words in wording for words in BOASTS):
            yield Fault.BOASTED
    if text.asks_for and not all(any(way in w for way in REFUSING) for w in text.wording.values()):
        yield Fault.TERMS_MISSING


def _needed(flow: Flow, text: Text) -> bool:
    """Whether it is said to people only who agreed to something."""
    cards = [c for c in flow.states.values() if text.name in (c.say, c.otherwise.say if c.otherwise else None)]
    return bool(cards) and all(card.needs or flow.needs for card in cards)


def _longest(flow: Flow, wording: str) -> str:
    letter = "字" if any(each > "\u2e80" for each in wording) else "x"

    def value(name: str) -> str:
        use = flow.uses.get(name)
        return letter * ((use.max if use is not None else None) or OF_THE_HOUSE.get(name, 8))

    return PLACEHOLDER.sub(lambda match: value(match[1]), wording)


def _never_rings(card: State) -> bool:
    """Whether a timer is left, before it rings, by another one."""
    leaving = [delay for delay, row in card.after if row.go is not None]
    return any(delay > min(leaving, default=delay) for delay, _ in card.after)


def _whole(flow: Flow) -> Iterator[Found]:
    yield from (Found(Fault.NEVER_RINGS, card.name) for card in flow.states.values() if _never_rings(card))
    if flow.kind is Kind.FAREWELL:
        rows, texts = list(every_row(flow)), [card.say for card in flow.states.values() if card.say]
        asks = any(flow.texts[name].asks_for for name in texts if name in flow.texts)
        if rows or asks or len(flow.states) > 1 or flow.needs is not None:
            yield Found(Fault.FAREWELL, flow.name)
    if (flow.start.business in ("stop", "wrong-number")) != (flow.kind is Kind.FAREWELL):
        yield Found(Fault.FAREWELL, flow.name)
    past = flow.start.basis is Basis.PAST_PURCHASE
    if past and (flow.kind is not Kind.CONSENT_REQUEST or flow.channels != ("sms",)):
        yield Found(Fault.BASIS, flow.name)
    if flow.kind is Kind.COMMERCIAL and flow.start.basis is not Basis.CONSENT:
        yield Found(Fault.BASIS, flow.name)
