"""Tests talk to this machine alone."""

from __future__ import annotations

import asyncio
import socket

import pytest
from pytest_socket import SocketConnectBlockedError

# pytest-socket says it twice: as a warning, then as the error.
pytestmark = pytest.mark.filterwarnings("ignore:A test tried to use")


def test_no_test_can_reach_another_machine() -> None:
    """The address is of the range for documentation (RFC 5737), where nobody listens."""
    with socket.socket() as outside, pytest.raises(SocketConnectBlockedError):
        outside.connect(("192.0.2.1", 80))


async def test_nor_can_asyncio() -> None:
    with pytest.raises(SocketConnectBlockedError):
        await asyncio.open_connection("192.0.2.1", 80)


def test_servers_on_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
