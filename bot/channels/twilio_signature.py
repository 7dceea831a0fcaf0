"""Whether a webhook was signed by Twilio: HMAC-SHA1 over the URL as Twilio saw it and the form's parameters.

Source: Twilio documentation "Webhooks security". The scheme binds no time: replay is stopped by deduplication.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

from bot.channel import HookRequest
from bot.errors import BadRequest, BadSignature

HEADER = "x-twilio-signature"
MOST_PARAMETERS = 1000

Parameters = tuple[tuple[str, str], ...]

_DEFAULT_PORTS = {"https": ":443", "http": ":80"}


def verify(request: HookRequest, form: Parameters, tokens: Iterable[str]) -> None:
    """BadSignature unless one of the account's tokens signed this request over ``form`` (empty: the URL alone)."""
    given = _given(request)
    keys = [token for token in tokens if token]
    if not keys:
        raise BadSignature("no auth token is configured for this channel; set auth_token")
    # Every candidate is computed: the time taken does not tell which one matched.
    matches = [hmac.compare_digest(given, _sign(key, url, form)) for key in keys for url in spellings(request.url)]
    if not any(matches):
        raise BadSignature("X-Twilio-Signature does not match; check auth_token and public_url")


def verify_body(request: HookRequest) -> None:
    """BadSignature unless the URL's one ``bodySHA256`` is the hash of the raw body."""
    hashes = [value for name, value in parameters(request.url.partition("?")[2]) if name == "bodySHA256"]
    if len(hashes) != 1:
        raise BadSignature("a body that is no form needs one bodySHA256 in the URL", missing=not hashes)
    computed = hashlib.sha256(request.body).hexdigest()
    if not hmac.compare_digest(hashes[0].encode("utf-8", "replace"), computed.encode()):
        raise BadSignature("bodySHA256 does not match the body")


def parameters(encoded: str) -> Parameters:
    """Name and value of every parameter, in order, blank values kept."""
    try:
        return tuple(parse_qsl(encoded, keep_blank_values=True, errors="replace", max_num_fields=MOST_PARAMETERS))
    except ValueError as error:
        raise BadRequest(f"more than {MOST_PARAMETERS} parameters") from error


def spellings(url: str) -> tuple[str, ...]:
    """The URL as given, and with the scheme's default port written or left out. Another port stays as it is."""
    found = re.match(r"(https?)://([^/?#]*)", url)
    if found is None:
        return (url,)
    port, rest = _DEFAULT_PORTS[found[1]], url[found.end() :]
    if found[2].endswith(port):
        return url, f"{found[1]}://{found[2].removesuffix(port)}{rest}"
    # A port is what follows the last colon, unless that colon stands inside an IPv6 address.
    if re.search(r":[0-9]+$", found[2]):
        return (url,)
    return url, f"{found[0]}{port}{rest}"


def _given(request: HookRequest) -> bytes:
    values = request.headers.get(HEADER, ())
    if len(values) != 1:
        raise BadSignature(f"{len(values)} X-Twilio-Signature headers; one is needed", missing=not values)
    return values[0].encode("utf-8", "replace")


def _sign(token: str, url: str, form: Parameters) -> bytes:
    # A set: Twilio signs a repeated name once per distinct value, both in code-point order.
    signed = url + "".join(name + value for name, value in sorted(set(form)))
    digest = hmac.digest(token.encode("utf-8", "replace"), signed.encode("utf-8", "replace"), hashlib.sha1)
    return base64.b64encode(digest)
