"""ordered, gapless, reliable: readers who follow `_since` through everything that 16 writers do to one collection."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from e2e.clients import Reader, Writer
from e2e.history import History, Outcome
from e2e.promises import PROMISES
from e2e.servers import Server, servers

_WRITERS = 16
_STEPS = 100
_READERS: tuple[tuple[int | None, int], ...] = ((None, 0), (None, -1), (5, 0), (20, -1))
"""Page size, and the page whose ETag is kept (0: the first, -1: the last), of each reader."""


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.difference("nothing-missed")
async def test_every_follower_ends_with_exactly_the_records_of_the_server(
    tmp_path: Path, processes: int, figure: Callable[[object], None]
) -> None:
    """Whoever follows by `_since`, page by page and at any speed, misses nothing that 16 writers do at once."""
    async with servers(tmp_path, processes) as running:
        history = await follow(running)
    figure(history)
    assert all(write.outcome is not Outcome.UNKNOWN for write in history.writes), "nothing failed, all must be answered"
    for keeps in PROMISES:
        keeps(history)


async def follow(running: Sequence[Server], steps: int = _STEPS) -> History:
    """Let 16 writers take so many steps each while four readers follow, and a fifth who starts in the middle."""
    history, pool, end = History(), list[str](), asyncio.Event()
    async with AsyncExitStack() as stack:
        writers = [await stack.enter_async_context(Writer(f"w{n}", running, history, pool)) for n in range(_WRITERS)]
        readers = [
            await stack.enter_async_context(Reader(f"r{n}", running, history, limit=limit, keep=keep))
            for n, (limit, keep) in enumerate([*_READERS, (10, 0)])
        ]
        await writers[0].prepare()
        async with asyncio.TaskGroup() as group:
            following = [group.create_task(reader.follow(end)) for reader in readers[:-1]]
            for half in (steps // 2, steps - steps // 2):
                await asyncio.gather(*(_take(writer, half) for writer in writers))
                if len(following) < len(readers):
                    following.append(group.create_task(readers[-1].follow(end)))
            end.set()
        history.final = await writers[0].final()
    return history


async def _take(writer: Writer, steps: int) -> None:
    for _ in range(steps):
        await writer.step()
