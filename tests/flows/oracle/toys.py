"""Small flows, each with one thing wrong that is easy to overlook, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.flows.oracle.faults import Fault

HEAD = """\
flow: toy
kind: {kind}
channels: [{channels}]
languages: [en]
start: {start}
answers:
  Y: {{label: {{en: Agree}}, words: [Y, yes]}}
  A: {{label: {{en: Bills only}}, words: [A, bills]}}
  M: {{label: {{en: More}}, words: [M, more]}}
states:
{states}
texts:
  ask:
    asks_for: [offers, bills]
    template: request_1
    en: >-
      Would you like {{{{ purpose }}}}? At most {{{{ cap }}}} a month for {{{{ lasts }}}}.
      Reply Y, or A for bills only, T to refuse.
  pref: {{en: "Saved. Reply A for bills only, M for more, T to stop."}}
  promo: {{template: offer_1, en: "{promo}"}}
"""
PROMO = "New books this week, 10% off. Reply STOP to opt out."

WORD = "{word: {en: join us}, basis: requested, go: join}"
EVENT = "{event: member.day, basis: consent, go: join}"


CODES = {
    Fault.SOLD_WITHOUT_CONSENT: "E301",
    Fault.SOLD_WITHOUT_NEEDS: "E301",
    Fault.SOLD_AFTER_EXPIRY: "E301",
    Fault.SOLD_ELSEWHERE: "E301",
    Fault.GRANTED_BY_ITSELF: "E302",
    Fault.GRANTED_UNASKED: "E303",
    Fault.REMINDED: "E305",
    Fault.SILENCE_LOOPS: "E204",
    Fault.SILENCE_TALKS: "E204",
    Fault.WAITS_FOR_EVER: "E203",
}
"""What the checker calls each."""


@dataclass(frozen=True, slots=True)
class Toy:
    """``fault`` None: nothing is wrong, though it looks like its neighbours."""

    name: str
    fault: Fault | None
    states: str
    kind: str = "preferences"
    start: str = WORD
    channels: str = "sms"
    needs: str = ""
    fallback: str = ""
    promo: str = PROMO

    @property
    def source(self) -> str:
        """The file."""
        parts = {"kind": self.kind, "channels": self.channels, "start": self.start, "promo": self.promo}
        text = HEAD.format(states=self.states.rstrip(), **parts)
        if "say: promo" not in self.states:
            text = text[: text.index("  promo: {template")]
        if self.needs:
            text = text.replace("languages: [en]\n", f"languages: [en]\nneeds: {self.needs}\n")
        if self.fallback:
            text = text.replace("promo: {template", f"promo: {{fallback: {self.fallback}, template")
        return text


TOYS = (
    Toy(
        "every way to the offer passes the yes, and yet one takes it back",
        Fault.SOLD_WITHOUT_CONSENT,
        """
  join: {say: ask, reply: {Y: {grant: offers, go: pref}}, after: {24h: quiet}}
  pref: {say: pref, reply: {A: {revoke: offers, go: wait}, M: wait}, after: {24h: quiet}}
  wait: {after: {48h: promo}}
  promo: {say: promo, needs: offers, end: sold}
  quiet: {end: quiet}
""",
    ),
    Toy(
        "the same without the way that takes it back",
        None,
        """
  join: {say: ask, reply: {Y: {grant: offers, go: pref}}, after: {24h: quiet}}
  pref: {say: pref, reply: {A: {revoke: offers, go: quiet}, M: wait}, after: {24h: quiet}}
  wait: {after: {48h: promo}}
  promo: {say: promo, needs: offers, end: sold}
  quiet: {end: quiet}
""",
    ),
    Toy(
        "granted on one of two ways",
        Fault.SOLD_WITHOUT_CONSENT,
        """
  join: {say: ask, reply: {Y: {grant: offers, go: promo}, M: promo}, after: {24h: quiet}}
  promo: {say: promo, needs: offers, end: sold}
  quiet: {end: quiet}
""",
    ),
    Toy(
        "granted for WhatsApp, sent by SMS",
        Fault.SOLD_ELSEWHERE,
        """
  join: {say: ask, reply: {Y: {grant: offers, go: promo}}, after: {23h: quiet}}
  promo: {say: promo, needs: offers, end: sold}
  quiet: {end: quiet}
""",
        channels="whatsapp",
        fallback="{undelivered: sms, within: 10m}",
    ),
    Toy(
        "granted, run out, sent",
        Fault.SOLD_AFTER_EXPIRY,
        """
  join: {say: ask, reply: {Y: {grant: offers, go: wait}}, after: {24h: quiet}}
  wait: {after: {400d: promo}}
  promo: {say: promo, needs: offers, end: sold}
  quiet: {end: quiet}
""",
    ),
    Toy(
        "granted, run out in two waits that are each short enough, sent",
        Fault.SOLD_AFTER_EXPIRY,
        """
  join: {say: ask, reply: {Y: {grant: offers, go: wait}}, after: {24h: quiet}}
  wait: {after: {200d: again}}
  again: {after: {200d: promo}}
  promo: {say: promo, needs: offers, end: sold}
  quiet: {end: quiet}
""",
    ),
    Toy(
        "sold again after a withdrawal and a second visit",
        Fault.SOLD_WITHOUT_CONSENT,
        """
  join: {say: promo, reply: {A: {revoke: offers, go: pref}, M: more}, after: {24h: quiet}}
  pref: {reply: {M: join}, after: {24h: quiet}}
  more: {say: promo, end: sold}
  quiet: {end: quiet}
""",
        kind="commercial",
        start=EVENT,
        needs="offers",
    ),
    Toy(
        "a service text as a marketing template",
        Fault.SOLD_WITHOUT_NEEDS,
        """
  join: {say: promo, end: told}
""",
        kind="service",
        start="{event: order.made, basis: contract, proof: order_no, go: join}",
        promo="Your parcel is at the shop.",
    ),
    Toy(
        "the yes comes after a text that asked for nothing",
        Fault.GRANTED_UNASKED,
        """
  join: {say: ask, reply: {M: pref}, after: {24h: quiet}}
  pref: {say: pref, reply: {M: {grant: offers, go: quiet}}, after: {24h: quiet}}
  quiet: {end: quiet}
""",
    ),
    Toy(
        "silence grants",
        Fault.GRANTED_BY_ITSELF,
        """
  join: {say: ask, reply: {Y: {grant: offers, go: quiet}}, after: {24h: {grant: offers, go: quiet}}}
  quiet: {end: quiet}
""",
    ),
    Toy(
        "silence grants what an offer at the very start was already sold with",
        Fault.GRANTED_BY_ITSELF,
        """
  join: {say: promo, needs: offers, reply: {M: pref}, after: {24h: {grant: offers, go: quiet}}}
  pref: {say: pref, reply: {A: quiet}, after: {24h: quiet}}
  quiet: {end: quiet}
""",
    ),
    Toy(
        "three cards remind each other",
        Fault.SILENCE_LOOPS,
        """
  join: {say: pref, reply: {M: one}, after: {24h: one}}
  one: {after: {24h: two}}
  two: {after: {24h: join}}
""",
    ),
    Toy(
        "two reminders",
        Fault.SILENCE_TALKS,
        """
  join: {say: pref, reply: {M: quiet}, after: {24h: one}}
  one: {say: pref, reply: {M: quiet}, after: {24h: two}}
  two: {say: pref, end: enough}
  quiet: {end: quiet}
""",
    ),
    Toy(
        "a timer that goes off and changes nothing",
        Fault.WAITS_FOR_EVER,
        """
  join: {say: pref, reply: {M: quiet}, after: {24h: {tag: slow}}}
  quiet: {end: quiet}
""",
    ),
    Toy(
        "asked again two days after a no",
        Fault.REMINDED,
        """
  join: {say: ask, reply: {Y: {grant: offers, go: quiet}, M: no}, after: {24h: quiet}}
  no: {say: pref, reply: {A: quiet}, after: {48h: join}}
  quiet: {end: quiet}
""",
    ),
    Toy(
        "asked again by an event, after a yes that was taken back",
        Fault.REMINDED,
        """
  join: {say: ask, reply: {Y: {grant: offers, go: pref}}, after: {24h: quiet}}
  pref: {say: pref, reply: {A: {revoke: offers, go: no}, M: quiet}, after: {24h: quiet}}
  no: {event: {visit.made: join}, after: {24h: quiet}}
  quiet: {end: quiet}
""",
    ),
    Toy(
        "asked again because the person came back to it",
        None,
        """
  join: {say: ask, reply: {Y: {grant: offers, go: quiet}, M: no}, after: {24h: quiet}}
  no: {say: pref, reply: {M: join, A: quiet}, after: {48h: quiet}}
  quiet: {end: quiet}
""",
    ),
    Toy(
        "asked again by an event",
        Fault.REMINDED,
        """
  join: {say: ask, reply: {Y: {grant: offers, go: quiet}}, event: {visit.made: join}, after: {24h: quiet}}
  quiet: {end: quiet}
""",
    ),
)
"""Most of them pass every test that looks at one row, or at the graph without the consents."""
