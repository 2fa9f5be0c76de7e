"""chained: of several writers who race with one ETag exactly one wins, and the others learn what it wrote."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from e2e.clients import Writer
from e2e.history import History, Write
from e2e.promises import PROMISES
from e2e.servers import Server, servers

_WRITERS = 8
_ROUNDS = 100


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.difference("one-winner")
async def test_exactly_one_of_eight_wins_each_of_a_hundred_races(
    tmp_path: Path, processes: int, figure: Callable[[object], None]
) -> None:
    """Eight writers send the same If-Match: one is accepted, seven get 412 with the winner's record, 100 times over."""
    async with servers(tmp_path, processes) as running:
        history = await race(running)
    figure(history)
    for keeps in PROMISES:
        keeps(history)


async def race(running: Sequence[Server], rounds: int = _ROUNDS) -> History:
    """Run the races; AssertionError after the first that has not exactly one winner."""
    history = History()
    async with AsyncExitStack() as stack:
        writers = [await stack.enter_async_context(Writer(f"w{n}", running, history, [])) for n in range(_WRITERS)]
        await writers[0].prepare()
        current = (await writers[0].write("PUT", "prize", create_only=True)).timestamp
        for index in range(rounds):
            method = ("PUT", "PATCH")[index % 2]
            tries = [writer.write(method, "prize", if_match=current) for writer in writers]
            winner = _winner(await asyncio.gather(*tries), history)
            current = winner.timestamp
        history.final = await writers[0].final()
    return history


def _winner(writes: list[Write], history: History) -> Write:
    """Return the one accepted write; the answers to the others must show its record ("protocol section 14.4")."""
    assert sorted(str(write.status) for write in writes) == ["200"] + ["412"] * (_WRITERS - 1), "\n".join(
        map(str, writes)
    )
    (winner,) = (write for write in writes if write.status == 200)
    for read in history.reads[1 - _WRITERS :]:
        assert read.version is not None, read
        assert winner.made(read.version), f"{read}\n{winner}"
    return winner
