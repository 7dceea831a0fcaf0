"""The model in the tree is what the corpus makes, and the corpus is what it says."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.normalise import normalise
from flows.reading.model import Model, read_model, shipped_model, written
from flows.training.__main__ import MODEL, training
from flows.training.build import build, teaches
from flows.training.corpus import (
    FOLDER,
    TRAINED_ON,
    BadCorpus,
    Reply,
    batch,
    digest,
    read_replies,
    without_seen,
)
from flows.training.evaluation import shares

CARD = Path(__file__).parents[3] / "docs" / "model-card.md"


def test_the_corpus_makes_the_shipped_model() -> None:
    assert written(build()) == MODEL.read_text(encoding="utf-8")


def test_the_model_and_the_card_name_the_corpus_it_was_made_from() -> None:
    taught = digest(reply for name in TRAINED_ON for reply in batch(name) if teaches(reply))
    assert shipped_model().corpus == taught
    assert shipped_model().batches == " ".join(TRAINED_ON)
    assert taught in CARD.read_text(encoding="utf-8")


def test_the_card_names_the_model_file() -> None:
    assert hashlib.sha256(MODEL.read_bytes()).hexdigest() in CARD.read_text(encoding="utf-8")


def test_a_batch_is_kept_out() -> None:
    """Figures on lines that the model has seen would say nothing."""
    assert {path.stem for path in FOLDER.glob("*.tsv")} - set(TRAINED_ON) == {"batch-c"}


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.tsv")))
def test_every_line_of_a_batch_can_be_read(name: str) -> None:
    assert all(reply.text and reply.language and reply.kind for reply in batch(name))


def test_the_corpus_has_five_thousand_replies_in_nineteen_languages() -> None:
    replies = [reply for name in TRAINED_ON for reply in batch(name)]
    assert len({normalise(reply.text) for reply in replies}) > 5_000
    assert len({reply.language for reply in replies}) >= 19


def test_the_hash_of_a_corpus_does_not_depend_on_its_order_and_does_on_its_labels() -> None:
    one, other = Reply("stop", "en", "stop"), Reply("thanks", "en", "other")
    assert digest([one, other]) == digest([other, one])
    assert digest([one, other]) != digest([one, Reply("thanks", "en", "stop")])


def test_an_answer_to_a_question_teaches_no_stop() -> None:
    """A "no" is a refusal after a question only, and the model does not know the question."""
    assert not teaches(Reply("no", "en", "stop", "confirm"))
    assert teaches(Reply("no more texts", "en", "stop"))
    assert not teaches(Reply("I will report you", "en", "complaint"))


def test_replies_of_the_corpus_are_left_out_of_figures_however_dressed() -> None:
    seen = [Reply("no more texts", "en", "stop")]
    assert without_seen([Reply("No more TEXTS!!", "en", "stop"), Reply("enough", "en", "stop")], seen) == [
        Reply("enough", "en", "stop")
    ]


def test_figures_are_counted_by_what_was_wanted() -> None:
    """A model that pauses over everything with 发 in it."""
    model = Model("", "", 0.5, -1.0, 10.0, {"发": 127})
    replies = [
        Reply("别发", "zh-Hans", "stop"),
        Reply("停", "zh-Hans", "stop"),
        Reply("不", "zh-Hans", "stop", "confirm"),
        Reply("发货了吗", "zh-Hans", "other"),
    ]
    assert [" ".join(str(share).split()) for share in shares(model, replies)] == [
        "no stops: other 1 of 1 1.000",
        "stops 1 of 2 0.500",
        "stops only after a question 0 of 1 0.000",
    ]


@pytest.mark.parametrize(
    "name, content, told",
    [
        ("x.tsv", "text\tlabel\nhi\tother\n", "must name text, lang, label, ctx, sub"),
        ("x.tsv", "text\tlang\tlabel\tctx\tsub\nhi\ten\n", "line 2 has 2 cells"),
        ("x.tsv", "text\tlang\tlabel\tctx\tsub\nhi\ten\tnope\tany\tx\n", "label 'nope'"),
        ("x.jsonl", '{"text": "hi"}\n', "no label"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_cure(tmp_path: Path, name: str, content: str, told: str) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    with pytest.raises(BadCorpus, match=told):
        read_replies(file)


def test_evaluate_prints_shares_and_no_text(tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text('{"text": "xyzzy do not write to me ever", "label": "stop", "lang": "en"}\n', encoding="utf-8")
    done = CliRunner().invoke(training, ["evaluate", str(file)])
    assert done.exit_code == 0, done.output
    assert "mine.jsonl: 1 replies; 0 more are in the corpus" in done.output
    assert "stops " in done.output
    assert "xyzzy" not in done.output


def test_the_shipped_model_can_be_read_back_from_what_it_writes() -> None:
    assert read_model(written(shipped_model())) == shipped_model()
