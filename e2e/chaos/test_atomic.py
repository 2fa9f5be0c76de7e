"""atomic: followers of a collection see all of what a batch changes in it, or nothing."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from e2e.clients import Batcher, Reader, Writer
from e2e.history import History, Outcome
from e2e.promises import PROMISES
from e2e.servers import Server, servers

_BATCHERS = 4
_BATCHES = 25


@pytest.mark.parametrize("processes", [1, 2])
async def test_no_follower_ever_sees_a_part_of_a_batch(
    tmp_path: Path, processes: int, figure: Callable[[object], None]
) -> None:
    """Batches of creations, changes and deletions become visible at once, beside each other and single writes."""
    async with servers(tmp_path, processes) as running:
        history = await follow(running)
    figure(history)
    batches = {write.batch for write in history.accepted() if write.batch}
    assert len(batches) == _BATCHERS * _BATCHES
    assert all(write.outcome is not Outcome.UNKNOWN for write in history.writes), "nothing failed, all must be answered"
    for keeps in PROMISES:
        keeps(history)


async def follow(running: Sequence[Server]) -> History:
    """Let four clients send batches and two single writes, on the same records, while three readers follow."""
    history, pool, end = History(), list[str](), asyncio.Event()
    async with AsyncExitStack() as stack:
        batchers = [await stack.enter_async_context(Batcher(f"b{n}", running, history, pool)) for n in range(_BATCHERS)]
        writers = [await stack.enter_async_context(Writer(f"w{n}", running, history, pool)) for n in range(2)]
        readers = [
            await stack.enter_async_context(Reader(f"r{n}", running, history, limit=limit))
            for n, limit in enumerate((None, None, 10))
        ]
        await writers[0].prepare()
        async with asyncio.TaskGroup() as group:
            for reader in readers:
                group.create_task(reader.follow(end))
            await asyncio.gather(*map(_send, batchers), *map(_write, writers))
            end.set()
        history.final = await writers[0].final()
    return history


async def _send(batcher: Batcher) -> None:
    for _ in range(_BATCHES):
        await batcher.batch(25)


async def _write(writer: Writer) -> None:
    for _ in range(_BATCHES):
        await writer.step()
