"""Whether people may be moved by a map: nobody stuck, nobody misunderstood, no consent that was not given (E701).

What holds over whole conversations is proved on the joint flow; here, what people were told their words mean.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from flows.checks.setting import Setting
from flows.machine import Cause, edges_of
from flows.messages import Bilingual
from flows.moving.joint import joined
from flows.moving.state_map import StateMap
from flows.normalise import normalise
from flows.problems import Problem, problem
from flows.render import placeholders
from flows.spec import ALL_PURPOSES, Flow, Row, State

Prove = Callable[[Flow, Setting], Sequence[Problem]]
"""What is wrong over the whole conversations of a flow; empty when it is proved."""

TAP = "tap:"
"""Before the name of an answer: the button of it, which a message keeps for ever."""

GRANTS = Bilingual("grant {purposes}", "同意 {purposes}")
KEEPS = Bilingual("no longer withdraw {purposes}", "不再撤回 {purposes}")
UNHEARD = Bilingual("not be understood", "不被理解")


def check_moves(old: Flow, new: Flow, moves: StateMap, setting: Setting, prove: Prove) -> list[Problem]:
    """Why people of ``old`` cannot be moved into ``new`` like this; empty when they can."""
    here = {state: target for state, target in moves.to.items() if state in old.states}
    found = [_found(new, "E701.target", state=target) for target in _unknown(here, new)]
    if found or not here:
        return found
    found = [*_of_another_kind(old, new), *_out_of_reach(old, new)]
    for state, target in here.items():
        found += _answers(old, new, state, target)
        found += _asked_again(old, new, state, target)
        found += _values(old, new, target, setting)
    if found:
        return list(dict.fromkeys(found))
    return [
        _found(new, "E701.proof", reason=each.sentence) for each in prove(joined(old, new, StateMap(here)), setting)
    ]


def _found(flow: Flow, entry: str, /, **values: object) -> Problem:
    return problem(entry, flow.file, flow.places.key("states"), **values)


def _unknown(here: Mapping[str, str], new: Flow) -> list[str]:
    return sorted({target for target in here.values() if target not in new.states})


def _of_another_kind(old: Flow, new: Flow) -> Iterator[Problem]:
    """A consent is worth what its start makes it worth, so people cannot change into another kind of conversation."""
    told: Sequence[tuple[str, object, object]] = (
        ("kind", old.kind, new.kind),
        ("needs", old.needs, new.needs),
        ("basis", old.start.basis, new.start.basis),
        ("start", _way(old), _way(new)),
    )
    for key, was, now in told:
        if was != now:
            yield _found(new, "E701.kind", key=key, was=was or "-", now=now or "-")


def _way(flow: Flow) -> str:
    start = flow.start
    ways = {"event": start.event, "word": start.word, "campaign": start.campaign, "business": start.business}
    return next(way for way, value in ways.items() if value)


def _out_of_reach(old: Flow, new: Flow) -> Iterator[Problem]:
    """People stay on the channel and in the language in which they began."""
    for key, was, now in (("channels", old.channels, new.channels), ("languages", old.languages, new.languages)):
        lost = [name for name in was if name not in now]
        if lost:
            yield _found(new, "E701.reach", key=key, names=", ".join(lost))


def _answers(old: Flow, new: Flow, state: str, target: str) -> Iterator[Problem]:
    """Every word and button keeps its meaning: it grants no more, withdraws no less, and is still understood."""
    before, after = heard(old, old.states[state]), heard(new, new.states[target])
    ends = new.states[target].end is not None
    for word in dict.fromkeys((*before, *after)):
        change = _change(old, new, before.get(word), after.get(word))
        if change is not None and not (ends and word not in after):
            yield _found(new, "E701.answer", word=word.removeprefix(TAP), state=state, target=target, change=change)


def _change(old: Flow, new: Flow, before: Row | None, after: Row | None) -> Bilingual | None:
    if after is None:
        return UNHEARD
    gained = [each for each in after.grant if before is None or each not in before.grant]
    if gained:
        return GRANTS.fill({"purposes": ", ".join(gained)})
    withdrawn = _withdrawn(new, after)
    kept = [each for each in _withdrawn(old, before) if not {each, ALL_PURPOSES} & set(withdrawn)] if before else []
    return KEEPS.fill({"purposes": ", ".join(kept)}) if kept else None


def _withdrawn(flow: Flow, row: Row) -> tuple[str, ...]:
    return (*row.revoke, *(flow.states[row.go].revoke if row.go else ()))


def heard(flow: Flow, state: State) -> dict[str, Row]:
    """What each word, number and button does in this state. A number stands before a label where it is no word."""
    rows: dict[str, Row] = {}
    shown = flow.texts[state.say] if state.say else None
    for number, answer in enumerate((shown.buttons or shown.rows) if shown else (), 1):
        if answer in state.reply:
            rows[str(number)] = state.reply[answer]
    for answer, row in state.reply.items():
        rows |= {normalise(word): row for word in flow.answers[answer].words}
        rows[TAP + answer] = row
    return rows


def _asked_again(old: Flow, new: Flow, state: str, target: str) -> Iterator[Problem]:
    """A request is not repeated to somebody who has not answered it."""
    before = {name for name in old.states if state in _reachable(old, name)}
    asked = {purpose for name in before for purpose in _asks(old, name)}
    ahead = _reachable(new, target, (Cause.EVENT, Cause.AFTER)) - {target}
    again = sorted({purpose for name in ahead for purpose in _asks(new, name)} & asked)
    if again:
        yield _found(new, "E701.again", state=state, target=target, names=", ".join(again))


def _asks(flow: Flow, state: str) -> tuple[str, ...]:
    say = flow.states[state].say
    return flow.texts[say].asks_for if say else ()


def _values(old: Flow, new: Flow, target: str, setting: Setting) -> Iterator[Problem]:
    """What the texts still to come say must be known of people who started before it was asked for."""
    remembered = {name for card in new.states.values() for name in _remembered(card)}
    for name in sorted(_named(new, _reachable(new, target)) - setting.built_in - remembered - old.uses.keys()):
        if not new.uses[name].otherwise:
            yield _found(new, "E701.value", name=name)


def _remembered(card: State) -> Iterator[str]:
    for row in (*card.reply.values(), *card.event.values(), *(row for _, row in card.after)):
        yield from row.remember


def _reachable(flow: Flow, start: str, causes: Collection[Cause] = tuple(Cause)) -> set[str]:
    """The states that a conversation may come to from here by these causes, this one among them."""
    ahead: dict[str, set[str]] = {}
    for edge in edges_of(flow):
        if edge.trigger.cause in causes and edge.to is not None and edge.to in flow.states:
            ahead.setdefault(edge.source, set()).add(edge.to)
    reached, waiting = {start}, [start]
    while waiting:
        fresh = ahead.get(waiting.pop(), set()) - reached
        reached |= fresh
        waiting += fresh
    return reached


def _named(flow: Flow, states: set[str]) -> set[str]:
    cards = [flow.states[name] for name in states]
    texts = {text for card in cards for text in (card.say, card.otherwise.say if card.otherwise else None) if text}
    return {name for text in texts for wording in flow.texts[text].wording.values() for name in placeholders(wording)}
