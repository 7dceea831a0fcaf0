"""How a blueprint fits a business: what is kept, what it is called there, what the business would have to add.

Judges nothing that `flow check` judges, and takes no purpose for another one unless the person is told its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.errors import BotError
from bot.neutral_business import purposes_of
from config.additions import Additions
from config.blueprints import Blueprint, purpose_line
from config.business import setting_of
from config.business_read import Decisions
from config.business_types import Business, Purpose
from config.wording import DAYS, localised
from flows.adapting import Change
from flows.messages import Bilingual
from flows.render import placeholders
from flows.spec import Flow, Text

NO_LANGUAGE = Bilingual(
    "{name} is written in {ours} and {business} speaks {theirs}: add one of these languages to business.yaml",
    "{name} 只有 {ours}，而 {business} 使用 {theirs}：请在 business.yaml 中加一种语言",
)
NO_CHANNEL = Bilingual(
    "{name} runs on {ours} and {business} has no such channel: add one to business.yaml",
    "{name} 用于 {ours}，而 {business} 没有这样的通道：请在 business.yaml 中添加",
)
UNLIKE = Bilingual(
    "its texts do not suit the purpose {purpose} of {business}: {why}; name another one with --purpose",
    "其文字不适合 {business} 的用途 {purpose}：{why}；请用 --purpose 指定另一个",
)
UNKNOWN = Bilingual(
    "{business} has no purpose {purpose}: it has {known}", "{business} 没有用途 {purpose}，现有：{known}"
)
NOT_OURS = Bilingual("{name} names no purpose {purpose}: it has {known}", "{name} 没有用途 {purpose}，现有：{known}")
KIND = Bilingual("one of the two is commercial and the other is not", "两者一个是商业用途，一个不是")
MONTH = Bilingual("they promise so many a month, and its cap is per {unit}", "文字承诺的是每月条数，而其上限按{unit}计")
TERM = Bilingual("they say how long it lasts, and it has no `lasts`", "文字写明期限，而它没有 lasts")
TIGHTER = Bilingual(
    "they ask for several purposes at once and promise its cap and term, but another one of them is tighter",
    "文字同时征求几个用途并承诺它的条数与期限，而其中另一个更严",
)
UNNAMED = Bilingual("they do not say what it is called", "文字没有说出它的名称")


class DoesNotFit(BotError):
    """A blueprint cannot be used in this business; ``why`` says it in two languages."""

    def __init__(self, why: Bilingual) -> None:
        super().__init__(why.en)
        self.why = why


@dataclass(frozen=True, slots=True)
class Fit:
    """``change`` is what becomes of the blueprint; ``additions`` what business.yaml lacks for it; ``unserved`` the
    languages of the business that the flow does not speak; ``renamed`` purposes that are called otherwise there."""

    change: Change
    additions: Additions
    unserved: tuple[str, ...]
    renamed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fitting:
    """One blueprint held against one business. ``sample``: the business that it was written for; ``wished``: purposes
    by ours, as somebody asked for them."""

    blueprint: Blueprint
    sample: Decisions
    business: Business
    name: str
    wished: Mapping[str, str]

    @property
    def flow(self) -> Flow:
        """As it is shipped."""
        return self.blueprint.flow

    def fit(self) -> Fit:
        """What has to change. Raises ``DoesNotFit``."""
        languages, media = self._languages(), self._media()
        purposes, missing = self._purposes()
        for ours, theirs in purposes.items():
            self._suits(ours, self.business.purposes[theirs], purposes)
        lines = {ours: purpose_line(self.sample.purposes[ours], self.business.languages) for ours in missing}
        every = {name: name for name in self.sample.purposes if name in self.business.purposes}
        about = self.blueprint.about.zh if self.business.languages[0].startswith("zh") else self.flow.about
        change = Change(
            name=self.name,
            about=about,
            languages=languages,
            media=media,
            purposes=every | purposes | {name: name for name in missing},
            titles={ours: dict(self._titles(ours, theirs, purposes)) for ours, theirs in languages.items()},
            heard=self._heard(),
        )
        kept = set(languages.values())
        unserved = tuple(tag for tag in self.business.languages if tag not in kept and not _near(tag, kept))
        renamed = {ours: theirs for ours, theirs in purposes.items() if ours != theirs}
        return Fit(change, Additions(lines, self._missing_words(languages)), unserved, renamed)

    def _languages(self) -> dict[str, str]:
        """Ours to the business's: the same tag, else one of the same language and script."""
        spoken = self.business.languages
        found: dict[str, str] = {}
        for tag in self.flow.languages:
            same = tag if tag in spoken else next((each for each in spoken if self._serves(tag, each)), None)
            if same is not None:
                found[tag] = same
        if not found:
            ours, theirs = ", ".join(self.flow.languages), ", ".join(spoken)
            raise self._misfit(NO_LANGUAGE, ours=ours, theirs=theirs)
        return found

    def _serves(self, ours: str, theirs: str) -> bool:
        offered = {tag: tag for tag in self.flow.languages}
        return theirs not in offered and _near(theirs, {ours}) and localised(offered, theirs) == ours

    def _media(self) -> tuple[str, ...]:
        has = {channel.medium for channel in self.business.channels.values()}
        found = tuple(each for each in self.flow.channels if each in has)
        if not found:
            raise self._misfit(NO_CHANNEL, ours=", ".join(self.flow.channels))
        return found

    def _purposes(self) -> tuple[dict[str, str], list[str]]:
        """Ours to the business's, and those for which it has none."""
        needed = sorted(purposes_of([self.flow]))
        strangers = sorted(set(self.wished) - set(needed))
        if strangers:
            raise self._misfit(NOT_OURS, purpose=strangers[0], known=", ".join(needed) or "-")
        found: dict[str, str] = {}
        for ours in needed:
            theirs = self.wished.get(ours) or (ours if ours in self.business.purposes else self._only(ours, needed))
            if theirs is not None:
                found[ours] = theirs
        unknown = [theirs for theirs in found.values() if theirs not in self.business.purposes]
        if unknown:
            raise self._misfit(UNKNOWN, purpose=unknown[0], known=", ".join(self.business.purposes) or "-")
        return found, [ours for ours in needed if ours not in found]

    def _only(self, ours: str, needed: list[str]) -> str | None:
        """The one purpose of its kind that the business has, where the person reads its name before agreeing."""
        commercial = self.sample.purposes[ours].commercial
        alike = [name for name in needed if self.sample.purposes[name].commercial == commercial]
        theirs = [name for name, each in self.business.purposes.items() if each.commercial == commercial]
        asked = [text for text in self.flow.texts.values() if ours in text.asks_for]
        named = bool(asked) and all("purpose" in _placeholders(text) for text in asked)
        return theirs[0] if named and len(alike) == len(theirs) == 1 else None

    def _suits(self, ours: str, theirs: Purpose, purposes: Mapping[str, str]) -> None:
        """Whether what the texts promise is what the business keeps. Raises ``DoesNotFit``."""
        if theirs.commercial != self.sample.purposes[ours].commercial:
            raise self._misfit(UNLIKE, purpose=theirs.name, why=KIND)
        for text in (each for each in self.flow.texts.values() if ours in each.asks_for):
            names = _placeholders(text)
            if "cap" in names and theirs.cap.unit != "month":
                raise self._misfit(UNLIKE, purpose=theirs.name, why=MONTH.fill({"unit": theirs.cap.unit}))
            if "lasts" in names and theirs.lasts is None:
                raise self._misfit(UNLIKE, purpose=theirs.name, why=TERM)
            asked = [self.business.purposes[purposes[name]] for name in text.asks_for if name in purposes]
            if theirs.commercial and {"cap", "lasts"} & names and any(_tighter(each, theirs) for each in asked):
                raise self._misfit(UNLIKE, purpose=theirs.name, why=TIGHTER)
            if ours != theirs.name and not self._says_its_name(ours, text):
                raise self._misfit(UNLIKE, purpose=theirs.name, why=UNNAMED)

    def _says_its_name(self, ours: str, text: Text) -> bool:
        title = self.sample.purposes[ours].title
        return "purpose" in _placeholders(text) or all(title[tag] in words for tag, words in text.wording.items())

    def _titles(self, ours: str, theirs: str, purposes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """In one language: what the purposes are called in the texts, and what the business calls them."""
        for name, own in purposes.items():
            here, there = self.sample.purposes[name].title[ours], localised(self.business.purposes[own].title, theirs)
            if here != there:
                yield here, there

    def _heard(self) -> dict[str, str]:
        """What the confirmation of a stop is called in the business's own flow for it."""
        if self.flow.start.business == "stop":
            return {}
        own = [flow for flow in self.business.flows.values() if flow.start.business == "stop"]
        said = [flow.states[flow.start.go].say for flow in own]
        return {"stopped": said[0]} if said and said[0] not in (None, "stopped") else {}

    def _missing_words(self, languages: Mapping[str, str]) -> tuple[str, ...]:
        """Stop words that the texts name and that nobody would hear in this business."""
        heard = setting_of(self.business).heard
        kept = [words for text in self.flow.texts.values() for tag, words in text.wording.items() if tag in languages]
        named = [word for word in self.sample.words.stop if any(_names(words, word) for words in kept)]
        return tuple(word for word in named if heard(word) != "stop")

    def _misfit(self, sentence: Bilingual, **values: object) -> DoesNotFit:
        return DoesNotFit(sentence.fill({"name": self.flow.name, "business": self.business.name, **values}))


def _placeholders(text: Text) -> set[str]:
    return {name for wording in text.wording.values() for name in placeholders(wording)}


def _names(wording: str, word: str) -> bool:
    return re.search(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", wording) is not None


def _near(tag: str, tags: set[str]) -> bool:
    return tag.partition("-")[0] in {each.partition("-")[0] for each in tags}


def _tighter(one: Purpose, other: Purpose) -> bool:
    """Whether the first promises less than the second: fewer messages, or for a shorter time."""
    fewer = one.cap.count < other.cap.count
    shorter = one.lasts is not None and (
        other.lasts is None or one.lasts.count * DAYS[one.lasts.unit] < other.lasts.count * DAYS[other.lasts.unit]
    )
    return fewer or shorter
