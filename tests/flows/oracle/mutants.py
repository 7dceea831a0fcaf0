"""Small changes to a flow, each as somebody might make by mistake or on purpose. Whether one is bad, the oracle says.

A mutation takes a document and yields changed copies of it; it judges nothing and may well leave a good flow good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from tests.flows.oracle.documents import Document, copied, listed
from tests.flows.oracle.edits import (
    changed,
    purposes,
    replies,
    row_at,
    rows,
    spoken,
    with_card,
    with_text,
    without,
)

Mutation = Callable[[Document], Iterator[Document]]


# Grants ------------------------------------------------------------------------------------------------------------


def drop_a_grant(document: Document) -> Iterator[Document]:
    for path in rows(document):
        if "grant" in row_at(document, path):
            yield changed(document, path, grant=None)


def move_a_grant(document: Document) -> Iterator[Document]:
    """To every other row: another answer's, an event's, a timer's."""
    for path in rows(document):
        grant = row_at(document, path).get("grant")
        for other in rows(document) if grant else ():
            if other != path:
                yield changed(changed(document, path, grant=None), other, grant=grant)


def copy_a_grant(document: Document) -> Iterator[Document]:
    """An answer that is no yes, an event or a wait grants as well."""
    for path in rows(document):
        grant = row_at(document, path).get("grant")
        for other in rows(document) if grant else ():
            if other != path and "grant" not in row_at(document, other):
                yield changed(document, other, grant=grant)


def widen_a_grant(document: Document) -> Iterator[Document]:
    for path in replies(document):
        given = listed(row_at(document, path).get("grant"))
        for name in ("offers", "points", "bills"):
            if given and name not in given:
                yield changed(document, path, grant=[*given, name])


def widen_an_answer(document: Document) -> Iterator[Document]:
    """Somebody's no becomes one of the words of an answer."""
    for name, answer in (document.get("answers") or {}).items():
        for word in ("no thanks", "不要", "no"):
            copy = copied(document)
            if isinstance(answer, list):
                copy["answers"][name] = [*answer, word]
            else:
                copy["answers"][name]["words"] = [*answer["words"], word]
            yield copy


def stop_asking(document: Document) -> Iterator[Document]:
    """The text asks for nothing any more, or for one purpose less, or for another."""
    for name, text in document["texts"].items():
        asks = listed(text.get("asks_for"))
        if asks:
            yield with_text(document, name, asks_for=None)
        for one in asks if len(asks) > 1 else ():
            yield with_text(document, name, asks_for=[other for other in asks if other != one])
        for other in {"offers", "points", "bills"} - set(asks) if asks else ():
            yield with_text(document, name, asks_for=[other])


def withdraw(document: Document) -> Iterator[Document]:
    """A row or a card takes back a consent that was held."""
    for path in rows(document):
        for name in (*purposes(document), "all"):
            yield changed(document, path, revoke=name)
    for name in document["states"]:
        for purpose in (*purposes(document), "all"):
            yield with_card(document, name, revoke=purpose)


def withdraw_and_come_back(document: Document) -> Iterator[Document]:
    """A new answer takes a consent back and leads to any card, one that sells among them."""
    for name, card in document["states"].items():
        for target in document["states"] if "say" in card and "end" not in card else ():
            copy = with_card(document, name, reply={**card.get("reply", {}), "less": {"revoke": "all", "go": target}})
            copy["answers"] = {**document.get("answers", {}), "less": ["less please"]}
            yield copy


# Edges -------------------------------------------------------------------------------------------------------------


def redirect(document: Document) -> Iterator[Document]:
    for path in rows(document):
        for name in document["states"]:
            if name != row_at(document, path).get("go"):
                yield changed(document, path, go=name)


def add_an_event(document: Document) -> Iterator[Document]:
    for name, card in document["states"].items():
        for target in document["states"] if "end" not in card else ():
            yield with_card(document, name, event={**card.get("event", {}), "something.new": target})


def add_a_wait(document: Document) -> Iterator[Document]:
    """Before the card's own timers."""
    for name, card in document["states"].items():
        for target in document["states"] if "end" not in card else ():
            yield with_card(document, name, after={"1h": target, **card.get("after", {})})


def add_an_answer(document: Document) -> Iterator[Document]:
    for name, card in document["states"].items():
        for target in document["states"] if "reply" in card else ():
            copy = with_card(document, name, reply={**card["reply"], "besides": target})
            copy["answers"] = {**document.get("answers", {}), "besides": ["something else"]}
            yield copy


def send_the_lost_elsewhere(document: Document) -> Iterator[Document]:
    for name, card in document["states"].items():
        for target in document["states"] if "reply" in card else ():
            yield with_card(document, name, otherwise={"go": target})


def start_elsewhere(document: Document) -> Iterator[Document]:
    for name in document["states"]:
        if name != document["start"]["go"]:
            copy = copied(document)
            copy["start"]["go"] = name
            yield copy


def swap_two_cards(document: Document) -> Iterator[Document]:
    """What two cards say changes places, and with it what was asked and what is sold."""
    names = [name for name, card in document["states"].items() if "say" in card]
    for number, one in enumerate(names):
        for other in names[number + 1 :]:
            cards = document["states"]
            copy = with_card(document, one, say=cards[other]["say"], needs=cards[other].get("needs"))
            yield with_card(copy, other, say=cards[one]["say"], needs=cards[one].get("needs"))


def drop_a_wait(document: Document) -> Iterator[Document]:
    for name, card in document["states"].items():
        if "after" in card:
            yield without(document, "states", name, "after")


def wait_in_circles(document: Document) -> Iterator[Document]:
    for name, card in document["states"].items():
        if "after" in card:
            yield with_card(document, name, after={next(iter(card["after"])): name})
            yield with_card(document, name, after={next(iter(card["after"])): {"tag": "waited"}})


def wait_too_long(document: Document) -> Iterator[Document]:
    """Past the end of every consent."""
    for name, card in document["states"].items():
        if "after" in card:
            yield with_card(document, name, after={"800d": next(iter(card["after"].values()))})


def never_end(document: Document) -> Iterator[Document]:
    for name, card in document["states"].items():
        if "end" in card:
            yield without(document, "states", name, "end")
            yield with_card(document, name, end=None, after={"2h": document["start"]["go"]})


# What is said ------------------------------------------------------------------------------------------------------


def sell(document: Document) -> Iterator[Document]:
    """A card needs a consent from now on, which makes its text an offer."""
    for name, card in document["states"].items():
        for purpose in purposes(document) if "say" in card else ():
            yield with_card(document, name, needs=purpose)


def forget_the_need(document: Document) -> Iterator[Document]:
    if "needs" in document:
        yield without(document, "needs")
    for name, card in document["states"].items():
        if "needs" in card:
            yield without(document, "states", name, "needs")


def need_another(document: Document) -> Iterator[Document]:
    for name, card in document["states"].items():
        for purpose in {"offers", "points"} - {card["needs"]} if "needs" in card else ():
            yield with_card(document, name, needs=purpose)


def change_the_kind(document: Document) -> Iterator[Document]:
    for kind in ("commercial", "service", "farewell", "consent-request"):
        if kind != document["kind"]:
            yield {**copied(document), "kind": kind}


def use_a_marketing_template(document: Document) -> Iterator[Document]:
    for name, text in document["texts"].items():
        if text.get("template") != "offer_0":
            yield with_text(document, name, template="offer_0")


def fall_back(document: Document) -> Iterator[Document]:
    """To the other medium, for which nobody gave a consent."""
    for name in document["texts"]:
        if document["channels"] == ["whatsapp"]:
            yield with_text(document, name, fallback={"undelivered": "sms", "within": "10m"})


def change_the_channels(document: Document) -> Iterator[Document]:
    for channels in (["whatsapp"], ["sms", "whatsapp"]):
        if channels != listed(document["channels"]):
            yield {**copied(document), "channels": channels}


def repeat_the_question(document: Document) -> Iterator[Document]:
    """A reminder: silence brings the same request again."""
    for name, card in document["states"].items():
        asking = document["texts"].get(card.get("say", ""), {}).get("asks_for")
        for delay, after in card.get("after", {}).items() if asking else ():
            copy = with_card(document, name, after={delay: "nudge"})
            copy["states"]["nudge"] = {"say": card["say"], "reply": card["reply"], "after": {"24h": after}}
            yield copy


# What stands in the file -------------------------------------------------------------------------------------------


def steal_a_word(document: Document) -> Iterator[Document]:
    for name, answer in document.get("answers", {}).items():
        for word in ("T", "stop", "退订", "unsubscribe", "HELP", "ＴＤ"):
            copy = copied(document)
            own = answer if isinstance(answer, (list, str)) else answer["words"]
            words = [*listed(own), word]
            copy["answers"][name] = {**answer, "words": words} if isinstance(answer, dict) else words
            yield copy


def share_a_word(document: Document) -> Iterator[Document]:
    """A no that is heard as a yes: each answer also listens to another's first word."""
    answers = document.get("answers", {})
    for name, answer in answers.items():
        for other, theirs in answers.items():
            if other != name:
                own = answer["words"] if isinstance(answer, dict) else answer
                word = listed(theirs["words"] if isinstance(theirs, dict) else theirs)[0]
                copy, words = copied(document), [*listed(own), word]
                copy["answers"][name] = {**answer, "words": words} if isinstance(answer, dict) else words
                yield copy


def drop_a_language(document: Document) -> Iterator[Document]:
    for name, text in document["texts"].items():
        for language in spoken(document, text):
            yield without(document, "texts", name, language)


def lengthen(document: Document) -> Iterator[Document]:
    for name, text in document["texts"].items():
        for language in spoken(document, text):
            yield with_text(document, name, **{language: text[language] + " and so on, without an end" * 25})


def use_an_unknown_placeholder(document: Document) -> Iterator[Document]:
    for name, text in document["texts"].items():
        languages = spoken(document, text)
        yield with_text(document, name, **{tag: text[tag] + " {{ surprise }}" for tag in languages})
        if len(languages) > 1:
            yield with_text(document, name, **{languages[0]: text[languages[0]] + " {{ contact }} {{ brand }}"})
    for name in document.get("uses", {}):
        yield without(document, "uses", name)


def say_the_choice_too_soon(document: Document) -> Iterator[Document]:
    """A text shows what the person chose, on ways on which nothing was chosen."""
    for name, text in document["texts"].items():
        tags = spoken(document, text)
        copy = with_text(document, name, **{tag: text[tag] + " {{ picked }}" for tag in tags})
        copy["uses"] = {**copy.get("uses", {}), "picked": {"type": "answer"}}
        yield copy


def boast_and_sell(document: Document) -> Iterator[Document]:
    said = {"zh-CN": "全网第一，打折", "zh-TW": "国家级，打折", "en": "number one in the world, 50% off"}
    said["es"] = "el mejor del mundo, descuento"
    for name, text in document["texts"].items():
        tags = [tag for tag in spoken(document, text) if tag in said]
        yield with_text(document, name, **{tag: said[tag] + " " + text[tag] for tag in tags})


def offer_too_much(document: Document) -> Iterator[Document]:
    """Too many buttons, a button for nothing, a label that no phone shows."""
    for name, text in document["texts"].items():
        shown = listed(text.get("buttons"))
        if shown:
            yield with_text(document, name, buttons=[*shown, *shown, *shown, *shown])
            yield with_text(document, name, buttons=[*shown[:2], "nobody"])
    for name, answer in document.get("answers", {}).items():
        if isinstance(answer, dict) and answer.get("label"):
            copy = copied(document)
            copy["answers"][name]["label"] = dict.fromkeys(answer["label"], "x" * 30)
            yield copy


def misspell(document: Document) -> Iterator[Document]:
    """A name that leads nowhere."""
    for path in rows(document):
        yield changed(document, path, go="nowhere")
    for name, card in document["states"].items():
        if "say" in card:
            yield with_card(document, name, say="nothing-of-ours")


MUTATIONS: tuple[Mutation, ...] = (
    drop_a_grant,
    move_a_grant,
    copy_a_grant,
    widen_a_grant,
    widen_an_answer,
    stop_asking,
    withdraw,
    withdraw_and_come_back,
    redirect,
    add_an_event,
    add_a_wait,
    add_an_answer,
    send_the_lost_elsewhere,
    start_elsewhere,
    swap_two_cards,
    drop_a_wait,
    wait_in_circles,
    wait_too_long,
    never_end,
    sell,
    forget_the_need,
    need_another,
    change_the_kind,
    use_a_marketing_template,
    fall_back,
    change_the_channels,
    repeat_the_question,
    steal_a_word,
    share_a_word,
    drop_a_language,
    lengthen,
    use_an_unknown_placeholder,
    say_the_choice_too_soon,
    boast_and_sell,
    offer_too_much,
    misspell,
)
"""Every kind of change."""


def mutants(document: Document, random: Random, each: int) -> Iterator[tuple[str, Document]]:
    """Up to ``each`` mutants of every kind, with the name of the change."""
    for mutation in MUTATIONS:
        made = [one for one in mutation(document) if one != document]
        for one in random.sample(made, min(each, len(made))):
            yield mutation.__name__, one


def mutants_of_mutants(document: Document, random: Random, count: int) -> Iterator[tuple[str, Document]]:
    """Two changes one after the other: what is wrong with one may be hidden by the other."""
    for _ in range(count):
        first, second = random.choice(MUTATIONS), random.choice(MUTATIONS)
        once = list(first(document))
        twice = list(second(random.choice(once))) if once else []
        if twice:
            yield f"{first.__name__} + {second.__name__}", random.choice(twice)
