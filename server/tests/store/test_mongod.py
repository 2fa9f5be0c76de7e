"""The private mongod: how it starts, what it keeps to itself, and how it comes back."""

import asyncio
import fcntl
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from kintoun_server.embedded.data_folder import DataFolder
from kintoun_server.embedded.mongod import DATABASE, EmbeddedMongod, MongodError
from kintoun_server.start_error import StartError
from pymongo import AsyncMongoClient

Until = Callable[[Callable[[], object], str], object]

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, as only Linux has it")


@asynccontextmanager
async def running(binary: Path, data: Path) -> AsyncIterator[tuple[EmbeddedMongod, str]]:
    """A mongod on a data folder, and its URI."""
    with DataFolder.open(data) as folder:
        mongod = EmbeddedMongod(binary, folder)
        try:
            yield mongod, await mongod.start()
        finally:
            await mongod.stop()


async def count_after_insert(uri: str) -> int:
    """Write a document in a transaction, to a majority and to the journal, and count all that are there."""
    async with AsyncMongoClient[dict[str, Any]](uri, w="majority") as client, client.start_session() as session:
        documents = client["tests"]["documents"]
        async with await session.start_transaction():
            await documents.insert_one({}, session=session)
        return await documents.count_documents({})


async def test_it_takes_transactions_and_keeps_what_they_wrote(mongod_binary: Path, tmp_path: Path) -> None:
    """It is a replica set from its first start on, and has its data at the second one."""
    for number in (1, 2):
        async with running(mongod_binary, tmp_path) as (_, uri):
            assert await count_after_insert(uri) == number


async def test_it_leaves_nothing_behind(mongod_binary: Path, tmp_path: Path, gone: Callable[[int], bool]) -> None:
    """After `stop` the process is gone, and its socket too."""
    async with running(mongod_binary, tmp_path) as (mongod, _):
        process = mongod.process_id
        assert process
    assert gone(process)
    assert mongod.process_id is None
    assert set(os.listdir(tmp_path)) == {DATABASE, "kintoun.lock", "mongod.log"}  # noqa: PTH208 - sync, and short


async def test_its_files_are_private(mongod_binary: Path, tmp_path: Path) -> None:
    """Every folder has mode 700 and every file 600; the socket, which only its owner may use, has 700."""
    data = tmp_path / "data"
    async with running(mongod_binary, data):
        modes = {path: path.lstat().st_mode for path in (data, *data.rglob("*"))}
    wide = {path: oct(mode) for path, mode in modes.items() if stat.S_IMODE(mode) & 0o077}
    assert not wide


def sockets(process: int) -> tuple[list[str], set[str]]:
    """The TCP sockets and the Unix sockets with a name of a process: local addresses, and paths."""
    links = [str(link.readlink()) for link in Path(f"/proc/{process}/fd").iterdir() if link.is_symlink()]
    own = {found[1] for link in links if (found := re.fullmatch(r"socket:\[(\d+)\]", link))}
    tables = {name: Path("/proc/net", name).read_text().splitlines() for name in ("tcp", "tcp6", "unix")}
    tcp = [line.split() for name in ("tcp", "tcp6") for line in tables[name]]
    unix = [line.split() for line in tables["unix"]]
    return [row[1] for row in tcp if row[9] in own], {row[7] for row in unix if row[6] in own and len(row) > 7}


@LINUX
async def test_it_listens_on_its_socket_only(mongod_binary: Path, tmp_path: Path) -> None:
    """No TCP port, and no other socket, such as the one that mongod puts among the temporary files by default."""
    async with running(mongod_binary, tmp_path) as (mongod, _):
        assert mongod.process_id
        assert sockets(mongod.process_id) == ([], {"./mongod.sock"})


async def test_it_comes_back_when_it_is_killed(
    mongod_binary: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, until: Until
) -> None:
    """It is started again at once, under the same URI, with all that was acknowledged, and the log tells it."""
    async with running(mongod_binary, tmp_path) as (mongod, uri):
        for number in range(1, 4):
            assert await count_after_insert(uri) == number
            killed = mongod.process_id
            assert killed
            os.kill(killed, signal.SIGKILL)
            await asyncio.to_thread(until, lambda: caplog.text.count("takes writes again") == number, "another mongod")  # noqa: B023
        assert await count_after_insert(uri) == 4
    assert len(re.findall("ended: it was killed", caplog.text)) == 3


async def test_it_starts_after_its_folder_was_moved(mongod_binary: Path, tmp_path: Path) -> None:
    """Nothing in the folder, the address in the replica set included, knows where it lies."""
    async with running(mongod_binary, tmp_path / "here") as (_, uri):
        assert await count_after_insert(uri) == 1
    (tmp_path / "here").rename(tmp_path / "there")
    async with running(mongod_binary, tmp_path / "there") as (_, uri):
        assert await count_after_insert(uri) == 2


async def test_its_folder_may_lie_deep(mongod_binary: Path, tmp_path: Path) -> None:
    """A path that is longer than the kernel allows for a socket is no obstacle, nor are odd characters in it."""
    async with running(mongod_binary, tmp_path / "ü b" / ("x" * 150)) as (_, uri):
        assert await count_after_insert(uri) == 1


@pytest.fixture
async def left_over(
    mongod_binary: Path, tmp_path: Path, mongod_of: Callable[[Path], int]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A mongod on the data folder `tmp_path`, as a server that is killed leaves it where the kernel does not end it."""
    with DataFolder.open(tmp_path) as folder:
        options = ["--dbpath", str(folder.subfolder(DATABASE)), "--bind_ip", "./left.sock", "--nounixsocket"]
    process = await asyncio.create_subprocess_exec(mongod_binary, *options, cwd=tmp_path, stdout=subprocess.DEVNULL)
    assert await asyncio.to_thread(mongod_of, tmp_path) == process.pid
    yield process
    if process.returncode is None:
        process.kill()
        await process.wait()


async def test_one_that_was_left_over_is_ended(
    left_over: asyncio.subprocess.Process, mongod_binary: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The next start asks it to end, waits for that, and then has the database for itself."""
    async with running(mongod_binary, tmp_path) as (mongod, _):
        assert mongod.process_id != left_over.pid
    assert await left_over.wait() == 0
    assert f"mongod (process {left_over.pid}) behind: it gets SIGTERM" in caplog.text


async def test_one_that_was_left_over_and_does_not_react_is_killed(
    left_over: asyncio.subprocess.Process, mongod_binary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It cannot keep the next server from starting."""
    monkeypatch.setattr("kintoun_server.embedded.left_over.STEPS", ((signal.SIGTERM, 0.1), (signal.SIGKILL, 60.0)))
    left_over.send_signal(signal.SIGSTOP)
    async with running(mongod_binary, tmp_path) as (mongod, _):
        assert mongod.process_id != left_over.pid
    assert await left_over.wait() == -signal.SIGKILL


async def test_a_process_that_is_none_of_ours_is_left_alone(
    mongod_binary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever else holds the database, under whatever process id the file tells, is told and not ended."""
    monkeypatch.setattr("kintoun_server.embedded.left_over.STEPS", ((None, 0.1), (signal.SIGTERM, 0.1)))
    with DataFolder.open(tmp_path) as folder:
        lock = folder.subfolder(DATABASE) / "mongod.lock"
    lock.write_text(f"{os.getpid()}\n")
    with lock.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(StartError, match=rf" in use by process {os.getpid()}, which is no mongod of ours\.$"):
            async with running(mongod_binary, tmp_path):
                pass


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo mongod: error while loading shared libraries: libssl.so.3 >&2; exit 127", "libssl.so.3"),
        ("exit 3", "exit status 3"),
        ("kill -ILL $$", "AVX"),
    ],
)
async def test_a_mongod_that_cannot_run_is_told_with_its_reason(tmp_path: Path, script: str, reason: str) -> None:
    """What keeps the program itself from running is in the one line, with the log in which there may be more."""
    binary = tmp_path / "mongod"
    binary.write_text(f"#!/bin/sh\n{script}\n")
    binary.chmod(0o700)
    with pytest.raises(MongodError) as raised:
        async with running(binary, tmp_path / "data"):
            pass
    assert str(raised.value).startswith(f"mongod ({binary}) ended: ")
    assert reason in str(raised.value)
    assert str(raised.value).endswith(f"(see {tmp_path / 'data' / 'mongod.log'}).")


async def test_a_mongod_that_may_not_be_run_is_told(tmp_path: Path) -> None:
    """So is a file without its run bit, which a setting may name."""
    (tmp_path / "mongod").touch(0o600)
    with pytest.raises(MongodError, match="ermission denied"):
        async with running(tmp_path / "mongod", tmp_path / "data"):
            pass


async def test_data_that_cannot_be_read_are_told(mongod_binary: Path, tmp_path: Path) -> None:
    """Damaged files are one line, and nothing is left running."""
    async with running(mongod_binary, tmp_path):
        pass
    (tmp_path / DATABASE / "WiredTiger.turtle").write_bytes(b"damaged")
    with pytest.raises(MongodError, match=r"^mongod \(.*\) ended: .* \(see .*/mongod\.log\)\.$"):
        async with running(mongod_binary, tmp_path):
            pass


async def test_it_is_tried_again_and_again(
    mongod_binary: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, until: Until
) -> None:
    """When it cannot come back, for now, that is told, and it comes back when it can."""
    turtle = tmp_path / DATABASE / "WiredTiger.turtle"
    async with running(mongod_binary, tmp_path) as (mongod, uri):
        assert await count_after_insert(uri) == 1
        process = mongod.process_id
        assert process
        os.kill(process, signal.SIGSTOP)
        kept = turtle.read_bytes()
        turtle.write_bytes(b"damaged")
        os.kill(process, signal.SIGKILL)
        await asyncio.to_thread(until, lambda: "It is tried again in" in caplog.text, "an attempt in vain")
        turtle.write_bytes(kept)
        await asyncio.to_thread(until, lambda: "takes writes again" in caplog.text, "another mongod")
        assert await count_after_insert(uri) == 2
