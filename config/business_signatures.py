"""Whether the channels that have to sign their SMS do, and by the name alone (E605)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from config.business_types import ChannelConfig
from config.rules import rules_of
from flows.places import Places
from flows.problems import Problem, problem

_MAINLAND = "+86"
_BRACKETS = ("【", "】")


def signature_problems(
    place: str | None, languages: Iterable[str], channels: Mapping[str, ChannelConfig], file: str, places: Places
) -> Iterator[Problem]:
    """E605 for each SMS channel without a signature where the place asks for one, and for brackets within one."""
    wanted = rules_of(place, ()).signed & {tag.partition("-")[0] for tag in languages}
    for name, channel in channels.items():
        if channel.medium != "sms":
            continue
        if wanted and not channel.signature and not _sends_from_abroad(channel.sender):
            yield problem("E605.signature", file, places.key("channels", name), channel=name)
        for language, words in channel.signature.items():
            if any(bracket in words for bracket in _BRACKETS):
                yield problem("E605.signed", file, places.value("channels", name, "signature", language), channel=name)


def _sends_from_abroad(sender: str) -> bool:
    """The rule is the mainland carriers': it binds whoever sends from one of their numbers."""
    return sender.startswith("+") and not sender.startswith(_MAINLAND)
