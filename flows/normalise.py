"""One normaliser for everything that is compared exactly: replies, listed words, answers of a flow.

It takes away how a word is dressed (width, case, quotes, dots, accents, emoji, look-alike letters) and
must never turn a sentence into a word: letters are joined only when every piece is a single letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import product

from flows.look_alikes import DISGUISES, LETTERS, LOOK_ALIKES, PARENTHESISED, TWO_SHAPES
from flows.simplified import SIMPLER

MARKS = "".join(chr(code) for code in range(0x300, 0xFFFF) if unicodedata.category(chr(code))[0] == "M")
"""Marks of all scripts that belong to the letter before them."""
_FORMAT = "".join(chr(code) for code in range(0x600, 0xFFFF) if unicodedata.category(chr(code)) == "Cf")
_INVISIBLE = f"\u00ad\u115f\u1160\u17b4\u17b5{_FORMAT}"
_DECORATION = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u064b-\u065f\u0670\u0640"
    "\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
    "\U000e0000-\U000e01ef\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
# Scripts written without spaces, or where a space inside a word carries no meaning (Korean).
UNSPACED = (
    "\u0e00-\u0eff\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u30ff\u3100-\u312f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Ranges of a character class."""


def _any_of(letters: Iterable[int]) -> re.Pattern[str]:
    """A pattern for any of these characters. To find that a text has none takes a tenth of translating it, and nearly
    every text has none. Neighbours stand as a range: characters beyond U+FFFF are compared one by one."""
    runs: list[list[int]] = []
    for letter in sorted(letters):
        if runs and runs[-1][1] == letter - 1:
            runs[-1][1] = letter
        else:
            runs.append([letter, letter])
    return re.compile(f"[{''.join(f'{chr(first)}-{chr(last)}' for first, last in runs)}]")


_DROPPED = re.compile(f"[{_INVISIBLE}{_DECORATION}]")
_PARENTHESISED = _any_of(map(ord, PARENTHESISED))
_LETTERS = _any_of(LETTERS)
_TRADITIONAL = _any_of(SIMPLER)
_LOOK_ALIKE = _any_of(LOOK_ALIKES)
_SCRIPTS = tuple(map(re.compile, ("[a-z]", "[\u0370-\u03ff]", "[\u0400-\u052f]")))
_BREAK = re.compile(rf"(?:[^\w{MARKS}]|_)+")
_ASCII_BLANKS = bytes(byte if re.match(rb"[a-z0-9]", bytes((byte,))) else 0x20 for byte in range(256))
"""Whatever is no letter and no digit as a space; bytes are translated and split six times as fast as searched."""
_PIECE = re.compile(f"[{UNSPACED}]+|[^ {UNSPACED}]+")
_WITHOUT_SPACES = re.compile(f"[{UNSPACED}]")
_ONE_LETTER = re.compile(rf"(?:[^\W_][{MARKS}]*|[{MARKS}]+)\Z")
_DIGIT = re.compile(r"\d")
_LETTERS_WITH_A_DIGIT = 3
"""Letters from which a digit among them is one of theirs: ``s t 0 p``, but not ``t 1 d``."""
_DIGITS_OF_A_NUMBER = 4

_REPLIES = frozenset({"reply", "send", "text", "re", "回复", "发送", "传送", "回", "发"})
_REPLY = ("reply", "send", "text", "回复", "发送", "传送", "回", "发", "re ")
"""What repeats how our text told people to answer. ``re`` is a prefix of too many words to be taken off one."""
# No listed word with a prefix, said five times, is longer; both bounds keep the work on a hostile text linear.
_LONGEST = 320
_LONG = 64
_MANY = 12
"""Different words, or letters spelled one by one, that no listed word has."""
_MOST_FORMS = 12


def normalise(text: str) -> str:
    """The comparable form of ``text``: lower case, no accents, pieces parted by one space, scripts parted too.

    Letters that stand alone are joined (``S.T.O.P``, ``t d``) if nothing longer of that kind stands beside them.
    Empty when the text has no letter and no digit. Idempotent.
    """
    return comparable(folded(text))


def folded(text: str) -> str:
    """``text`` with its punctuation, each character in its plain form: lower case, one width, no accents or marks that
    decorate, Chinese in simplified characters."""
    if text.isascii():
        return text.lower()
    text = _PARENTHESISED.sub(lambda letter: PARENTHESISED[letter[0]], text)
    plain = unicodedata.normalize("NFKD", text).casefold()
    if _LETTERS.search(plain) is not None:
        plain = plain.translate(LETTERS)
    plain = unicodedata.normalize("NFC", _DROPPED.sub("", plain))
    return plain if _TRADITIONAL.search(plain) is None else plain.translate(SIMPLER)


def comparable(plain: str) -> str:
    """``normalise`` of a text that is ``folded`` already."""
    return plain if plain.isascii() and plain.isalnum() else " ".join(pieces_of(plain))


@lru_cache(maxsize=4)  # a reply is taken apart for the words and again for the model
def pieces_of(plain: str) -> tuple[str, ...]:
    """What ``comparable`` puts a space between."""
    if plain.isascii():
        return tuple(_joined(_ascii_pieces(plain)))
    pieces = _unspaced(_PIECE.findall(_BREAK.sub(" ", plain)))
    return tuple([piece if piece.isascii() else latin(piece) for piece in _joined(pieces)])


def _ascii_pieces(plain: str) -> list[str]:
    return plain.encode("ascii").translate(_ASCII_BLANKS).decode("ascii").split()


def forms(key: str) -> tuple[str, ...]:
    """A normalised text and what it comes to without a leading ``reply``/``回复`` and without being said twice."""
    if len(key) > _LONGEST:
        return (key,)
    found = [key]
    for form in found:
        if len(found) > _MOST_FORMS:
            break
        if form.startswith(_REPLY):
            found.append(_without_reply(form))
        if (once := _said_once(form)) and once not in found:
            found.append(once)
    return tuple(found)


def spellings(plain: str) -> tuple[str, ...]:
    """The ``forms`` of a ``folded`` text, also of what it says again and again, and with each of the Latin letters that
    its letters of other scripts may stand for. The first is what ``comparable`` makes of it; of a text of many words,
    which can be no listed one however it is dressed, only the text."""
    if len(plain) > _LONG and len({*plain.split()}) > _MANY:
        return (plain,)
    key = comparable(plain)
    if key == plain and key.isascii() and not key.startswith(_REPLY) and not _said_once(key):
        return (key,)
    found = dict.fromkeys(forms(key))
    if len(plain) > _LONGEST:
        return tuple(found)
    further = [] if plain.isascii() else _undisguised(plain)
    if once := _said_once(_without_edges(plain)):
        further.append(once)
    for spelling in map(comparable, further):
        found |= dict.fromkeys(forms(spelling) if len(spelling) > 1 else ())
    return tuple(found)


def _without_edges(plain: str) -> str:
    """Without what is no letter and no digit at the ends. A pattern would look at every gap for the end."""
    first, last = 0, len(plain)
    while first < last and not plain[first].isalnum():
        first += 1
    while last > first and not plain[last - 1].isalnum():
        last -= 1
    return plain[first:last]


def _undisguised(plain: str) -> list[str]:
    """A text that mixes scripts or looks Latin, with each choice of what its letters may look like."""
    scripts = sum(script.search(plain) is not None for script in _SCRIPTS)
    if scripts < 2 and not (scripts and has_look_alikes(plain) and plain.translate(LOOK_ALIKES).isascii()):
        return []
    shapes = sorted({*plain} & {*TWO_SHAPES})
    choices = product(*(TWO_SHAPES[shape] for shape in shapes))
    tables = [str.maketrans(dict(zip(shapes, chosen, strict=True))) for chosen in choices]
    return [plain.translate(more | table) for table in tables for more in ({}, DISGUISES)]


def _unspaced(pieces: list[str]) -> list[str]:
    """Pieces with neighbours of an unspaced script put together again: ``退 订`` is ``退订``."""
    parts: list[str] = []
    before = False
    for piece in pieces:
        now = _WITHOUT_SPACES.match(piece) is not None
        if before and now:
            parts[-1] += piece
        else:
            parts.append(piece)
        before = now
    return parts


def _joined(pieces: list[str]) -> list[str]:
    """Single letters put together, provided that nothing but single letters (or ``reply``) stands beside them."""
    if len(pieces) < 2:
        return pieces
    parts: list[str] = []
    letters = False
    pairs = 0
    for piece in pieces:
        if latin(piece) in _REPLIES or _WITHOUT_SPACES.match(piece):
            parts.append(piece)
            letters = False
            continue
        if not _ONE_LETTER.match(piece):
            if len(piece) != 2:
                return pieces
            pairs += 1
        if letters:
            parts[-1] += piece
        else:
            parts.append(piece)
            letters = True
    return parts if all(map(_is_one, parts)) and (not pairs or _is_twice(parts, pairs)) else pieces


def _is_twice(parts: list[str], pairs: int) -> bool:
    """Whether the few pairs among single letters are where a spelled word begins again: ``s t o ps t o p``."""
    spelled = parts[-1]
    return pairs < len(spelled) - 2 * pairs and bool(_said_once(latin(spelled)))


def _is_one(part: str) -> bool:
    """Whether letters and digits that were put together can be one word: ``st0p``, ``0000``; never ``15`` of 1.5."""
    digits = len(_DIGIT.findall(part))
    letters = len(part) - digits
    return (
        digits == 0
        or len(part) == 1
        or letters >= _LETTERS_WITH_A_DIGIT
        or (not letters and digits >= _DIGITS_OF_A_NUMBER)
    )


@lru_cache(maxsize=16384)  # the characters and words of a language come again and again
def latin(piece: str) -> str:
    """The piece in Latin letters if every letter is Latin or looks like it; a Russian word stays Russian."""
    if piece.isascii():
        return piece
    plain = piece.translate(LOOK_ALIKES)
    return plain if plain.isascii() else piece


def has_look_alikes(plain: str) -> bool:
    """Whether ``latin`` may change a piece of this text."""
    return _LOOK_ALIKE.search(plain) is not None


def _without_reply(form: str) -> str:
    """What follows the longest of the prefixes."""
    return next(form[len(reply) :].lstrip() for reply in _REPLY if form.startswith(reply))


def _said_once(form: str) -> str:
    """``td`` of ``tdtd`` and ``stop`` of ``stop stop stop``; never a letter (``T_T`` is a face) or a number (1212)."""
    spaced = f"{form} "
    for said, least in ((spaced, 3), (form, 2)):
        if said[-2:] + said[:2] not in said:
            continue  # where it is said again its end stands before its beginning; to look for that is cheap
        size = (said + said).find(said, 1)
        if least <= size < len(said) and not form.isdigit():
            return said[:size].strip()
    return ""
