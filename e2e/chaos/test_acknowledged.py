"""acknowledged: nothing that was answered with 2xx is lost, whatever is killed with SIGKILL under load."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from e2e.clients import Reader, Writer
from e2e.history import History
from e2e.mongod import Mongod
from e2e.program import wait_until
from e2e.promises import PROMISES
from e2e.servers import Server, servers, servers_on_mongod

_WRITERS = 16
_RESTART_SECONDS = 5.0

_Fault = Callable[[Server, History], Awaitable[None]]
_Figure = Callable[[object], None]


@pytest.mark.parametrize("processes", [1, 2])
async def test_nothing_acknowledged_is_lost_when_the_server_is_killed_twenty_times(
    tmp_path: Path, processes: int, figure: _Figure
) -> None:
    """SIGKILL to a server and its embedded mongod, or to one of two whose mongod lives on: all promises are kept."""
    async with servers(tmp_path, processes) as running:
        history, seconds = await endure(running, 20, kill_server)
    _judge(history, seconds, figure)
    assert max(seconds) < _RESTART_SECONDS


async def test_nothing_acknowledged_is_lost_when_the_mongod_is_killed_five_times(
    tmp_path: Path, figure: _Figure
) -> None:
    """SIGKILL to the embedded mongod: the server starts another one at once, and all promises are kept."""
    async with servers(tmp_path, 1) as running:
        history, seconds = await endure(running, 5, kill_embedded_mongod)
    _judge(history, seconds, figure)
    assert max(seconds) < _RESTART_SECONDS


@pytest.mark.parametrize("how", ["killed", "frozen"])
async def test_nothing_acknowledged_is_lost_while_the_database_is_away(
    tmp_path: Path, how: str, figure: _Figure
) -> None:
    """A mongod that is away, or hangs, until 503 is answered: once it is back all goes on, all promises are kept."""
    limits = {"read_timeout_seconds": 1, "write_timeout_seconds": 1}
    async with servers_on_mongod(tmp_path, 2, **limits) as (running, mongod):
        fault = _until_refused(mongod, how)
        history, seconds = await endure(running, 2, fault)
    _judge(history, seconds, figure)


def _judge(history: History, seconds: list[float], figure: _Figure) -> None:
    figure(history)
    figure("seconds from the fault to the next accepted write: " + " ".join(f"{second:.2f}" for second in seconds))
    for keeps in PROMISES:
        keeps(history)


async def kill_server(server: Server, _: History) -> None:
    """Kill the server and start it again, on another port."""
    await server.kill()
    await server.start()


async def kill_embedded_mongod(server: Server, _: History) -> None:
    """Kill the server's mongod and wait until there is another one."""
    victim = server.mongod_pid()
    assert victim is not None
    os.kill(victim, signal.SIGKILL)

    async def replaced() -> bool:
        return server.mongod_pid() not in {None, victim}

    await wait_until(replaced, "the server starts another mongod")


def _until_refused(mongod: Mongod, how: str) -> _Fault:
    """Make the fault that takes the mongod away until 16 requests have been answered with 503."""

    async def away(_: Server, history: History) -> None:
        before = len(history.answers)

        async def refused() -> bool:
            return sum(answer.status == 503 for answer in history.answers[before:]) >= _WRITERS

        if how == "killed":
            await mongod.kill()
            await wait_until(refused, "503 is answered")
            await mongod.start()
        else:
            mongod.send(signal.SIGSTOP)
            await wait_until(refused, "503 is answered")
            mongod.send(signal.SIGCONT)

    return away


async def endure(running: Sequence[Server], times: int, fault: _Fault) -> tuple[History, list[float]]:
    """Let the fault happen so many times under full load: the history, and the seconds that each fault lasted."""
    history, pool, end, end_of_reading = History(), list[str](), asyncio.Event(), asyncio.Event()
    async with AsyncExitStack() as stack:
        writers = [await stack.enter_async_context(Writer(f"w{n}", running, history, pool)) for n in range(_WRITERS)]
        readers = [
            await stack.enter_async_context(Reader("r0", running, history)),
            await stack.enter_async_context(Reader("r1", running, history, limit=10)),
        ]
        probes = [await stack.enter_async_context(Writer(f"p{n}", [one], history, [])) for n, one in enumerate(running)]
        await writers[0].prepare()
        async with asyncio.TaskGroup() as group:
            working = [group.create_task(_work(writer, end)) for writer in writers]
            for reader in readers:
                group.create_task(reader.follow(end_of_reading))
            victims = [(running[index % len(running)], probes[index % len(running)]) for index in range(times)]
            seconds = [await _strike(fault, server, probe, history) for server, probe in victims]
            await _load(history, 50)
            end.set()
            await asyncio.gather(*working)
            end_of_reading.set()
        history.final = await writers[0].final()
    return history, seconds


async def _strike(fault: _Fault, server: Server, probe: Writer, history: History) -> float:
    """Let the fault happen in the middle of the load; the seconds until the server accepts a write again."""
    await _load(history, probe.random.randint(20, 100))
    started = time.monotonic()
    await fault(server, history)

    async def accepted() -> bool:
        return (await probe.write("PUT", "probe")).status in {200, 201}

    await wait_until(accepted, "the server accepts a write again")
    return time.monotonic() - started


async def _work(writer: Writer, end: asyncio.Event) -> None:
    while not end.is_set():
        await writer.step()


async def _load(history: History, writes: int) -> None:
    """Wait until so many more writes have been answered: whatever comes next comes in the middle of the load."""
    enough = len(history.writes) + writes

    async def answered() -> bool:
        return len(history.writes) >= enough

    await wait_until(answered, f"{writes} more writes are answered")
