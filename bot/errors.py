"""The errors of the bot.

BotError
├── BadSignature      the webhook is not from the carrier: 401/403, nothing stored
├── BadRequest        the webhook cannot be read at all: 400, nothing stored
├── NotPermitted      something tried to send without a valid permit
└── ChannelError      a provider call did not succeed; the class says what to do
    ├── Retry         nothing was sent; try again after ``after``
    ├── Reject        the carrier will never take this message
    ├── Unreachable   this person cannot be reached here
    ├── OptedOut      the carrier says this person has opted out: a withdrawal
    ├── Misconfigured the account, credentials or sender is wrong: stop this channel and tell the operator
    └── Unclear       the outcome is unknown (time-out, connection lost mid-call): never resend marketing
"""

from __future__ import annotations

from datetime import timedelta

from bot.events import Reason


class BotError(Exception):
    """Root of the bot's errors."""


class BadSignature(BotError):
    """The webhook's signature is missing or wrong; ``missing`` tells 401 from 403."""

    def __init__(self, why: str, *, missing: bool = False) -> None:
        super().__init__(why)
        self.missing = missing


class BadRequest(BotError):
    """The webhook's body cannot be read."""


class NotPermitted(BotError):
    """A message came to a channel without a permit that the gate made for it, or for a second time."""


class ChannelError(BotError):
    """A provider call did not succeed. ``code`` is the provider's own, ``reason`` our class of it."""

    def __init__(self, why: str, *, code: str | None = None, reason: Reason = Reason.UNKNOWN) -> None:
        super().__init__(why)
        self.code = code
        self.reason = reason


class Retry(ChannelError):
    """Nothing was sent; try again after ``after``."""

    def __init__(
        self, why: str, *, after: timedelta, code: str | None = None, reason: Reason = Reason.RATE_LIMITED
    ) -> None:
        super().__init__(why, code=code, reason=reason)
        self.after = after


class Reject(ChannelError):
    """The carrier will never take this message."""


class Unreachable(ChannelError):
    """This person cannot be reached on this channel."""


class OptedOut(ChannelError):
    """The carrier says this person has opted out; recorded as a withdrawal."""


class Misconfigured(ChannelError):
    """The account, credentials or sender is wrong."""


class Unclear(ChannelError):
    """The outcome is unknown: the carrier may have taken the message."""
