"""People may be moved only where every word keeps the meaning they were told, and where the proof holds for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.proving import Prover
from flows.checks.setting import Setting
from flows.load import load_flow
from flows.moving.check import check_moves, heard
from flows.moving.joint import BEFORE, MOVED, joined
from flows.moving.landing import land
from flows.moving.state_map import StateMap
from flows.spec import Flow
from tests.flows.oracle.house import setting

OLD = """\
flow: signup
kind: consent-request
channels: [sms]
languages: [en]
start: {event: signup, basis: requested, go: ask}
answers:
  Y: [Y, yes]
  N: [no thanks, 9]
states:
  ask:
    say: ask
    reply:
      Y: {grant: offers, go: thanks}
      N: {revoke: offers, go: silent}
    else: {say: again, times: 1, go: silent}
    after: {72h: silent}
  thanks: {say: thanks, end: granted}
  silent: {end: no-consent}
texts:
  ask: {asks_for: offers, en: "{{ purpose }}, max {{ cap }} a month for {{ lasts }}? Reply Y or T to stop."}
  again: {en: "Y = yes, T = stop."}
  thanks: {en: "Done. Reply T to stop."}
"""


def flow(*changes: tuple[str, str]) -> Flow:
    source = OLD
    for before, after in changes:
        assert before in source, before
        source = source.replace(before, after)
    return load_flow(source, "signup.yaml")


TRADED = ("Y: [Y, yes]\n  N: [no thanks, 9]", "Y: [Y, yes, 9]\n  N: [no thanks]")
RENAMED = (("go: ask}", "go: question}"), ("  ask:\n    say", "  question:\n    say"))


def refusals(new: Flow, to: dict[str, str] | None = None, old: Flow | None = None) -> list[str]:
    """The sentences against moving people from ``ask`` into ``question``, or as said."""
    moves = StateMap(to or {"ask": "question"})
    return [each.sentence.en for each in check_moves(old or flow(), new, moves, decided(), Prover().objections)]


def decided() -> Setting:
    return setting("US")


def test_a_state_that_only_has_another_name_takes_everybody() -> None:
    assert refusals(flow(*RENAMED)) == []
    assert refusals(flow(), {"ask": "ask"}) == []


def test_a_state_that_ends_takes_everybody() -> None:
    assert refusals(flow(*RENAMED), {"ask": "silent"}) == []


@pytest.mark.parametrize(
    "change, said",
    [
        (("kind: consent-request", "kind: preferences"), "`kind` changed from consent-request to preferences"),
        (("event: signup", "word: {en: join}"), "`start` changed from event to word"),
        (("channels: [sms]", "channels: [whatsapp]"), "channels no longer has sms"),
        (("Y: [Y, yes]", "Y: [Y]"), "answers `yes` would, in `question`, not be understood"),
        (("Y: [Y, yes]", "Y: [Y, yes, ok]"), "answers `ok` would, in `question`, grant offers"),
        (
            ("N: {revoke: offers, go: silent}", "N: {go: silent}"),
            "answers `9` would, in `question`, no longer withdraw",
        ),
        (("N: {revoke: offers", "N: {grant: offers"), "answers `N` would, in `question`, grant offers"),
        (
            ("Y: [Y, yes]\n  N: [no thanks, 9]", "Y: [Y, yes, 9]\n  N: [no thanks]"),
            "answers `9` would, in `question`, grant",
        ),
        (("Done.", "Done, {{ name }}."), "{{ name }} is not known of people who started before"),
    ],
)
def test_whoever_would_be_misunderstood_is_not_moved(change: tuple[str, str], said: str) -> None:
    uses = ("texts:\n", "uses: {name: {type: text, example: Ana}}\ntexts:\n")
    new = flow(*RENAMED, change, uses)
    assert any(said in sentence for sentence in refusals(new)), refusals(new)


def test_nobody_is_moved_into_a_version_that_does_not_speak_their_language() -> None:
    assert refusals(replace(flow(*RENAMED), languages=("es",))) == [
        "nobody can be moved: languages no longer has en, and people are there"
    ]


LABELLED = (
    "Y: [Y, yes]\n  N: [no thanks, 9]",
    "Y: {words: [Y], label: {en: Yes}}\n  N: {words: [no thanks], label: {en: No}}",
)
SHOWN = ("ask: {asks_for: offers, ", "ask: {asks_for: offers, buttons: [Y, N], ")
SWAPPED = (SHOWN[0], SHOWN[1].replace("[Y, N]", "[N, Y]"))


def test_a_button_keeps_its_place_and_its_number() -> None:
    """On SMS the buttons are numbered lines: the second line of the text that was shown is what 2 means."""
    old = flow(LABELLED, SHOWN)
    rows = heard(old, old.states["ask"])
    assert (rows["1"].grant, rows["2"].grant, rows["tap:Y"].grant) == (("offers",), (), ("offers",))
    assert refusals(flow(*RENAMED, LABELLED, SHOWN), old=old) == []
    swapped = refusals(flow(*RENAMED, LABELLED, SWAPPED), old=old)
    assert any("answers `2` would, in `question`, grant" in each for each in swapped)


def test_a_map_to_nowhere_is_named() -> None:
    assert refusals(flow(), {"ask": "gone"}) == ["the map leads to `gone`, and this version has no such state"]


SOLD = (
    "  thanks: {say: thanks, end: granted}",
    "  thanks: {say: thanks, after: {24h: promo}}\n  promo: {say: sale, needs: offers, end: sold}",
)
SALE = ("texts:\n", 'texts:\n  sale: {en: "Sale today. Reply STOP to end."}\n')
TOLD = (
    "  silent: {end",
    "  told: {after: {1h: silent}}\n  silent: {end",
)


def test_nobody_is_moved_past_their_answer_into_an_offer() -> None:
    """In the new version the offer comes after a yes; whoever is moved right before it has not said it."""
    old = flow(TOLD, ("N: {revoke: offers, go: silent}", "N: {revoke: offers, go: told}"))
    new = flow(SOLD, SALE)
    assert refusals(new, {"ask": "ask"}, old) == []
    (said,) = refusals(new, {"told": "thanks"}, old)
    assert said.startswith("not proved for people who are moved: ")


ANSWERS = OLD[OLD.index("    reply:") : OLD.index("    after: {72h")]
EARLY = (
    ("requested, go: ask}", "requested, go: wait}"),
    ("  ask:\n    say", "  wait: {after: {1h: ask}}\n  ask:\n    say"),
)


def test_nobody_is_asked_again_for_what_they_have_not_answered() -> None:
    assert any("would be asked again" in each for each in refusals(flow(*EARLY), {"ask": "wait"}, flow((ANSWERS, ""))))


def test_the_joint_flow_holds_both_versions_and_the_step_between_them() -> None:
    both = joined(flow(), flow(*RENAMED), StateMap({"ask": "question"}))
    assert both.start.go == f"ask{BEFORE}"
    assert both.states[f"question{MOVED}"].say is None
    assert {name for name in both.states if name.endswith(BEFORE)} == {f"{name}{BEFORE}" for name in flow().states}
    assert set(flow(*RENAMED).states) <= both.states.keys()


NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize("spent, left", [(12, 60), (71, 1), (9 * 24, 0)])
def test_the_time_spent_in_the_old_state_counts_in_the_new_one(spent: int, left: int) -> None:
    """In hours. Waiting for 80 hours there and for 72 here; what would have been due is due now."""
    before = flow(("72h", "80h")).states["ask"]
    landing = land(before, flow().states["ask"], {"after:0": NOW + timedelta(hours=80 - spent)}, NOW)
    assert landing.waits == {"after:0": NOW + timedelta(hours=left)}
    assert landing.asks
    assert landing.outcome is None


def test_whoever_lands_in_an_end_has_ended() -> None:
    landing = land(flow().states["ask"], flow().states["silent"], {"after:0": NOW}, NOW)
    assert (landing.outcome, landing.asks, dict(landing.waits)) == ("no-consent", False, {})


def test_a_map_is_stored_and_read_as_it_was() -> None:
    moves = StateMap({"a": "b", "问": "答"}, frozenset({"c"}))
    assert StateMap.of_plain(moves.as_plain()) == moves
    assert moves.named == {"a", "问", "c"}
    with pytest.raises(ValueError, match="no map of states"):
        StateMap.of_plain({"to": ["a"]})
