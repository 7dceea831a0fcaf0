"""What differs between two versions of a flow: which conversations go another way, and which cards, rows and texts.

Both are played on the real machine with the same words, events and silences; lines and names of states do not matter.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from flows import effects as ask
from flows.graph import does, edges, row_name, span, started_by
from flows.machine import Decision, Facts, FlowMachine, Trigger
from flows.normalise import normalise
from flows.spec import STOPPED, Flow, State, Text

MOST = 20
"""Conversations that are shown; what follows on them differs as well."""

NONSENSE = "…"
"""Stands for whatever nobody listed."""


@dataclass(frozen=True, slots=True)
class Turning:
    """A conversation that goes another way: ``said`` up to the turn (``me: Y``, ``bot: ask``), then what happens in the
    old version and in the new one."""

    said: tuple[str, ...]
    before: tuple[str, ...]
    now: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """``turnings`` shortest first; ``cards``, ``rows``, ``texts``: what was added (``+``), removed (``-``) or is worded
    otherwise (``~``)."""

    turnings: tuple[Turning, ...]
    cards: tuple[str, ...]
    rows: tuple[str, ...]
    texts: tuple[str, ...]

    @property
    def anything(self) -> bool:
        """Whether a person or a reader could notice it."""
        return bool(self.turnings or self.cards or self.rows or self.texts)


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where a conversation is in one version: ``over`` when nothing more can happen."""

    state: str
    misunderstood: int = 0
    over: bool = False


@dataclass(frozen=True, slots=True)
class _Version:
    flow: Flow
    machine: FlowMachine

    @classmethod
    def of(cls, flow: Flow) -> _Version:
        return cls(flow, FlowMachine(flow))

    def card(self, stand: _Stand) -> State | None:
        return None if stand.over else self.flow.states[stand.state]

    def words(self, stand: _Stand) -> dict[str, str]:
        """Every word that is understood here, as people write it, and the answer that it is."""
        card = self.card(stand)
        return {
            normalise(word): name for name in (card.reply if card else ()) for word in self.flow.answers[name].words
        }

    def take(self, stand: _Stand, trigger: Trigger | None) -> tuple[_Stand, tuple[str, ...]]:
        """Where this leads and what it does; nothing for None or where no row is for it."""
        if stand.over or trigger is None:
            return stand, ()
        decision = self.machine.decide(stand.state, trigger, Facts(stand.misunderstood))
        if decision is None:
            return stand, ()
        missed = stand.misunderstood + 1 if trigger == Trigger.otherwise() and not decision.entered else 0
        return _Stand(decision.state, missed, self.over(decision)), tuple(self.told(decision))

    def over(self, decision: Decision) -> bool:
        return any(isinstance(effect, ask.End) for effect in decision.effects)

    def told(self, decision: Decision) -> Iterator[str]:
        for effect in decision.effects:
            match effect:
                case ask.Say(text, needs):
                    yield f"bot: {text}" + (f" (needs {needs})" if needs else "")
                case ask.Grant(purposes) | ask.Revoke(purposes):
                    yield f"{type(effect).__name__.lower()} {', '.join(purposes)}"
                case ask.Remember(name, value):
                    yield f"remember {name} = {value}"
                case ask.Tag(name):
                    yield f"tag {name}"
                case ask.HandOver():
                    yield "a person takes over"
                case ask.End(outcome):
                    yield f"end: {outcome}"

    def answer(self, stand: _Stand, word: str) -> Trigger | None:
        name = self.words(stand).get(word)
        if name is not None:
            return Trigger.reply(name)
        card = self.card(stand)
        return Trigger.otherwise() if card is not None and card.otherwise is not None else None

    def silence(self, stand: _Stand) -> timedelta | None:
        """Until the first timer here."""
        card = self.card(stand)
        return min((delay for delay, _ in card.after), default=None) if card else None

    def ring(self, stand: _Stand, after: timedelta) -> Trigger | None:
        card = self.card(stand)
        rows = enumerate(card.after) if card else ()
        return next((Trigger.after(number) for number, (delay, _) in rows if delay == after), None)


def difference(old: Flow, new: Flow) -> Difference:
    """Everything that differs. Both flows must be checked."""
    return Difference(
        tuple(_turnings(old, new)), tuple(_cards(old, new)), tuple(_rows(old, new)), tuple(_texts(old, new))
    )


def _turnings(old: Flow, new: Flow) -> Iterator[Turning]:
    before, now = _Version.of(old), _Version.of(new)
    first, second = before.machine.start(), now.machine.start()
    told = tuple(before.told(first)), tuple(now.told(second))
    opening = (f"start {started_by(old.start)}",)
    if started_by(old.start) != started_by(new.start) or not _alike(old, new, *told):
        yield Turning((), (*opening, *told[0]), (f"start {started_by(new.start)}", *told[1]))
        return
    here = (_Stand(first.state, 0, before.over(first)), _Stand(second.state, 0, now.over(second)))
    seen, waiting, shown = {here}, deque([(here, (*opening, *told[0]))]), 0
    while waiting and shown < MOST:
        stands, said = waiting.popleft()
        for words, one, other in _inputs(before, now, *stands):
            left, right = before.take(stands[0], one), now.take(stands[1], other)
            if not _alike(old, new, left[1], right[1]):
                shown += 1
                yield Turning((*said, words), left[1], right[1])
            elif (left[0], right[0]) not in seen:
                seen.add((left[0], right[0]))
                waiting.append(((left[0], right[0]), (*said, words, *left[1])))


def _inputs(
    before: _Version, now: _Version, one: _Stand, other: _Stand
) -> Iterator[tuple[str, Trigger | None, Trigger | None]]:
    """Everything that may happen next to somebody who stands here in one version and there in the other; of words that
    do the same in both, the first."""
    done: set[tuple[Trigger | None, Trigger | None]] = set()
    for word in dict.fromkeys((*before.words(one), *now.words(other), NONSENSE)):
        pair = (before.answer(one, word), now.answer(other, word))
        if pair != (None, None) and pair not in done:
            done.add(pair)
            yield f"me: {word}", *pair
    cards = (before.card(one), now.card(other))
    for event in dict.fromkeys(name for card in cards if card is not None for name in card.event):
        yield f"event: {event}", Trigger.event(event), Trigger.event(event)
    delays = [delay for delay in (before.silence(one), now.silence(other)) if delay is not None]
    if delays:
        yield f"silence for {span(min(delays))}", before.ring(one, min(delays)), now.ring(other, min(delays))


def _alike(old: Flow, new: Flow, before: tuple[str, ...], now: tuple[str, ...]) -> bool:
    """The same things in the same order; a text of another name is the same if it has the same words."""
    return len(before) == len(now) and all(
        one == other or _same_words(old, new, one, other) for one, other in zip(before, now, strict=True)
    )


def _same_words(old: Flow, new: Flow, one: str, other: str) -> bool:
    left, right = _text(old, one), _text(new, other)
    return left is not None and right is not None and _worded(left) == _worded(right) and _rest(one) == _rest(other)


def _text(flow: Flow, said: str) -> Text | None:
    return flow.texts.get(said.removeprefix("bot: ").partition(" (")[0]) if said.startswith("bot: ") else None


def _rest(said: str) -> str:
    return said.partition(" (")[2]


def _worded(text: Text) -> tuple[object, ...]:
    return dict(text.wording), text.asks_for, text.buttons, text.rows, text.template


def _cards(old: Flow, new: Flow) -> Iterator[str]:
    yield from (f"- {name}" for name in old.states if name not in new.states)
    yield from (f"+ {name}" for name in new.states if name not in old.states)


def _rows(old: Flow, new: Flow) -> Iterator[str]:
    before, now = _told_rows(old), _told_rows(new)
    yield from (f"- {name}" for name in before if name not in now)
    yield from (f"+ {name}" for name in now if name not in before)


def _told_rows(flow: Flow) -> dict[str, None]:
    told = (
        f"{edge.source}: {row_name(flow, edge.source, edge.trigger)}{f' / {does(edge)}' if does(edge) else ''}"
        f" -> {edge.to or edge.source}"
        for edge in edges(flow)
        if edge.source != STOPPED
    )
    return dict.fromkeys(told)


def _texts(old: Flow, new: Flow) -> Iterator[str]:
    yield from (f"- {name}" for name in old.texts if name not in new.texts)
    yield from (f"+ {name}" for name in new.texts if name not in old.texts)
    for name, text in new.texts.items():
        if name in old.texts:
            yield from _languages(name, old.texts[name].wording, text.wording)


def _languages(name: str, before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for language in dict.fromkeys((*before, *now)):
        if before.get(language) != now.get(language):
            yield f"~ {name} {language}: {before.get(language, '-')} => {now.get(language, '-')}"
