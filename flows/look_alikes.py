"""Letters that stand for a Latin letter: other makes of it, and letters of other scripts that look the same.

Which letter a shape stands for is decided here; whether it does in a given word is the normaliser's to say.
"""

from __future__ import annotations

import re
import unicodedata

_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯǫʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqqrstuvwyz", strict=True))
_CIRCLED = {chr(start + place): letter for start in (0x1F150, 0x1F170) for place, letter in enumerate(_ALPHABET)}
_WITH = re.compile(r"LATIN SMALL LETTER ([A-Z]) WITH ")


def _with_strokes() -> dict[str, str]:
    """``ø``, ``đ``, ``ŧ``: Latin letters with something on them that Unicode does not part from them."""
    found = {}
    for code in (*range(0x100, 0x250), *range(0x250, 0x2B0), *range(0x1D6C, 0x1D9B), *range(0x2C60, 0x2C80)):
        named = _WITH.match(unicodedata.name(chr(code), ""))
        if named is not None and not unicodedata.decomposition(chr(code)):
            found[chr(code)] = named[1].lower()
    return found


LETTERS = str.maketrans(_SMALL_CAPITALS | _CIRCLED | _with_strokes() | {"ø": "o", "ı": "i", "ɡ": "g", "ɑ": "a"})
"""Makes of Latin letters that have no decomposition in Unicode; lower case -> letter."""

_ALIKE = {
    "авсенһіјкморѕтуүхԁԛԝӏѵ": "abcehhijkmopstyyxdqwlv",
    "αβεζηικμνορτυχ": "abeznikmnoptux",
    "օսոհցտ": "ounhgs",
    "ᎠᎡᎢᎥᎩᎪᎫᎬᎳᎷᎻᎽᏀᏃᏂᏏᏔᏙᏚᏞᏟᏢᏦᏴᎾ": "drtiyajewmhygzhbwvslcpkbo",
    "ᗪᗞᑌᑭᖇᗩᗷᑕᕼᒍᒪᐯᗰᗴᖴᔕᗯ": "ddupraBchjlvmefsw".lower(),
    "ꓐꓑꓒꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ": "bpddtgkjczfmnlsrvhwxyaeiou",
}
PARENTHESISED = {chr(start + place): letter for start in (0x249C, 0x1F110) for place, letter in enumerate(_ALPHABET)}
"""Letters that Unicode takes apart into three characters."""
LOOK_ALIKES = str.maketrans("".join(_ALIKE), "".join(_ALIKE.values()))
"""Letters of other scripts, in lower case where they have one, that nobody can tell from a Latin letter in one of its
cases."""

DISGUISES = LOOK_ALIKES | str.maketrans("пгияєвцшьσωγλπςѓ", "nrureBuwboWylnsr".lower())
"""Further letters that are only read as Latin ones in a word that mixes scripts."""

TWO_SHAPES = {"ν": "nv", "η": "nh", "υ": "uy"}
"""Letters whose capital looks like another Latin letter than they do: after case folding it may have been either."""
