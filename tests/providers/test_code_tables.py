"""The providers' codes: what each means, and what to do when it answers a send."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels.code_table import ACTS, CodeTable, Finding
from bot.channels.http import PAUSE, Reply
from bot.errors import ChannelError, Misconfigured, OptedOut, Reject, Retry, Unclear, Unreachable
from bot.events import Reason

META = CodeTable.load("whatsapp_cloud")
TWILIO = CodeTable.load("twilio")


def judged(table: CodeTable, code: str | None, status: int = 400, **headers: str) -> ChannelError:
    return table.error(Finding(code, "words"), Reply(status, headers, b""))


@pytest.mark.parametrize(
    "table,code,reason,error",
    [
        (META, "131050", Reason.OPTED_OUT_MARKETING, OptedOut),
        (META, "131047", Reason.WINDOW_CLOSED, Reject),
        (META, "131026", Reason.UNREACHABLE_PERMANENT, Unreachable),
        (META, "131049", Reason.FREQUENCY_CAPPED, Reject),
        (META, "131056", Reason.RATE_LIMITED, Retry),
        (META, "130429", Reason.RATE_LIMITED, Retry),
        (META, "132015", Reason.TEMPLATE_PROBLEM, Reject),
        (META, "131030", Reason.ACCOUNT_PROBLEM, Reject),
        (META, "131042", Reason.PAYMENT, Misconfigured),
        (META, "190", Reason.ACCOUNT_PROBLEM, Misconfigured),
        (META, "0", Reason.ACCOUNT_PROBLEM, Misconfigured),
        (META, "200", Reason.ACCOUNT_PROBLEM, Misconfigured),
        (META, "299", Reason.ACCOUNT_PROBLEM, Misconfigured),
        (META, "300", Reason.UNKNOWN, Reject),
        (META, "131053", Reason.PROVIDER_FAULT, Retry),
        (META, "131000", Reason.PROVIDER_FAULT, Unclear),
        (META, "٢٠٠", Reason.UNKNOWN, Reject),
        (TWILIO, "21610", Reason.OPTED_OUT, OptedOut),
        (TWILIO, "63033", Reason.BLOCKED_BY_USER, Unreachable),
        (TWILIO, "63014", Reason.BLOCKED_BY_USER, Unreachable),
        (TWILIO, "21211", Reason.INVALID_NUMBER, Unreachable),
        (TWILIO, "20003", Reason.ACCOUNT_PROBLEM, Misconfigured),
        (TWILIO, "21408", Reason.POLICY_OR_REGISTRATION, Reject),
        (TWILIO, "63016", Reason.WINDOW_CLOSED, Reject),
        (TWILIO, "30008", Reason.UNKNOWN, Reject),
        (TWILIO, "99999", Reason.UNKNOWN, Reject),
    ],
)
def test_a_code_says_why_and_what_to_do(table: CodeTable, code: str, reason: Reason, error: type[ChannelError]) -> None:
    found = judged(table, code)
    assert (type(found), found.reason, found.code, table.reason(code)) == (error, reason, code, reason)


@pytest.mark.parametrize(
    "status,error",
    [
        (200, Unclear),
        (302, Misconfigured),
        (400, Reject),
        (401, Misconfigured),
        (403, Misconfigured),
        (404, Misconfigured),
        (408, Unclear),
        (429, Retry),
        (500, Unclear),
        (503, Unclear),
    ],
)
def test_without_a_known_code_the_status_decides(status: int, error: type[ChannelError]) -> None:
    assert type(judged(META, None, status)) is type(judged(META, "7777", status)) is error


def test_a_listed_code_on_a_5xx_proves_that_the_message_was_refused() -> None:
    assert type(judged(META, "131050", 500)) is OptedOut
    assert type(judged(META, "131016", 503)) is Retry
    assert type(judged(META, "131000", 500)) is Unclear


def test_how_long_to_wait_is_asked_of_the_header_then_the_table_then_the_default() -> None:
    waits = [
        judged(META, "131056", 429, **{"retry-after": "9"}),
        judged(META, "131056", 429),
        judged(META, None, 429),
    ]
    assert [one.after for one in waits if isinstance(one, Retry)] == [
        timedelta(seconds=9),
        timedelta(seconds=6),
        PAUSE,
    ]


def test_an_error_names_nobody() -> None:
    error = TWILIO.error(Finding("21211", "The 'To' number +15005550001 is not valid"), Reply(400, {}, b""))
    assert "15005550001" not in str(error)
    assert "not valid" in str(error)


def test_every_reason_has_an_act() -> None:
    assert set(ACTS) == set(Reason)


def test_no_code_is_unknown() -> None:
    assert META.reason(None) is Reason.UNKNOWN
