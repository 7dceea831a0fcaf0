"""What was said to a person last, as far as it changes what a short answer means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_PROMO = "promo:"


class Asked(StrEnum):
    """ANY: nothing that matters. CONFIRM: the question for a consent. MENU: keep all, bills only or stop. PROMO: a
    commercial text that names a word to refuse by. QUESTION: about an order, a visit, anything else."""

    ANY = "any"
    CONFIRM = "confirm"
    MENU = "menu"
    PROMO = "promo"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Context:
    """``offered``: words that the last text named as ways to refuse (``R`` of 拒收请回复R). ``language``: of that text
    (BCP 47), empty if unknown."""

    asked: Asked = Asked.ANY
    offered: tuple[str, ...] = ()
    language: str = ""

    @classmethod
    def named(cls, name: str, language: str = "") -> Context:
        """``any``, ``confirm``, ``menu``, ``question`` or ``promo:WORD``. Raises ``ValueError`` for another name."""
        if name.startswith(_PROMO):
            word = name.removeprefix(_PROMO)
            if not word.strip():
                raise ValueError(f"context {name!r} names no word; write promo:WORD")
            return cls(Asked.PROMO, (word,), language)
        if name == Asked.PROMO:
            raise ValueError("context 'promo' names no word; write promo:WORD")
        return cls(Asked(name), ("T",) if name == Asked.MENU else (), language)


ANY = Context()
