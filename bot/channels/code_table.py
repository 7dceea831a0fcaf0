"""What a provider's error code means: our class of reason, and what to do when it comes as the answer to a send.

The codes are data (``codes/*.yaml``). A code that is not listed is judged by the HTTP status alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from importlib.resources import files

from ruamel.yaml import YAML

from bot.channels.http import PAUSE, Reply
from bot.errors import ChannelError, Misconfigured, OptedOut, Reject, Retry, Unclear, Unreachable
from bot.events import Reason


class Act(StrEnum):
    """What to do after a send was answered with a code."""

    RETRY = "retry"
    REJECT = "reject"
    UNREACHABLE = "unreachable"
    OPTED_OUT = "opted_out"
    MISCONFIGURED = "misconfigured"
    UNCLEAR = "unclear"


ACTS: Mapping[Reason, Act | None] = {
    Reason.OPTED_OUT: Act.OPTED_OUT,
    Reason.OPTED_OUT_MARKETING: Act.OPTED_OUT,
    Reason.BLOCKED_BY_USER: Act.UNREACHABLE,
    Reason.INVALID_NUMBER: Act.UNREACHABLE,
    Reason.UNREACHABLE_TEMPORARY: Act.UNREACHABLE,
    Reason.UNREACHABLE_PERMANENT: Act.UNREACHABLE,
    Reason.CONTENT_BLOCKED: Act.REJECT,
    Reason.POLICY_OR_REGISTRATION: Act.REJECT,
    Reason.RATE_LIMITED: Act.RETRY,
    Reason.FREQUENCY_CAPPED: Act.REJECT,
    Reason.WINDOW_CLOSED: Act.REJECT,
    Reason.QUIET_HOURS: Act.REJECT,
    Reason.TEMPLATE_PROBLEM: Act.REJECT,
    Reason.ACCOUNT_PROBLEM: Act.MISCONFIGURED,
    Reason.PAYMENT: Act.MISCONFIGURED,
    Reason.PROVIDER_FAULT: None,
    Reason.UNKNOWN: None,
}
"""What a reason asks for unless the code's own row says otherwise; None: the HTTP status decides."""

_ERRORS: Mapping[Act, type[ChannelError]] = {
    Act.REJECT: Reject,
    Act.UNREACHABLE: Unreachable,
    Act.OPTED_OUT: OptedOut,
    Act.MISCONFIGURED: Misconfigured,
    Act.UNCLEAR: Unclear,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row of a table."""

    reason: Reason
    act: Act | None
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a provider's error answer says: its code, if any, its own words, and how long to wait, if it says so."""

    code: str | None
    words: str
    after: timedelta | None = None


class CodeTable:
    """The codes of one provider, and ranges of codes."""

    def __init__(self, rows: Mapping[str, Verdict]) -> None:
        self._rows = {name: verdict for name, verdict in rows.items() if "-" not in name}
        spans = [(name.partition("-"), verdict) for name, verdict in rows.items() if "-" in name]
        self._ranges = [(int(low), int(high), verdict) for (low, _, high), verdict in spans]

    @classmethod
    def load(cls, name: str) -> CodeTable:
        """The table ``codes/NAME.yaml``; ValueError on a reason or act that we do not have."""
        source = files("bot.channels").joinpath("codes", f"{name}.yaml").read_text(encoding="utf-8")
        rows: Mapping[object, object] = YAML(typ="safe", pure=True).load(source)
        return cls({str(code): _verdict(row) for code, row in rows.items()})

    def find(self, code: str | None) -> Verdict | None:
        """The row of a code; None when the table does not know it."""
        if code is None or code in self._rows:
            return self._rows.get(code or "")
        if not code.isascii() or not code.isdecimal():
            return None
        inside = (verdict for low, high, verdict in self._ranges if low <= int(code) <= high)
        return next(inside, None)

    def reason(self, code: str | None) -> Reason:
        """Our class of a code; UNKNOWN when the table does not know it."""
        found = self.find(code)
        return found.reason if found else Reason.UNKNOWN

    def error(self, finding: Finding, reply: Reply) -> ChannelError:
        """The error to raise for a send that was answered so. A listed code proves that the provider read the
        message and refused it, whatever the status; without one a 5xx or a 2xx leaves the outcome unclear."""
        found = self.find(finding.code)
        reason = found.reason if found else Reason.UNKNOWN
        act = found.act if found else None
        why = f"HTTP {reply.status}, code {finding.code or 'none'}: {_unnamed(finding.words) or 'no words'}"
        if act is None:
            act, by_status = _by_status(reply.status)
            reason = by_status if reason is Reason.UNKNOWN else reason
        if act is Act.RETRY:
            after = reply.pause() or finding.after or (found.after if found else None) or PAUSE
            return Retry(why, after=after, code=finding.code, reason=reason)
        return _ERRORS[act](why, code=finding.code, reason=reason)


def _verdict(row: object) -> Verdict:
    if isinstance(row, str):
        reason = Reason(row)
        return Verdict(reason, ACTS[reason])
    if not isinstance(row, dict):
        raise ValueError(f"a code's row is a reason or a mapping, not {row!r}")
    reason = Reason(row["reason"])
    act = Act(row["act"]) if "act" in row else ACTS[reason]
    return Verdict(reason, act, timedelta(seconds=row["after"]) if "after" in row else None)


def _unnamed(words: str) -> str:
    """A provider's words without the numbers of people: errors are logged."""
    return re.sub(r"\+?[0-9]{7,}", "…", words)


def _by_status(status: int) -> tuple[Act, Reason]:
    if status == 429:
        return Act.RETRY, Reason.RATE_LIMITED
    if status in (401, 403, 404, 405) or 300 <= status < 400:
        return Act.MISCONFIGURED, Reason.ACCOUNT_PROBLEM
    if status < 300:
        return Act.UNCLEAR, Reason.UNKNOWN
    if status == 408 or status >= 500:
        return Act.UNCLEAR, Reason.PROVIDER_FAULT
    return Act.REJECT, Reason.UNKNOWN
