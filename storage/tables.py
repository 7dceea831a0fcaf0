"""Every table, as SQLAlchemy Core metadata. Every key leads with the business, so the data distributes by it.

Times are whole microseconds since 1970 UTC in BIGINT columns that end in ``_at``: exact, the same on every
database, and comparable without time-zone rules. Personal payload is in BLOB columns, encrypted by ``vault``.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, text

from storage import columns
from storage.columns import key as _key
from storage.columns import maybe as _maybe
from storage.columns import number as _number
from storage.columns import sealed as _sealed
from storage.columns import time as _time
from storage.columns import time_or_none as _time_or_none
from storage.columns import words as _text
from storage.recall_table import recalls  # noqa: F401  # a part of the metadata

metadata = columns.metadata

people = Table(
    "people",
    metadata,
    _key("business"),
    _key("id"),
    _number("epoch"),
    _number("chain_length"),
    _sealed("chain_head"),
    _sealed("chain_seal"),
    _sealed("wrapped_key"),
    _text("language"),
    _text("place"),
    _sealed("facts"),
    _text("heard"),
    _number("own_cap"),
    _time("created_at"),
)
"""``epoch`` rises with every stop and start; ``heard`` is the time of the last inbound message per channel (JSON);
``own_cap``: how many commercial messages a month the person asked for at most, 0 while they named none."""

aliases = Table(
    "aliases",
    metadata,
    _key("business"),
    _key("hash"),
    Column("since_at", BigInteger, primary_key=True),
    _key("person"),
    _text("scheme"),
    _sealed("value"),
    _time_or_none("until_at"),
    Index(
        "uq_aliases_current",
        "business",
        "hash",
        unique=True,
        sqlite_where=text("until_at IS NULL"),
        postgresql_where=text("until_at IS NULL"),
    ),
    Index("ix_aliases_person", "business", "person"),
)
"""``hash`` is a keyed hash of the identifier; ``value`` the identifier encrypted under the person's key."""

suppressions = Table(
    "suppressions",
    metadata,
    _key("business"),
    _key("hash"),
    _key("kind"),
    _key("scope"),
    _text("person"),
    _text("source"),
    _time("since_at"),
    _time_or_none("until_at"),
    _time_or_none("lifted_at"),
)
"""By alias hash, so that a "no" survives the erasure of the person. What ``kind`` and ``scope`` may be stands in
``suppressions``; ``until_at``: when it ends by itself."""

reviews = Table(
    "reviews",
    metadata,
    _key("business"),
    _key("id"),
    _text("person"),
    _text("kind"),
    _text("event"),
    _text("channel"),
    _text("word"),
    _time("opened_at"),
    _time_or_none("settled_at"),
    _text("settled_by"),
    _text("outcome"),
    _sealed("note"),
    Index(
        "uq_reviews_open",
        "business",
        "person",
        "kind",
        unique=True,
        sqlite_where=text("settled_at IS NULL"),
        postgresql_where=text("settled_at IS NULL"),
    ),
    Index("ix_reviews_opened", "business", "opened_at"),
)
"""What somebody of the business has to look at: one open entry per person and kind; ``event`` is the message of the
inbox that opened it, ``word`` what in it decided."""

consents = Table(
    "consents",
    metadata,
    _key("business"),
    _key("person"),
    _key("purpose"),
    _key("medium"),
    _text("status"),
    _text("basis"),
    _time("since_at"),
    _time_or_none("expires_at"),
    _number("record"),
    _text("flow"),
    _text("flow_hash"),
)
"""The present state per person x purpose x medium; ``record`` is the sequence number of the ledger record behind it."""

ledger = Table(
    "ledger",
    metadata,
    _key("business"),
    _key("person"),
    Column("seq", Integer, primary_key=True),
    _text("kind"),
    _time("at"),
    Column("record", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    _sealed("payload"),
    Column("leaf_index", BigInteger),
    Index(
        "ix_ledger_unsequenced",
        "business",
        "at",
        sqlite_where=text("leaf_index IS NULL"),
        postgresql_where=text("leaf_index IS NULL"),
    ),
)
"""``record`` is the canonical bytes as hashed, never re-serialised; ``leaf_index`` is left for the sequencer."""

conversations = Table(
    "conversations",
    metadata,
    _key("business"),
    _key("id"),
    _text("person"),
    _text("flow"),
    _text("flow_hash"),
    _text("subject"),
    _text("channel"),
    _text("medium"),
    _text("language"),
    _text("state"),
    _number("row_version"),
    _number("misunderstood"),
    _number("test"),
    _text("asked"),
    _maybe("question"),
    _sealed("facts"),
    _time("started_at"),
    _time_or_none("ended_at"),
    _text("outcome"),
    Index(
        "ix_conversations_open",
        "business",
        "person",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index("ix_conversations_flow", "business", "person", "flow", "started_at"),
)
"""One run of a flow with a person. ``asked``: purposes the last shown text asked for; ``question``: the message that
asked; ``subject``: what the run is about (an order number), so that two orders run side by side."""

inbox = Table(
    "inbox",
    metadata,
    _key("business"),
    _key("id"),
    _text("dedupe"),
    _text("channel"),
    _text("kind"),
    _text("person"),
    _sealed("payload"),
    _text("reading"),
    _text("read_by"),
    _text("word"),
    _text("effect"),
    _time("received_at"),
    _time("due_at"),
    _time_or_none("stepped_at"),
    _text("result"),
    Index("uq_inbox_dedupe", "business", "dedupe", unique=True),
    Index(
        "ix_inbox_pending",
        "due_at",
        "business",
        "person",
        sqlite_where=text("stepped_at IS NULL"),
        postgresql_where=text("stepped_at IS NULL"),
    ),
    Index("ix_inbox_person", "business", "person", "received_at"),
)
"""Everything that came in, once. Pending while ``stepped_at`` is null; ``effect`` is what its commit already did."""

outbox = Table(
    "outbox",
    metadata,
    _key("business"),
    _key("id"),
    _text("person"),
    _text("conversation"),
    _text("cause"),
    _text("campaign"),
    _text("channel"),
    _text("medium"),
    _text("flow"),
    _text("flow_hash"),
    _text("text"),
    _text("language"),
    _text("nature"),
    _number("priority"),
    _maybe("purpose"),
    _number("commercial"),
    _number("test"),
    _text("basis"),
    _text("proof"),
    _number("epoch"),
    _sealed("content"),
    _text("status"),
    _text("why"),
    _time("created_at"),
    _time("due_at"),
    _time_or_none("stale_at"),
    _time_or_none("authorised_at"),
    _time_or_none("finished_at"),
    _text("claimed_by"),
    _time_or_none("claimed_until_at"),
    _number("attempts"),
    _maybe("provider_id"),
    _text("code"),
    _number("record"),
    Index(
        "ix_outbox_queued",
        "priority",
        "due_at",
        sqlite_where=text("status = 'queued'"),
        postgresql_where=text("status = 'queued'"),
    ),
    Index("ix_outbox_person", "business", "person", "created_at"),
    Index(
        "ix_outbox_flying",
        "claimed_by",
        sqlite_where=text("status = 'authorised'"),
        postgresql_where=text("status = 'authorised'"),
    ),
    Index(
        "ix_outbox_provider",
        "business",
        "provider_id",
        sqlite_where=text("provider_id IS NOT NULL"),
        postgresql_where=text("provider_id IS NOT NULL"),
    ),
    Index(
        "ix_outbox_rate",
        "business",
        "authorised_at",
        sqlite_where=text("authorised_at IS NOT NULL"),
        postgresql_where=text("authorised_at IS NOT NULL"),
    ),
)
"""The outbox is the queue. ``nature``: reply, request, service, commercial, farewell; ``why``: a code of the closed
list; ``epoch``: the person's epoch at enqueue; ``record``: the ledger record of the authorisation; ``campaign``: the
one that starts its flow."""

timers = Table(
    "timers",
    metadata,
    _key("business"),
    _key("person"),
    _key("conversation"),
    _key("trigger"),
    _time("due_at"),
    Index("ix_timers_due", "due_at"),
)

processes = Table(
    "processes",
    metadata,
    _key("id"),
    _text("host"),
    _number("pid"),
    _text("born"),
    _time("started_at"),
    _time_or_none("ended_at"),
)
"""Who may hold an authorised send. ``born`` is the kernel's start time of the pid: a pid alone is reused."""

flow_versions = Table(
    "flow_versions",
    metadata,
    _key("business"),
    _key("flow"),
    _key("hash"),
    Column("source", String, nullable=False),
    _maybe("proof"),
    _number("record"),
    _time("first_seen_at"),
)
"""The exact text of every flow version that ever ran; people stay pinned to the one they started. ``proof`` (JSON) is
the latest one, ``record`` the sequence number of its record in the business's own chain; without one nothing runs."""

publications = Table(
    "publications",
    metadata,
    _key("business"),
    _key("flow"),
    Column("number", Integer, primary_key=True),
    _text("hash"),
    _text("was"),
    _text("moves"),
    _text("by"),
    _time("at"),
    _number("record"),
)
"""Every time a version of a flow was put in force, numbered from 1. ``hash`` is empty when the flow was taken out of
force; ``was`` is the version before; ``moves`` the map of states (JSON); ``record`` as in ``flow_versions``."""

business_chains = Table(
    "business_chains",
    metadata,
    _key("business"),
    _number("length"),
    _sealed("head"),
    _sealed("seal"),
)
"""The end of each business's own chain in the ledger, as ``people`` holds it for persons; its row is the lock."""

api_keys = Table(
    "api_keys",
    metadata,
    _key("business"),
    _key("id"),
    _text("hash"),
    _text("mode"),
    _text("label"),
    _time("created_at"),
    _time_or_none("revoked_at"),
    Index("uq_api_keys_hash", "hash", unique=True),
)

idempotency = Table(
    "idempotency",
    metadata,
    _key("business"),
    _key("key"),
    _text("request"),
    _number("status"),
    _sealed("answer"),
    _time("created_at"),
)
"""One row per Idempotency-Key: ``request`` is a hash of method, path and body; ``status`` 0 while in flight."""

switches = Table(
    "switches",
    metadata,
    _key("business"),
    _key("name"),
    _text("value"),
    _text("by"),
    _text("reason"),
    _time("at"),
)
"""Decisions that stay: the past-purchase basis, the sandbox clock, hook tokens made for a channel."""

sim_messages = Table(
    "sim_messages",
    metadata,
    _key("business"),
    _key("channel"),
    _key("id"),
    _text("phone"),
    _text("direction"),
    Column("content", String, nullable=False),
    _text("status"),
    _time("at"),
    Index("ix_sim_messages_phone", "business", "channel", "phone", "at"),
)
"""What the simulated carrier holds: it outlives our crash as a real carrier would. Invented people only."""
