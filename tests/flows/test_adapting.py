"""A blueprint made to fit: the names change and the conversation stays the same."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from config.blueprints import ABOUT, Blueprint, blueprint, sample_business
from flows.adapting import Change, adapted_flow, adapted_talks
from flows.load import load_flow
from flows.spec import Flow, State
from flows.talk_file import load_talks

ALL: dict[str, Blueprint] = {name: blueprint(name) for name in ABOUT}
PURPOSES = tuple(sample_business().purposes)
NEARBY = {"zh-CN": "zh-SG", "zh-TW": "zh-HK", "en": "en-GB", "es": "es-MX"}


@st.composite
def changes(draw: st.DrawFn, flow: Flow) -> Change:
    kept = draw(st.sets(st.sampled_from(flow.languages), min_size=1))
    media = draw(st.sets(st.sampled_from(flow.channels), min_size=1))
    return Change(
        name=draw(st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)),
        about=draw(st.sampled_from([flow.about, "登记后先确认再发"])),
        languages={tag: draw(st.sampled_from([tag, NEARBY[tag]])) for tag in flow.languages if tag in kept},
        media=tuple(sorted(media)),
        purposes={name: draw(st.sampled_from([name, f"our-{name}"])) for name in PURPOSES},
    )


def in_our_names(state: State, change: Change) -> State:
    """The card with the purposes of the business called as in the blueprint again."""
    back = {theirs: ours for ours, theirs in change.purposes.items()} | {"all": "all"}
    rows = {
        key: replace(row, grant=tuple(back[n] for n in row.grant), revoke=tuple(back[n] for n in row.revoke), line=0)
        for key, row in state.reply.items()
    }
    needs = back[state.needs] if state.needs else None
    events = {key: replace(row, line=0) for key, row in state.event.items()}
    after = tuple((delay, replace(row, line=0)) for delay, row in state.after)
    return replace(state, needs=needs, reply=rows, event=events, after=after, line=0)


@settings(max_examples=20, deadline=None)
@given(name=st.sampled_from(list(ABOUT)), data=st.data())
def test_it_has_these_languages_media_and_purposes_and_the_same_states(name: str, data: st.DataObject) -> None:
    flow = ALL[name].flow
    change = data.draw(changes(flow))
    made = load_flow(adapted_flow(flow, change), "made.yaml")
    tags = tuple(change.languages.values())
    assert (made.name, made.about, made.languages) == (change.name, change.about, tags)
    assert made.channels == tuple(each for each in flow.channels if each in change.media)
    same = Change(made.name, made.about, {}, (), {each: each for each in PURPOSES})
    assert {n: in_our_names(s, change) for n, s in made.states.items()} == {
        n: in_our_names(s, same) for n, s in flow.states.items()
    }
    for text in made.texts.values():
        was = flow.texts[text.name].wording
        assert text.wording == {theirs: was[ours] for ours, theirs in change.languages.items()}
    for answer in made.answers.values():
        label = flow.answers[answer.name].label
        assert answer.label == {change.languages[tag]: words for tag, words in label.items() if tag in change.languages}


@settings(max_examples=6, deadline=None)
@given(name=st.sampled_from(list(ABOUT)), data=st.data())
def test_its_tests_are_those_of_the_kept_languages_in_the_new_names(name: str, data: st.DataObject) -> None:
    each = ALL[name]
    change = data.draw(changes(each.flow))
    change = replace(change, heard={"stopped": "goodbye"})
    was = [t for t in load_talks(each.talks, "was.yaml") if t.person.language in change.languages]
    made = load_talks(adapted_talks(each.talks, "was.yaml", each.flow, change), "made.yaml")
    assert len(made) == len(was)
    assert {talk.flow for talk in made} == {change.name}
    assert {talk.person.language for talk in made} <= set(change.languages.values())
    assert {talk.person.channel for talk in made} <= set(change.media)
    assert "{bot: stopped}" not in adapted_talks(each.talks, "was.yaml", each.flow, change)
    for old, new in zip(was, made, strict=True):
        assert new.person.granted == tuple(change.purposes[purpose] for purpose in old.person.granted)
        assert len(new.steps) == len(old.steps)


def test_tests_about_a_purpose_that_the_business_does_not_have_are_left_out() -> None:
    each = ALL["birthday"]
    kept = Change("birthday", each.flow.about, {"en": "en"}, ("sms",), {"points": "points"})
    names = [talk.name for talk in load_talks(adapted_talks(each.talks, "t.yaml", each.flow, kept), "t.yaml")]
    assert "en, agreed to something else only" not in names
    assert "en, asked for more, then stopped" in names


def test_without_any_test_left_there_is_no_file_of_tests() -> None:
    each = ALL["birthday"]
    assert adapted_talks(each.talks, "t.yaml", each.flow, Change("b", "", {}, ("sms",), {})) == ""


def test_a_purpose_is_called_in_the_texts_what_the_business_calls_it() -> None:
    """In a request that names it in words; quotes of a title stay within the quotes of the file."""
    flow = ALL["repermission"].flow
    titles = {"en": {"new items and offers": 'the "first look" letter'}}
    same = {name: name for name in PURPOSES}
    change = Change(flow.name, flow.about, {"en": "en", "es": "es"}, ("sms",), same, titles)
    made = load_flow(adapted_flow(flow, change), "made.yaml")
    assert 'Reply Y for the "first look" letter (max' in made.texts["ask"].wording["en"]
    assert "novedades y ofertas" in made.texts["ask"].wording["es"]
