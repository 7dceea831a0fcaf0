"""What is counted, for Prometheus: a registry as an object. Labels are names of the configuration and codes, never
anything that a caller chose."""

from __future__ import annotations

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector, generate_latest

from storage.state_counts import StateCounts


@dataclass(slots=True)
class Metrics:
    """One per process."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    _hooks: Counter = field(init=False)
    _hook_events: Counter = field(init=False)
    _bad_signatures: Counter = field(init=False)
    _api_events: Counter = field(init=False)
    _messages: Gauge = field(init=False)
    _queued: Gauge = field(init=False)
    _recalls: Gauge = field(init=False)
    _pending: Gauge = field(init=False)
    _oldest: Gauge = field(init=False)
    _redis: Gauge = field(init=False)
    _database: Gauge = field(init=False)
    _edit_refused: Gauge = field(init=False)
    _children: dict[tuple[Counter, tuple[str, ...]], Counter] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ProcessCollector(registry=self.registry)
        self._count_hooks()
        self._gauge_tables()
        self._redis = self._gauge("askfirst_redis_up", "Redis answered the last time it was asked.")
        self._database = self._gauge("askfirst_database_up", "The database answered this scrape.")
        self._edit_refused = self._gauge("askfirst_edit_refused", "The latest edit of a business was refused.")

    def _count_hooks(self) -> None:
        where = ["business", "channel", "provider"]
        self._hooks = Counter(
            "askfirst_hooks", "Calls of carriers, by what became of them.", [*where, "outcome"], registry=self.registry
        )
        self._hook_events = Counter(
            "askfirst_hook_events", "Events in stored calls, duplicates included.", where, registry=self.registry
        )
        self._bad_signatures = Counter(
            "askfirst_bad_signatures", "Calls whose signature was missing or wrong.", where, registry=self.registry
        )
        self._api_events = Counter(
            "askfirst_api_events",
            "Events and messages asked for through the API.",
            ["business", "kind", "outcome"],
            registry=self.registry,
        )

    def _gauge_tables(self) -> None:
        self._messages = self._gauge(
            "askfirst_messages_last_hour",
            "Messages asked for in the last hour, by what became of them.",
            ["business", "channel", "status", "why"],
        )
        self._queued = self._gauge("askfirst_outbox_queued", "Messages that wait.", ["business", "channel", "why"])
        self._recalls = self._gauge(
            "askfirst_recalls_in_force", "What a business has taken back and not lifted.", ["business", "scope"]
        )
        self._pending = self._gauge("askfirst_inbox_pending", "Events that nobody has acted on yet.")
        self._oldest = self._gauge("askfirst_inbox_oldest_seconds", "Age of the oldest of them.")

    def _gauge(self, name: str, about: str, labels: list[str] | None = None) -> Gauge:
        return Gauge(name, about, labels or [], registry=self.registry)

    def hook(self, business: str, channel: str, provider: str, outcome: str, events: int = 0) -> None:
        """One call of a carrier."""
        self._of(self._hooks, business, channel, provider, outcome).inc()
        if events:
            self._of(self._hook_events, business, channel, provider).inc(events)
        if outcome == "bad-signature":
            self._bad_signatures.labels(business, channel, provider).inc()

    def _of(self, counter: Counter, *labels: str) -> Counter:
        """The labelled counter, looked up by the library once: that costs more than counting."""
        child = self._children.get((counter, labels))
        if child is None:
            child = self._children[counter, labels] = counter.labels(*labels)
        return child

    def asked(self, business: str, kind: str, outcome: str) -> None:
        """The business asked for something through the API."""
        self._api_events.labels(business, kind, outcome).inc()

    def standing(self, *, redis_up: bool, database_up: bool, edit_refused: bool) -> None:
        """How the process stands at this moment."""
        self._redis.set(redis_up)
        self._database.set(database_up)
        self._edit_refused.set(edit_refused)

    def tables(self, counts: StateCounts) -> None:
        """What the tables hold at this moment."""
        self._messages.clear()
        for *labels, number in counts.messages:
            self._messages.labels(*labels).set(number)
        self._queued.clear()
        for *labels, number in counts.queued:
            self._queued.labels(*labels).set(number)
        self._recalls.clear()
        for *labels, number in counts.recalls:
            self._recalls.labels(*labels).set(number)
        self._pending.set(counts.pending)
        self._oldest.set(counts.oldest_seconds)

    def text(self) -> bytes:
        """The exposition format, text version 0.0.4."""
        return generate_latest(self.registry)
