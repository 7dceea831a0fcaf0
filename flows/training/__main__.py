"""``python -m flows.training``: build the reply model, prove that it is the one in the tree, measure it."""

from __future__ import annotations

from pathlib import Path

import click

from flows.reading.model import shipped_model, written
from flows.training.build import build
from flows.training.corpus import TRAINED_ON, batch, read_replies, without_seen
from flows.training.evaluation import shares

MODEL = Path(__file__).parent.parent / "reading" / "model.txt"


@click.group()
def training() -> None:
    """The reply model, from the corpus in this folder. Needs scikit-learn, which the product does not."""


@training.command()
def train() -> None:
    """Build the model and write it where the product reads it."""
    MODEL.write_text(written(build()), encoding="utf-8")
    click.echo(f"{MODEL.name}: {MODEL.stat().st_size} bytes")


@training.command()
def check() -> None:
    """Build the model and compare it with the one in the tree."""
    if written(build()) != MODEL.read_text(encoding="utf-8"):
        raise click.ClickException(f"{MODEL.name} is not what the corpus makes: run python -m flows.training train")
    click.echo(f"{MODEL.name} is what the corpus makes")


@training.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def evaluate(files: tuple[Path, ...]) -> None:
    """Print what the model does to labelled replies: .tsv like the batches, or JSON lines. Replies that the model was
    made from are left out."""
    model = shipped_model()
    taught = [reply for name in TRAINED_ON for reply in batch(name)]
    for file in files:
        replies = read_replies(file)
        unseen = without_seen(replies, taught)
        click.echo(f"{file.name}: {len(unseen)} replies; {len(replies) - len(unseen)} more are in the corpus, left out")
        for share in shares(model, unseen):
            click.echo(f"  {share}")


if __name__ == "__main__":
    training()
