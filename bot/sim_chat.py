"""The simulator in a terminal: the same chat as on the page, against a running server, also from a pipe.

Speaks the sandbox API over HTTP. It keeps nothing and decides nothing.
"""

from __future__ import annotations

import hmac
import http.client
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from bot.errors import BotError

HEADERS = {"Content-Type": "application/json", "X-Askfirst-Sandbox": "1"}
DEADLINE = 15.0
"""Seconds for one call, and for the answer to one line of the chat."""
LOOK_EVERY = 0.05
HELP = "/start EVENT name=value…  /tap N  /wait 72h  /state  /save FILE  /quit; anything else is said by the phone"

Json = dict[str, Any]


class SandboxUnreachable(BotError):
    """No server answers there: start one with ``serve``, or give ``--url``."""


class SandboxRefused(BotError):
    """The server answered that it does not do this; the message says why."""


@dataclass(frozen=True, slots=True)
class SandboxClient:
    """The sandbox API of the server at ``url`` (``http://host:port``)."""

    url: str

    def get(self, path: str, **query: str) -> str:
        """The body of a GET."""
        return self.call("GET", f"/sim/api/{path}?{urlencode(query)}")

    def post(self, path: str, body: Json) -> Json:
        """The JSON answer to a POST."""
        answer: Json = json.loads(self.call("POST", f"/sim/api/{path}", json.dumps(body).encode()))
        return answer

    def call(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = HEADERS) -> str:
        """One request. Raises SandboxUnreachable or SandboxRefused."""
        where = urlsplit(self.url)
        kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
        connection = kind(where.hostname or "", where.port, timeout=DEADLINE)
        try:
            connection.request(method, path, body, dict(headers))
            got = connection.getresponse()
            text = got.read().decode()
        except OSError as error:
            raise SandboxUnreachable(f"{self.url}: {error}; start it with `serve`, or give --url") from error
        finally:
            connection.close()
        if got.status >= HTTPStatus.BAD_REQUEST:
            raise SandboxRefused(f"{method} {path.partition('?')[0]}: {got.status} {_detail(text)}")
        return text


def _detail(text: str) -> str:
    try:
        said = json.loads(text)
    except ValueError:
        return text.strip()[:300]
    return str(said.get("detail", text)) if isinstance(said, dict) else text


@dataclass(frozen=True, slots=True)
class Talker:
    """Who is played. ``flow`` names the flow whose starting event a bare ``/start`` reports; ``language`` of the
    person, empty for the business's first."""

    business: str
    phone: str
    channel: str
    flow: str = ""
    language: str = ""


def run_chat(url: str, who: Talker, lines: Iterable[str], out: Callable[[str], None]) -> int:
    """Play the chat until the lines end or ``/quit``. 0; 1 when a line was refused. Raises SandboxUnreachable."""
    chat = _Chat(SandboxClient(url.rstrip("/")), who, out)
    chat.show()
    return max([0, *_codes(chat, lines)])


def _codes(chat: _Chat, lines: Iterable[str]) -> Iterator[int]:
    for line in lines:
        text = line.rstrip("\r\n")
        if text.strip() == "/quit":
            return
        try:
            chat.take(text)
        except (SandboxRefused, OSError, ValueError) as error:
            chat.out(f"! {error}")
            yield 1


@dataclass(slots=True)
class _Chat:
    client: SandboxClient
    who: Talker
    out: Callable[[str], None]
    _shown: set[str] = field(default_factory=set)
    _told: set[str] = field(default_factory=set)

    def take(self, line: str) -> None:
        """One line of input and everything that comes of it."""
        if not line.strip():
            return
        verb, _, rest = line.strip().partition(" ")
        verbs: dict[str, Callable[[str], None]] = {
            "/start": self._start,
            "/tap": self._tap,
            "/wait": self._wait,
            "/state": self._state,
            "/save": self._save,
            "/help": lambda _: self.out(HELP),
        }
        if verb.startswith("/") and verb not in verbs:
            raise ValueError(f"{verb} is no command: {HELP}")
        if verb in verbs:
            verbs[verb](rest.strip())
        else:
            self._say(line)
        self.show()

    def _say(self, text: str) -> None:
        self._inbound({"text": text})

    def _inbound(self, what: Json) -> None:
        who = self.who
        self.client.post("inbound", {"business": who.business, "channel": who.channel, "phone": who.phone, **what})

    def _start(self, rest: str) -> None:
        name, *pairs = rest.split() or [""]
        facts = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
        event, examples = self._event(name)
        self.out(f"* {event}")
        came = trigger(self.client.url, self.who, event, {**examples, **facts})
        if not (came["started"] or came["refused"] or came["messages"]):
            self.out("* kept; no flow starts or moves by it now")

    def _event(self, name: str) -> tuple[str, Json]:
        """The event of this name, or that starts the flow played; its facts with their examples."""
        events = self._events()
        for event in events:
            if event["type"] == name or (not name and event["flow"] == self.who.flow and event["starts"]):
                return event["type"], event["facts"]
        known = " ".join(dict.fromkeys(event["type"] for event in events))
        raise ValueError(f"name an event: /start {name or 'EVENT'}; there are {known}")

    def _events(self) -> list[Json]:
        offer = json.loads(self.client.get("businesses", lang=self.who.language or "en"))
        for business in offer["businesses"]:
            if business["name"] == self.who.business:
                events: list[Json] = business["events"]
                return events
        raise ValueError(f"there is no business {self.who.business!r}")

    def _tap(self, rest: str) -> None:
        bubbles = [one for one in self._person()["chat"] if not one["mine"] and one["channel"] == self.who.channel]
        for bubble in reversed(bubbles):
            offered = bubble["buttons"] or bubble["rows"]
            if offered:
                number = int(rest) if rest.isdecimal() else 0
                if not 1 <= number <= len(offered):
                    raise ValueError(f"tap 1 to {len(offered)}, not {rest!r}")
                id_, label = offered[number - 1]
                self._inbound({"tap": {"id": id_, "label": label, "row": not bubble["buttons"]}})
                return
        raise ValueError("nothing to tap: the last messages have no buttons")

    def _wait(self, rest: str) -> None:
        now = self.client.post("clock", {"advance": rest})["now"]
        self.out(f"* {rest} later: {now[:16]}")

    def _save(self, rest: str) -> None:
        if not rest:
            raise ValueError("name a file: /save chat.test.yaml")
        who = self.who
        flow = {"flow": who.flow} if who.flow else {}
        text = self.client.get("chat-as-test", business=who.business, phone=who.phone, channel=who.channel, **flow)
        Path(rest).write_text(text, encoding="utf-8")
        self.out(f"* saved {rest}")

    def _state(self, _: str) -> None:
        for line in state_lines(self._settled()):
            self.out(line)

    def show(self) -> None:
        """What is new on the phone, and what did not leave."""
        person = self._settled()
        for bubble in person["chat"]:
            if bubble["id"] not in self._shown and bubble["channel"] == self.who.channel:
                self._shown.add(bubble["id"])
                self.out(_bubble(bubble))
        for reason in reversed(person["reasons"]):
            key = f"{reason.get('id', reason['at'])} {reason['why']}"
            if key not in self._told:
                self._told.add(key)
                when = f" until {reason['due'][:16]}" if reason["due"] else ""
                self.out(
                    f"! {reason['flow']} {reason['text']} {reason['status']}{when}: {reason['why']}. {reason['en']}"
                )

    def _person(self) -> Json:
        person: Json = json.loads(self.client.get("person", business=self.who.business, phone=self.who.phone))
        return person

    def _settled(self) -> Json:
        """The person once nothing is under way; as it is when that takes too long."""
        until = time.monotonic() + DEADLINE
        while True:
            person = self._person()
            under_way = any(bubble["status"] == "written" for bubble in person["chat"])
            if not (person["busy"] or under_way) or time.monotonic() > until:
                return person
            time.sleep(LOOK_EVERY)


def _bubble(bubble: Json) -> str:
    lines = bubble["text"].split("\n")
    mark = "> " if bubble["mine"] else "< "
    offered = [f"[{place}] {label}" for place, (_, label) in enumerate(bubble["buttons"] or bubble["rows"], 1)]
    twice = [f"(sent {bubble['copies']} times)"] if bubble["copies"] > 1 else []
    return "\n".join([mark + lines[0], *("  " + line for line in [*lines[1:], *offered, *twice])])


def state_lines(person: Json) -> Iterator[str]:
    """States, consents, timers, stops and the ledger, one line each."""
    for run in reversed(person["conversations"]):
        yield f"state    {run['flow']}: {run['state']}" + (f" (ended: {run['outcome']})" if run["ended"] else "")
    for one in person["consents"]:
        yield f"consent  {one['purpose']} on {one['medium']}: {one['status']}"
    for one in person["timers"]:
        yield f"timer    {one['flow']}: {one['go']} at {one['due'][:16]}"
    for scope in sorted({f"{one['kind']}: {one['scope']}" for one in person["suppressions"]}):
        yield f"stop     {scope}"
    ledger = person["ledger"]
    yield f"ledger   {ledger['length']} records, {'verified' if ledger['verified'] else ledger['broken'] or 'empty'}"


def trigger(url: str, who: Talker, event: str, facts: dict[str, str]) -> Json:
    """Report a business event: ``{id, started, refused, messages}``. SandboxRefused for one that no flow knows."""
    body: Json = {"business": who.business, "phone": who.phone, "type": event, "facts": facts}
    body |= {"channel": who.channel, "language": who.language}
    return SandboxClient(url.rstrip("/")).post("event", body)


def post_webhook(url: str, hook: tuple[str, str, str], body: bytes, headers: Mapping[str, str]) -> str:
    """Post these bytes to the hook of (business, channel, token) as a carrier would; our answer.

    ``headers`` hold the signature: ``sign`` makes the simulator's. Raises SandboxRefused unless it was stored."""
    path = "/hooks/" + "/".join(quote(part, safe="") for part in hook)
    return SandboxClient(url.rstrip("/")).call("POST", path, body, {"Content-Type": "application/json", **headers})


def sign(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    """The signature header of a simulated carrier's webhook, as described at ``bot.channels.simulator.Simulator``.

    Written apart from the adapter's check, so that a mistake in either shows."""
    moment = int(at.timestamp())
    return {"X-Sim-Signature": f"t={moment},v1={hmac.digest(secret.encode(), b'%d.' % moment + body, 'sha256').hex()}"}
