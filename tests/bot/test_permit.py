"""A permit lets one message leave, once. Every trick that Python offers to get around it fails."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime

import pytest

from bot.channel import Channel, Hook, HookRequest, Medium, Outgoing, Sent
from bot.errors import NotPermitted
from bot.events import Address, Scheme
from bot.permit import Grounds, Permit, Seal

MESSAGE = Outgoing("msg_1", Address(Scheme.E164, "+8613800000000"), "hello")
GROUNDS = Grounds("prs_1", "offers", "consent", "prs_1/3", 0, datetime(2026, 3, 2, tzinfo=UTC), "prs_1/4")


class Writing(Channel):
    """Writes down what reaches it."""

    medium = Medium.SMS

    def __init__(self, seal: Seal) -> None:
        super().__init__(seal)
        self.sent: list[Outgoing] = []

    def open_hook(self, request: HookRequest) -> Hook:
        """Not called."""
        raise AssertionError

    async def _deliver(self, message: Outgoing) -> Sent:
        self.sent.append(message)
        return Sent("p-1")


def forged(message: object, grounds: object, seal: object) -> Permit:
    """As near to a permit as anybody gets without the gate."""
    made = object.__new__(Permit)
    for name, value in (("message", message), ("grounds", grounds), ("seal", seal)):
        object.__setattr__(made, name, value)
    return made


class Lying(Outgoing):
    """Another message that calls itself by the name of the first."""

    def __repr__(self) -> str:
        return repr(MESSAGE)


async def test_a_permit_of_the_gate_sends_once() -> None:
    """The one right way; the second use fails and sends nothing."""
    seal = Seal()
    channel, permit = Writing(seal), seal.permit(MESSAGE, GROUNDS)
    await channel.send(permit)
    with pytest.raises(NotPermitted, match="used before"):
        await channel.send(permit)
    assert channel.sent == [MESSAGE]


@pytest.mark.parametrize(
    "trick",
    [
        pytest.param(lambda p: MESSAGE, id="the bare message"),
        pytest.param(lambda p: None, id="nothing"),
        pytest.param(lambda p: object.__new__(Permit), id="an empty permit"),
        pytest.param(lambda p: forged(MESSAGE, GROUNDS, b""), id="no seal"),
        pytest.param(lambda p: forged(MESSAGE, GROUNDS, bytes(32)), id="a wrong seal"),
        pytest.param(lambda p: forged(MESSAGE, GROUNDS, "x"), id="a seal of another type"),
        pytest.param(lambda p: forged(replace(MESSAGE, body="buy!"), GROUNDS, p.seal), id="another text"),
        pytest.param(lambda p: forged(replace(MESSAGE, id="msg_2"), GROUNDS, p.seal), id="another id"),
        pytest.param(lambda p: forged(MESSAGE, replace(GROUNDS, epoch=1), p.seal), id="other grounds"),
        pytest.param(lambda p: Seal().permit(MESSAGE, GROUNDS), id="another process's seal"),
        pytest.param(lambda p: Permit(), id="the constructor"),
        pytest.param(copy.copy, id="copy"),
        pytest.param(copy.deepcopy, id="deepcopy"),
        pytest.param(lambda p: pickle.loads(pickle.dumps(p)), id="pickle"),
        pytest.param(lambda p: type("Wider", (Permit,), {}), id="a subclass"),
        pytest.param(lambda p: setattr(p, "message", replace(MESSAGE, body="buy!")), id="assignment"),
        pytest.param(lambda p: setattr(p, "other", 1), id="a new attribute"),
    ],
)
async def test_no_trick_sends(trick: object) -> None:
    """Whatever is handed in instead of the permit raises NotPermitted, and the carrier hears nothing."""
    seal = Seal()
    channel, permit = Writing(seal), seal.permit(MESSAGE, GROUNDS)
    with pytest.raises(NotPermitted):
        await channel.send(trick(permit))  # type: ignore[operator]  # a table of lambdas
    assert channel.sent == []


async def test_a_message_that_lies_about_itself_is_not_what_leaves() -> None:
    """What leaves is what the gate sealed, not what the permit shows."""
    seal = Seal()
    channel, permit = Writing(seal), seal.permit(MESSAGE, GROUNDS)
    liar = Lying("msg_1", MESSAGE.to, "buy!")
    assert repr(liar) == repr(MESSAGE)
    object.__setattr__(permit, "message", liar)
    with pytest.raises(NotPermitted):
        await channel.send(permit)
    assert channel.sent == []


async def test_a_message_changed_from_within_is_refused() -> None:
    """Frozen data can be forced; the seal sees it."""
    seal = Seal()
    message = replace(MESSAGE, body="hello")
    channel, permit = Writing(seal), seal.permit(message, GROUNDS)
    with pytest.raises(FrozenInstanceError):
        message.body = "buy!"  # type: ignore[misc]  # this is what must fail
    object.__setattr__(message, "body", "buy!")
    with pytest.raises(NotPermitted, match="not made by this gate"):
        await channel.send(permit)
    assert channel.sent == []


async def test_a_void_permit_is_void() -> None:
    """What was let lapse can never be used."""
    seal = Seal()
    channel, permit = Writing(seal), seal.permit(MESSAGE, GROUNDS)
    seal.void(permit)
    with pytest.raises(NotPermitted):
        await channel.send(permit)


async def test_two_permits_of_one_authorisation_are_one() -> None:
    """Sealed twice by mistake, it still leaves once."""
    seal = Seal()
    channel, first, second = Writing(seal), seal.permit(MESSAGE, GROUNDS), seal.permit(MESSAGE, GROUNDS)
    await channel.send(first)
    with pytest.raises(NotPermitted):
        await channel.send(second)
