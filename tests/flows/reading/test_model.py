"""The learned layer as it is shipped: small, bounded, asking rather than deciding."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reading.model import STOP, BadModel, Model, read_model, shipped_model, written

SMALL = Model("c0ffee", "batch-a", 0.9, -1.0, 0.1, {" sto": 127, "  <  stop": 40, "发": -127, "?": -3})
WORTH_A_QUESTION = [
    "my phone deserves some peace from all these texts of yours",
    "could we make this the last text, I am done with all of this",
    "could you lot find someone else to text",
    "别老给我发这些东西了",
    "这种短信我真的不想再收到",
    "拜託不要再一直傳這個給我了",
    "唔該以後唔好再send呢啲嘢嚟",
    "ya no quiero que me sigan mandando mensajitos",
]
ORDINARY = [
    "see you at the station, train is late again",
    "can you bring the drill back on sunday",
    "晚上一起吃火锅吗,我请客",
    "我下班去接孩子,你先做饭",
    "捷運站見,我帶了傘",
    "聽日幾點開會呀",
    "mañana te llamo cuando salga del trabajo",
    "danke, bis morgen im Büro",
]


@pytest.mark.parametrize("text", WORTH_A_QUESTION)
def test_a_stop_in_words_of_ones_own_is_worth_a_question(text: str) -> None:
    model = shipped_model()
    assert model.score(text)[STOP] >= model.threshold


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_texts_are_not(text: str) -> None:
    model = shipped_model()
    assert model.score(text)[STOP] < model.threshold


@given(st.text(max_size=400))
def test_any_text_has_a_score_and_only_that_of_a_stop(text: str) -> None:
    """It cannot speak for a consent: it has no class for one."""
    scores = shipped_model().score(text)
    assert set(scores) == {STOP}
    assert 0 <= scores[STOP] <= 1


def test_the_score_is_the_sum_of_weights_over_the_root_of_the_features() -> None:
    """``stop?``: " sto", "stop", "top ", three pairs and the question mark are seven features."""
    odds = -1.0 + 0.1 * (127 + 40 - 3) / 7**0.5
    assert SMALL.score("stop?")[STOP] == pytest.approx(1 / (1 + 2.718281828459045**-odds))


def test_a_model_is_read_as_it_was_written() -> None:
    assert read_model(written(SMALL)) == SMALL


def test_the_shipped_file_is_under_100_kilobytes() -> None:
    assert len((files("flows") / "reading" / "model.txt").read_bytes()) < 100_000


@pytest.mark.parametrize("source", ["", "another format\n", "askfirst reply model 1\ncorpus c\nscale 1\n"])
def test_another_file_is_refused_with_the_cure(source: str) -> None:
    with pytest.raises(BadModel, match="build it again"):
        read_model(source)


def test_scoring_loads_no_numeric_library() -> None:
    """In a process of its own, since this one may have loaded them for the training."""
    asks = (
        "import sys; from flows.reading.model import shipped_model; shipped_model().score('stop texting me');"
        "print(sorted({'numpy', 'scipy', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
