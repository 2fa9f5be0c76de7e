"""When the answer of the database is lost nobody knows what was written: a retry finds out, and is safe."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from kintoun_server.domain.change import Outcome
from kintoun_server.domain.refusals import PreconditionFailed
from kintoun_server.errors import Unavailable
from kintoun_server.store import mongo_driver, motor_driver, pymongo_driver
from kintoun_server.store.driver import Driver
from tests.store.interceptor import Interceptor
from tests.store.person import Person, StartStore
from tests.store.wire import Wire, wire_to

RECORDS = "/buckets/b/collections/c/records"
PATIENCE = 30.0
MODULES: dict[str, Any] = {"pymongo": pymongo_driver, "motor": motor_driver}

# The database in memory has neither a wire nor a commit whose answer could be lost.
pytestmark = pytest.mark.parametrize("adapter", list(MODULES), indirect=True)


class Trap:
    """Does something, such as muting the wire, at the next call of a kind."""

    def __init__(self) -> None:
        self._call = ""
        self._action: Callable[[], None] = lambda: None

    def set(self, call: str, action: Callable[[], None]) -> None:
        """Set the trap."""
        self._call, self._action = call, action

    async def notice(self, call: str, _: object) -> None:
        """Spring, once."""
        if call == self._call:
            self._call = ""
            self._action()


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Motor keeps no time limit in a transaction, so ours ends it: in these tests with little grace."""
    monkeypatch.setattr(mongo_driver, "GRACE_SECONDS", 0.2)


@pytest.fixture
def wire(mongod: str) -> Iterator[Wire]:
    """A wire to the mongod that can go dead."""
    with wire_to(mongod) as laid:
        yield laid


@pytest.fixture
def trap() -> Trap:
    """A trap before the database."""
    return Trap()


@pytest.fixture
async def driver(adapter: str, database: str, wire: Wire, trap: Trap) -> AsyncIterator[Driver]:
    """The database of the test at the other end of the wire."""
    driver: Driver = MODULES[adapter].open_driver(wire.uri, database, 30.0)
    yield Interceptor(driver, trap.notice)
    await driver.close()


@pytest.fixture
async def alice(start: StartStore, driver: Driver, wire: Wire) -> AsyncIterator[Person]:
    """Someone whose server gives up a write after a second."""
    person = Person(await start(driver, write_timeout_seconds=1), "alice")
    await person.put("/buckets/b")
    await person.put("/buckets/b/collections/c")
    yield person
    wire.cut()


async def insist(write: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """Retry as clients do, until the database answers. Raises the refusal."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(Unavailable):
                return await write()


@pytest.mark.parametrize("call", ["find", "write", "commit"])
async def test_a_retry_is_safe(alice: Person, wire: Wire, trap: Trap, call: str) -> None:
    """Wherever the answer is lost, a retry with the same precondition makes the write if it was not made."""
    trap.set(call, wire.mute)
    with pytest.raises(Unavailable):
        await alice.put(f"{RECORDS}/r", {"try": 1}, if_none_match="*")
    wire.cut()
    try:
        answer: object = await insist(lambda: alice.put(f"{RECORDS}/r", {"try": 2}, if_none_match="*"))
    except PreconditionFailed as refusal:
        answer = refusal
    assert isinstance(answer, PreconditionFailed if call == "commit" else Outcome)
    (entry,) = await alice.entries(RECORDS)
    assert entry["try"] == (1 if call == "commit" else 2)
    assert await alice.total(RECORDS) == 1


async def test_a_transaction_that_was_left_behind_locks_nothing(
    alice: Person, start: StartStore, connect: Callable[[], Driver], wire: Wire, trap: Trap
) -> None:
    """When a server dies between writing and committing, others write to the same list again within seconds."""
    trap.set("commit", wire.sever)
    with pytest.raises(Unavailable):
        await alice.put(f"{RECORDS}/r", {"by": "the dead"})
    elsewhere = Person(await start(connect()), "alice")
    began = time.monotonic()
    assert (await elsewhere.put(f"{RECORDS}/r", {"by": "the living"})).created
    assert time.monotonic() - began < PATIENCE / 2
