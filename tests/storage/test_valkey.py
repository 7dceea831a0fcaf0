"""Our own Valkey: private, durable, never left behind, never two on one folder."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis.exceptions import RedisError

from storage.child import command_line
from storage.errors import ValkeyFailed
from storage.redis import open_redis
from storage.valkey import LONGEST_SOCKET_PATH, EmbeddedValkey, find_binary
from tests.waiting import PATIENT, until

OWNER = """
import asyncio, sys
from pathlib import Path
from storage.valkey import EmbeddedValkey

async def own():
    server = EmbeddedValkey(Path(sys.argv[1]))
    await server.start()
    print(server.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(own())
"""


async def ping(url: str) -> bool:
    """Over a connection of its own."""
    async with open_redis(url, PATIENT) as client:
        return bool(await client.ping())


async def put(url: str) -> None:
    """Something to remember, on disk when this returns; without asking it is within a second."""
    async with open_redis(url, PATIENT) as client:
        await client.set("kept", "yes")
        await client.waitaof(1, 0, 200)


async def kept(url: str) -> bool:
    """Whether it is remembered."""
    async with open_redis(url, PATIENT) as client:
        return bool(await client.get("kept") == b"yes")


@contextmanager
def begun(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is not tied to us, killed at the end."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


async def setting(url: str, name: str) -> object:
    """One setting of the running server."""
    async with open_redis(url, PATIENT) as client:
        return (await client.config_get(name))[name]


def written(path: Path) -> str:
    """What the file says so far: a server opens it first and writes its number then."""
    return path.read_text() if path.exists() else ""


def mode(path: Path) -> int:
    """The permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


async def test_only_we_can_reach_it(valkey: EmbeddedValkey) -> None:
    """No network port; the folder, the socket and the files are the owner's alone."""
    assert await setting(valkey.url, "port") == "0"
    assert mode(valkey.folder) == 0o700
    assert mode(valkey.folder / "valkey.sock") == 0o600
    assert mode(valkey.folder / "appendonlydir") == 0o700


async def test_it_refuses_rather_than_forgets(valkey: EmbeddedValkey) -> None:
    """Evicting a bucket would look like a full one."""
    assert await setting(valkey.url, "maxmemory") == str(256 * 1024 * 1024)
    assert await setting(valkey.url, "maxmemory-policy") == "noeviction"


async def test_a_crash_loses_at_most_a_second(valkey: EmbeddedValkey) -> None:
    assert await setting(valkey.url, "appendonly") == "yes"
    assert await setting(valkey.url, "appendfsync") == "everysec"


async def test_it_remembers_over_an_orderly_restart(tmp_path: Path) -> None:
    async with EmbeddedValkey(tmp_path) as url:
        await put(url)
    async with EmbeddedValkey(tmp_path) as url:
        assert await kept(url)


async def test_stopping_leaves_no_process_and_no_socket(valkey: EmbeddedValkey) -> None:
    pid = valkey.pid
    assert pid is not None
    await valkey.stop()
    assert command_line(pid) is None
    assert not (valkey.folder / "valkey.sock").exists()


async def test_a_long_path_gets_a_short_private_socket(tmp_path: Path) -> None:
    """Sockets allow about a hundred bytes of path."""
    async with EmbeddedValkey(tmp_path / ("long" * 30) / "data") as url:
        socket = Path(url.removeprefix("unix://"))
        assert len(os.fsencode(socket)) <= LONGEST_SOCKET_PATH
        assert mode(socket.parent) == 0o700
        assert await ping(url)
    assert not socket.parent.exists()


async def test_a_path_with_a_space_and_chinese_works(tmp_path: Path) -> None:
    async with EmbeddedValkey(tmp_path / "书 店") as url:
        assert await ping(url)


async def test_a_second_owner_of_a_folder_is_refused(valkey: EmbeddedValkey) -> None:
    pid = valkey.pid
    with pytest.raises(ValkeyFailed, match=r"another askfirst runs on this data folder"):
        await EmbeddedValkey(valkey.folder.parent).start()
    assert await ping(valkey.url)
    assert valkey.pid == pid


async def test_it_dies_with_its_killed_owner(tmp_path: Path) -> None:
    """SIGKILL gives the owner no chance to stop it; the next start finds a clean field and its data."""
    with begun([sys.executable, "-c", OWNER, str(tmp_path)]) as owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        assert command_line(pid) is not None
        owner.kill()
    await until(lambda: command_line(pid) is None)
    async with EmbeddedValkey(tmp_path) as url:
        assert await ping(url)


@pytest.mark.parametrize("stopped", [False, True])
async def test_an_orphan_of_this_folder_is_stopped_first(tmp_path: Path, stopped: bool) -> None:
    """As where nothing tells a child of its parent's death; also one that is suspended."""
    server = EmbeddedValkey(tmp_path)
    url = await server.start()
    await put(url)
    command = (command_line(server.pid or 0) or "").split()
    await server.stop()
    command[command.index("--save") + 1 : command.index("--save") + 1] = [""]
    with begun(command) as orphan:
        await until(lambda: written(server.folder / "pid") == f"{orphan.pid}\n")
        if stopped:
            orphan.send_signal(signal.SIGSTOP)
        async with EmbeddedValkey(tmp_path) as url:
            assert orphan.wait(10) == 0, "it ended in order"
            assert await kept(url)


async def test_a_foreign_process_with_the_old_number_is_left_alone(tmp_path: Path) -> None:
    """Numbers of processes come round again."""
    folder = tmp_path / "valkey"
    folder.mkdir()
    with begun([sys.executable, "-c", "input()"]) as other:
        (folder / "pid").write_text(str(other.pid))
        async with EmbeddedValkey(tmp_path) as url:
            assert await ping(url)
            assert other.poll() is None


async def test_the_server_of_another_folder_with_the_old_number_is_left_alone(
    tmp_path: Path, valkey: EmbeddedValkey
) -> None:
    folder = tmp_path / "ours" / "valkey"
    folder.mkdir(parents=True)
    (folder / "pid").write_text(str(valkey.pid))
    async with EmbeddedValkey(tmp_path / "ours"):
        assert await ping(valkey.url)


async def test_a_killed_server_comes_back_with_its_data(valkey: EmbeddedValkey) -> None:
    await put(valkey.url)
    pid = valkey.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await until(lambda: valkey.pid not in (None, pid))
    await until(lambda: answers_again(valkey.url))
    assert await kept(valkey.url)


async def answers_again(url: str) -> bool:
    """Whether the server takes commands."""
    try:
        return await ping(url)
    except RedisError:
        return False


async def test_a_start_that_fails_says_why_and_what_to_do(tmp_path: Path) -> None:
    async with EmbeddedValkey(tmp_path) as url:
        await put(url)
    for part in (tmp_path / "valkey" / "appendonlydir").glob("*.incr.aof"):
        part.write_bytes(b"*3\r\n$3\r\nnot what was written" * 9)
    with pytest.raises(ValkeyFailed, match=r"(?s)Bad file format.*--redis URL"):
        await EmbeddedValkey(tmp_path).start()


async def test_a_failed_start_leaves_the_folder_free(tmp_path: Path) -> None:
    with pytest.raises(ValkeyFailed, match=r"nowhere"):
        await EmbeddedValkey(tmp_path, binary=Path("/nowhere/valkey-server")).start()
    async with EmbeddedValkey(tmp_path) as url:
        assert await ping(url)


def test_a_missing_wheel_is_named() -> None:
    with pytest.raises(ValkeyFailed, match=r"valkeylight is not installed"):
        find_binary("valkeylight")
