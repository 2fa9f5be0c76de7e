"""A change that meets a fault of ours fails alone, whoever else writes at the same time."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from kintoun_server.domain.patch import Patched, Target
from kintoun_server.store.driver import Driver
from tests.store.interceptor import Interceptor
from tests.store.person import Person, StartStore

RECORDS = "/buckets/b/collections/c/records"


class Faulty:
    """A patch with a mistake in it, as a rule of ours could have."""

    sent: Mapping[str, Any] = {}
    touched = None

    def apply(self, target: Target) -> Patched:
        """Fail as nobody expects."""
        raise ZeroDivisionError(target.stored.id)


async def test_others_are_written(start: StartStore, connect: Callable[[], Driver]) -> None:
    """What was gathered into one transaction with a faulty change is written without it."""
    opened = asyncio.Event()
    opened.set()

    async def notice(call: str, _: object) -> None:
        if call == "transaction":
            await opened.wait()

    alice = Person(await start(Interceptor(connect(), notice)), "alice")
    for path in ("/buckets/b", "/buckets/b/collections/c", f"{RECORDS}/bad"):
        await alice.put(path)
    opened.clear()
    writes: list[Any] = [alice.put(f"{RECORDS}/r{number}") for number in range(5)]
    writes.insert(3, alice.patch(f"{RECORDS}/bad", patch=Faulty()))
    begun = [asyncio.ensure_future(write) for write in writes]
    await asyncio.sleep(0)  # all of them are in the queue before the first transaction begins
    opened.set()
    answers = await asyncio.gather(*begun, return_exceptions=True)
    assert [isinstance(answer, BaseException) for answer in answers] == [False, False, False, True, False, False]
    assert isinstance(answers[3], ZeroDivisionError)
    assert [entry["id"] for entry in await alice.entries(RECORDS)] == ["r4", "r3", "r2", "r1", "r0", "bad"]
