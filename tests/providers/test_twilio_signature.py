"""Only Twilio's own signature opens a Twilio hook; the vectors and the oracle are Twilio's."""

from __future__ import annotations

import base64
import string
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from bot.channel import HookRequest
from bot.channels.twilio_signature import parameters, spellings, verify, verify_body
from bot.errors import BadRequest, BadSignature
from tests.providers.carrier import post

TOKEN = "12345"
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
CALL = (
    ("CallSid", "CA1234567890ABCDE"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
    ("Caller", "+14158675309"),
)
REPEATED = (("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234"))
OURS = (("Body", "退订"), ("From", "whatsapp:+8613800000000"), ("To", "whatsapp:+15550001111"), ("MessageSid", "SM1"))
JSON_BODY = b'{"property": "value", "boolean": true}'
JSON_URL = f"{URL}&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"

Form = tuple[tuple[str, str], ...]


def signed(url: str, signature: str | tuple[str, ...]) -> HookRequest:
    return post(url, b"", x_twilio_signature=signature)


@pytest.mark.parametrize(
    "url,form,signature",
    [
        (URL, CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (URL, CALL, "kvajT1Ptam85bY51eRf/AJRuM3w="),
        (URL.replace(".com", ".com:443"), CALL, "kvajT1Ptam85bY51eRf/AJRuM3w="),
        (URL.replace(".com", ".com:443"), CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (URL.replace("https", "http").replace(".com", ".com:80"), CALL, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        (URL.replace("https", "http"), CALL, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        (URL.replace("https", "http").replace(".com", ".com:1234"), CALL, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
        (URL, REPEATED, "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
        (JSON_URL, (), "a9nBmqA0ju/hNViExpshrM61xv4="),
        ("https://bot.example/hooks/twilio/in", OURS, "5v6OJEBp9BHSDo3vviNzpiXNvgo="),
    ],
)
def test_published_signatures_are_accepted(url: str, form: Form, signature: str) -> None:
    verify(signed(url, signature), form, (TOKEN,))


def test_the_hash_of_a_json_body_must_be_the_one_in_the_url() -> None:
    verify_body(post(JSON_URL, JSON_BODY))
    for url, body in [
        (JSON_URL, JSON_BODY + b" "),
        (JSON_URL + "&bodySHA256=00", JSON_BODY),
        (URL, JSON_BODY),
        (URL + "&bodySHA256=é", JSON_BODY),
    ]:
        with pytest.raises(BadSignature):
            verify_body(post(url, body))


def test_a_missing_header_is_told_from_a_wrong_one() -> None:
    right = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    for signature, missing in [
        ((), True),
        ((right, right), False),
        (("",), False),
        (("é",), False),
        (("\udcff",), False),
    ]:
        with pytest.raises(BadSignature) as caught:
            verify(signed(URL, signature), CALL, (TOKEN,))
        assert caught.value.missing is missing


@pytest.mark.parametrize("tokens", [(), ("",), ("", "")])
def test_an_empty_secret_opens_nothing(tokens: tuple[str, ...]) -> None:
    """A signature made with the empty key is not accepted either."""
    signature = RequestValidator("").compute_signature(URL, dict(CALL))
    with pytest.raises(BadSignature, match="auth_token"):
        verify(signed(URL, signature), CALL, tokens)


def test_during_rotation_either_token_opens() -> None:
    request = signed(URL, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
    verify(request, CALL, ("new", TOKEN))
    verify(request, CALL, (TOKEN, "old"))
    with pytest.raises(BadSignature):
        verify(request, CALL, ("new", "old"))


def test_another_port_stays_as_it_is() -> None:
    with pytest.raises(BadSignature):
        verify(signed(URL, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="), CALL, (TOKEN,))


@pytest.mark.parametrize(
    "url,other",
    [
        ("https://[::1]/x", "https://[::1]:443/x"),
        ("https://a.example", "https://a.example:443"),
        ("https://a.example?x=1", "https://a.example:443?x=1"),
        ("http://a.example:80/x:443", "http://a.example/x:443"),
        ("https://a.example:8443/x", "https://a.example:8443/x"),
        ("http://a.example:443/x", "http://a.example:443/x"),
        ("gopher://a.example/x", "gopher://a.example/x"),
    ],
)
def test_the_default_port_may_be_written_or_not(url: str, other: str) -> None:
    assert set(spellings(url)) == {url, other}


def test_blank_values_and_repeats_are_kept() -> None:
    assert parameters("a=&b=1&a=2&c") == (("a", ""), ("b", "1"), ("a", "2"), ("c", ""))


def test_too_many_parameters_are_refused() -> None:
    with pytest.raises(BadRequest):
        parameters("&".join(["a=1"] * 1001))


class Repeating(dict[str, list[str]]):
    """What a web framework hands to Twilio's validator: several values of one name."""

    def getall(self, name: str) -> list[str]:
        return self[name]


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
VALUES = st.lists(st.text(st.characters(codec="utf-8"), max_size=30), min_size=1, max_size=3)
FORMS = st.dictionaries(NAMES, VALUES, max_size=8)
HOSTS = st.from_regex(r"[a-z]{1,8}\.example(:[1-9][0-9]{1,3})?", fullmatch=True)
PATHS = st.text(string.ascii_letters + string.digits + "/._-%~", max_size=20)
URLS = st.builds(
    lambda scheme, host, path, query: f"{scheme}://{host}/{path}" + (f"?{query}" if query else ""),
    st.sampled_from(["http", "https"]),
    HOSTS,
    PATHS,
    st.text(string.ascii_letters + "=&%+", max_size=20),
)


@settings(deadline=None)
@given(URLS, FORMS, NAMES)
def test_whatever_twilios_own_validator_signs_is_accepted(url: str, form: dict[str, list[str]], token: str) -> None:
    signature = RequestValidator(token).compute_signature(url, Repeating(form))
    body = urlencode(form, doseq=True).encode()
    verify(signed(url, signature), parameters(body.decode()), (token,))


@settings(deadline=None)
@given(URLS, FORMS, NAMES)
def test_twilios_own_validator_accepts_it_too(url: str, form: dict[str, list[str]], token: str) -> None:
    """What we accept under either spelling of the port is what Twilio's validator accepts."""
    for spelling in spellings(url):
        signature = RequestValidator(token).compute_signature(spelling, Repeating(form))
        assert RequestValidator(token).validate(spelling, Repeating(form), signature)
        verify(signed(url, signature), parameters(urlencode(form, doseq=True)), (token,))


@settings(deadline=None)
@given(st.data())
def test_one_flipped_bit_of_the_body_is_refused_unless_it_says_the_same(data: st.DataObject) -> None:
    body = bytearray(urlencode(OURS).encode())
    bit = data.draw(st.integers(0, len(body) * 8 - 1))
    body[bit // 8] ^= 1 << bit % 8
    form = parameters(body.decode("utf-8", "replace"))
    request = signed("https://bot.example/hooks/twilio/in", "5v6OJEBp9BHSDo3vviNzpiXNvgo=")
    if form == OURS:  # such as %2b for %2B
        verify(request, form, (TOKEN,))
        return
    with pytest.raises(BadSignature):
        verify(request, form, (TOKEN,))


@settings(deadline=None)
@given(st.integers(0, 28 * 8 - 1))
def test_one_flipped_bit_of_the_signature_is_refused(bit: int) -> None:
    flipped = bytearray(b"RSOYDt4T1cUTdK1PDd93/VVr8B8=")
    flipped[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadSignature):
        verify(signed(URL, flipped.decode("latin-1")), CALL, (TOKEN,))


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_no_other_signature_is_accepted(made_up: bytes) -> None:
    with pytest.raises(BadSignature):
        verify(signed(URL, base64.b64encode(made_up).decode()), CALL, (TOKEN,))
