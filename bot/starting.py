"""A flow starts for a person, or is refused with its reason. Its first text is judged before anything is opened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.carrying_out import carry_out
from bot.catalogue import Running
from bot.judgement import NUMBERS
from bot.speech import commit, speak
from bot.turn import Turn
from bot.why import Why
from flows.effects import Say
from flows.render import choose_language
from flows.spec import Once
from storage.clock import from_micros
from storage.consents import Consent
from storage.conversations import UNSAID, Conversation
from storage.dossier import Dossier
from storage.ids import CONVERSATION, ordered_id

_WHATSAPP_ONLY = ("bsuid", "bsuid_parent")


def start(turn: Turn, running: Running, facts: Mapping[str, str], *, channel: str = "", language: str = "") -> None:
    """Open a conversation and say its first text, unless a rule is against it (then a refused row says which)."""
    flow = running.flow
    channel = channel or choose_channel(turn, running)
    if not channel or not (turn.spoke or _runs_on(turn, running, channel)):
        turn.refuse(flow.name, Why.NUMBER_SUSPECT, f"{flow.name} runs on {', '.join(flow.channels)}")
        return
    run = _open(turn, running, facts, channel, language)
    if _same_run(turn, run):
        return
    decision = running.machine.start()
    why = _against(turn, running, run, decision.state)
    say = next((effect for effect in decision.effects if isinstance(effect, Say)), None)
    spoken = speak(turn, running, run, say) if say is not None else None
    if spoken is not None and spoken.why is None and why is not None:
        spoken = type(spoken)(spoken.message, why)
    if spoken is not None and spoken.why is not None:
        spoken.message.conversation = ""
        commit(turn, spoken)
        return
    if why is not None:
        turn.refuse(flow.name, why)
        return
    if turn.spoke and running.machine.waits(decision.state):
        _close_questions(turn, channel)
    turn.person.conversations.append(run)
    turn.started.append({"flow": flow.name, "version": flow.hash, "person": turn.person.id, "conversation": run.id})
    carry_out(turn, running, run, decision, spoken)


def _open(turn: Turn, running: Running, facts: Mapping[str, str], channel: str, language: str) -> Conversation:
    flow, business = running.flow, turn.house.business
    wanted = turn.person.language or language or business.languages[0]
    return Conversation(
        id=ordered_id(CONVERSATION, turn.now, turn.around.random),
        flow=flow.name,
        flow_hash=flow.hash,
        channel=channel,
        medium=business.channels[channel].medium,
        language=choose_language(wanted, flow.languages),
        state=flow.start.go,
        started_at=turn.at,
        subject=facts.get(flow.start.proof, "") if flow.start.proof else "",
        test=turn.test,
        facts=dict(facts),
    )


def _runs_on(turn: Turn, running: Running, channel: str) -> bool:
    medium = turn.house.business.channels[channel].medium
    return channel in running.flow.channels or medium in running.flow.channels


def choose_channel(turn: Turn, running: Running) -> str:
    """Where consent stands, else the first channel of the flow on which the person can be reached."""
    person, flow = turn.person, running.flow
    reachable = [
        (name, channel.medium)
        for medium in flow.channels
        for name, channel in turn.house.business.channels.items()
        if medium in (channel.medium, name) and _reaches(person, channel.medium)
    ]
    for name, medium in reachable:
        consent: Consent | None = person.consents.get((flow.needs or "", medium))
        if consent is not None and consent.held(turn.now):
            return name
    return reachable[0][0] if reachable else ""


def _reaches(person: Dossier, medium: str) -> bool:
    schemes = NUMBERS if medium == "sms" else (*NUMBERS, *_WHATSAPP_ONLY)
    return any(alias.scheme in schemes for alias in person.aliases)


def _same_run(turn: Turn, run: Conversation) -> bool:
    """The same flow about the same thing is open already: nothing new starts."""
    for other in turn.person.conversations:
        if other.ended_at is None and (other.flow, other.subject) == (run.flow, run.subject) and not turn.spoke:
            return True
    return False


def _against(turn: Turn, running: Running, run: Conversation, state: str) -> Why | None:
    once = running.flow.start.once
    if once is not None and _too_soon(turn, running.flow.name, once):
        return Why.PURPOSE_CAP
    if not turn.spoke and running.machine.waits(state) and _question_open(turn, run.channel):
        return Why.QUESTION_OPEN
    return None


def _too_soon(turn: Turn, flow: str, once: Once) -> bool:
    last = turn.around.starts.get((turn.person.id, flow))
    earlier = [r.started_at for r in turn.person.conversations if r.flow == flow and r.outcome != UNSAID]
    starts = [*earlier, *([last] if last is not None else [])]
    if not starts:
        return False
    return once.period is None or turn.moment - from_micros(max(starts)) < (once.period or timedelta())


def _question_open(turn: Turn, channel: str) -> bool:
    return any(r.channel == channel and r.question and r.ended_at is None for r in turn.person.conversations)


def _close_questions(turn: Turn, channel: str) -> None:
    """The person turned to something else: the question they left is closed, so that two are never open."""
    for run in turn.person.conversations:
        if run.channel == channel and run.question and run.ended_at is None:
            turn.person.cancel_timers(run)
            run.end("left-for-another", turn.now)
            turn.person.changed(run)
