"""Every property that is proved over whole conversations, for one flow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flows import effects as ask
from flows.checks.setting import Setting
from flows.checks.targets import named_purposes, targets
from flows.problems import Problem
from flows.proving.age import outlasted
from flows.proving.consent import Product
from flows.proving.consent_findings import findings
from flows.proving.finding import Finding
from flows.proving.form import Form, form_of
from flows.proving.question import Question, level_of, lines_of, sells
from flows.proving.silence import Silence
from flows.proving.values import unset_values
from flows.spec import ALL_PURPOSES, Flow, Kind

PROPERTIES = (
    "consent-held-on-every-path",
    "commercial-messages-need-a-commercial-consent",
    "only-a-persons-answer-grants",
    "only-what-the-last-text-asked-for-is-granted",
    "consent-not-outlasted-by-the-flow",
    "consent-at-the-level-of-the-place",
    "stop-leads-out-of-every-state",
    "silence-ends-with-at-most-one-message",
    "every-wait-ends",
    "no-messages-in-circles-without-the-person",
    "placeholders-set-on-every-path",
)
"""What a proof stands for; each is stated in full in ``docs/flows.md``."""

SELLING = "E601"


@dataclass(frozen=True, slots=True)
class Explored:
    """``size``: the points of all products, each visited once."""

    findings: tuple[Finding, ...]
    size: int


def is_closed(flow: Flow, setting: Setting) -> bool:
    """Whether every name leads somewhere and nothing of the file was left out, so that paths can be followed."""
    texts = {
        text for card in flow.states.values() for text in (card.say, card.otherwise and card.otherwise.say) if text
    }
    purposes = {name for path, name in named_purposes(flow) if not (name == ALL_PURPOSES and "revoke" in path)}
    return (
        not flow.places.damaged
        and all(name in flow.states for _, name in targets(flow))
        and texts <= flow.texts.keys()
        and purposes <= setting.purposes.keys()
    )


def explore(flow: Flow, setting: Setting, said: Sequence[Problem] = ()) -> Explored:
    """What is wrong with a closed flow over whole conversations. ``said``: what the checks found wrong with it."""
    form = form_of(flow)
    found: list[Finding] = []
    size = 0
    for question in _questions(form, setting, _urging(flow, said)):
        product = Product(question)
        size += product.size
        found += [*findings(product), *outlasted(product)]
    anybody = Question(form, setting, "")
    silence = Silence(anybody)
    found += [*silence.findings(), *unset_values(anybody)]
    return Explored(tuple(found), size + len(silence.reached.came))


def _urging(flow: Flow, said: Sequence[Problem]) -> frozenset[str]:
    """The texts of a flow that asks whose words were found to sell."""
    if flow.kind not in (Kind.CONSENT_REQUEST, Kind.PREFERENCES):
        return frozenset()
    return frozenset(
        name for name in flow.texts if any(each.code == SELLING and each.line in lines_of(flow, name) for each in said)
    )


def _questions(form: Form, setting: Setting, urging: frozenset[str]) -> Iterator[Question]:
    """One for each purpose that the flow relies on or grants, one more for each language in which it is not asked
    for; and the bare messages with the first commercial purpose that somebody here may take back."""
    says = [effect for effect in _effects(form) if isinstance(effect, ask.Say)]
    granted = [name for effect in _effects(form) if isinstance(effect, ask.Grant) for name in effect.purposes]
    purposes = dict.fromkeys([*granted, *(say.needs for say in says if say.needs)])
    commercial = [name for name in granted if setting.purposes[name]]
    bare = commercial[0] if commercial else ""
    for name in [*purposes, *([] if bare else [""])]:
        question = Question(form, setting, name, None, level_of(form, setting, name), name == bare, urging)
        if name or any(sells(question, say) for say in says):
            yield question
        for language in _unasked_in(form.flow, name):
            yield Question(form, setting, name, language)


def _effects(form: Form) -> Iterator[ask.Effect]:
    for move in (form.start, *(move for moves in form.moves.values() for move in moves)):
        yield from move.effects


def _unasked_in(flow: Flow, purpose: str) -> tuple[str, ...]:
    """The languages of the flow in which a text that asks for this purpose has no words."""
    asking = [text for text in flow.texts.values() if purpose in text.asks_for]
    return tuple(tag for tag in flow.languages if any(tag not in text.wording for text in asking))
