"""Where things stand in a flow's document, and copies of it with one of them changed.

The given document stays as it is.
"""

from __future__ import annotations

from tests.flows.oracle.documents import Document, copied, listed, row_of

Path = tuple[str, ...]


def rows(document: Document) -> list[Path]:
    """The path of every row."""
    return [
        ("states", name, kind, key)
        for name, card in document["states"].items()
        for kind in ("reply", "event", "after")
        for key in card.get(kind, {})
    ]


def replies(document: Document) -> list[Path]:
    """The paths of the rows that a person's answer takes."""
    return [path for path in rows(document) if path[2] == "reply"]


def changed(document: Document, path: Path, **changes: object) -> Document:
    """A copy whose row at this path says this; None takes a key away."""
    copy = copied(document)
    row = row_of(copy, *path)
    for key, value in changes.items():
        row.pop(key, None)
        if value is not None:
            row[key] = value
    return copy


def with_card(document: Document, name: str, **changes: object) -> Document:
    """A copy with this card changed; None takes a key away. ``otherwise`` is the card's ``else``."""
    copy = copied(document)
    card = copy["states"][name]
    for key, value in changes.items():
        card.pop(key := key.replace("otherwise", "else"), None)
        if value is not None:
            card[key] = value
    return copy


def with_text(document: Document, name: str, **changes: object) -> Document:
    """A copy with this text changed; None takes a key away."""
    copy = copied(document)
    for key, value in changes.items():
        copy["texts"][name].pop(key, None)
        if value is not None:
            copy["texts"][name][key] = value
    return copy


def without(document: Document, *path: str) -> Document:
    """A copy without what stands at this path."""
    copy = copied(document)
    below = copy
    for name in path[:-1]:
        below = below[name]
    del below[path[-1]]
    return copy


def row_at(document: Document, path: Path) -> Document:
    """The row at this path in its long form; the document stays as it is."""
    return row_of(copied(document), *path)


def spoken(document: Document, text: Document) -> list[str]:
    """The languages in which this text is there."""
    return [language for language in listed(document["languages"]) if language in text]


def purposes(document: Document) -> list[str]:
    """The purposes that the flow names, and one that sells in any case."""
    named = {name for text in document["texts"].values() for name in listed(text.get("asks_for"))}
    named |= {document["needs"]} if "needs" in document else set()
    return sorted(named | {"offers"})
