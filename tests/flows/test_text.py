"""SMS segments, by table and against smsutil.

smsutil keeps pairs together as we do; it differs in two corners that the comparison leaves out: it takes the escape
code for a character of GSM-7, and it calls an empty text UCS-2.
"""

from __future__ import annotations

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from flows.text import ESCAPED, GSM_7, Encoding, forces_ucs2, measure

SEPTETS, UNITS = Encoding.GSM_7, Encoding.UCS_2


@pytest.mark.parametrize(
    "text, encoding, units, segments",
    [
        ("", SEPTETS, 0, 1),
        ("a" * 160, SEPTETS, 160, 1),
        ("a" * 161, SEPTETS, 161, 2),
        ("a" * 306, SEPTETS, 306, 2),
        ("a" * 307, SEPTETS, 307, 3),
        ("€" * 80, SEPTETS, 160, 1),
        ("a" * 159 + "€", SEPTETS, 161, 2),
        # The escape would be the 153rd septet and its code the 154th: both move to the next segment.
        ("a" * 152 + "€" + "a" * 152, SEPTETS, 306, 3),
        ("a" * 151 + "€" + "a" * 153, SEPTETS, 306, 2),
        ("\f\n\r", SEPTETS, 4, 1),
        ("\x1b", UNITS, 1, 1),
        ("\t", UNITS, 1, 1),
        ("ç", UNITS, 1, 1),
        ("Ç", SEPTETS, 1, 1),
        ("退" * 70, UNITS, 70, 1),
        ("退" * 71, UNITS, 71, 2),
        ("退" * 134, UNITS, 134, 2),
        ("退" * 135, UNITS, 135, 3),
        ("😀" * 35, UNITS, 70, 1),
        ("😀" * 36, UNITS, 72, 2),
        # The pair would straddle the 67th unit.
        ("退" * 66 + "😀" + "退" * 66, UNITS, 134, 3),
        ("退" * 65 + "😀" + "退" * 67, UNITS, 134, 2),
    ],
)
def test_segments(text: str, encoding: Encoding, units: int, segments: int) -> None:
    found = measure(text)
    assert (found.encoding, found.units, found.segments) == (encoding, units, segments)


def agrees(text: str) -> bool:
    theirs = smsutil.split(text)
    width = 1 if theirs.encoding == "gsm0338" else 2
    ours = measure(text)
    same_encoding = (ours.encoding is Encoding.GSM_7) == (width == 1)
    return same_encoding and (ours.units, ours.segments) == (theirs.total_bytes // width, len(theirs.parts))


@given(st.text(st.sampled_from(sorted(GSM_7)), min_size=1, max_size=500))
def test_gsm_7_as_smsutil_counts(text: str) -> None:
    assert agrees(text)


@given(st.integers(140, 165), st.text(st.sampled_from([*"ab", *sorted(ESCAPED)]), min_size=1, max_size=330))
def test_escaped_pairs_at_the_seams_as_smsutil_counts(lead: int, text: str) -> None:
    assert agrees("a" * lead + text)


@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x1b"), min_size=1, max_size=300))
def test_any_text_as_smsutil_counts(text: str) -> None:
    assert agrees(text)


@given(st.integers(55, 75), st.text(st.sampled_from("退a😀"), min_size=1, max_size=150))
def test_surrogate_pairs_at_the_seams_as_smsutil_counts(lead: int, text: str) -> None:
    assert agrees("退" * lead + text)


@given(st.text())
def test_only_named_characters_switch_to_ucs2(text: str) -> None:
    culprits = forces_ucs2(text)
    assert (measure(text).encoding is Encoding.UCS_2) == bool(culprits)
    assert measure("".join(letter for letter in text if letter not in culprits)).encoding is Encoding.GSM_7


def test_each_culprit_is_named_once_in_order() -> None:
    assert forces_ucs2("“Hi” it’s “me”") == ("“", "”", "’")
