"""When the answer of the database is lost nobody knows what was written: a retry finds out, and is safe."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from kintoun_server.domain.change import Outcome
from kintoun_server.domain.refusals import PreconditionFailed
from kintoun_server.errors import Unavailable
from kintoun_server.store import motor_driver, pymongo_driver
from kintoun_server.store.driver import Driver
from tests.store.interceptor import Interceptor
from tests.store.person import Person, StartStore
from tests.store.wire import Wire, wire_to

RECORDS = "/buckets/b/collections/c/records"
MODULES: dict[str, Any] = {"pymongo": pymongo_driver, "motor": motor_driver}

# The database in memory has neither a wire nor a commit whose answer could be lost.
pytestmark = pytest.mark.parametrize("adapter", list(MODULES), indirect=True)


class Trap:
    """Mutes the wire at the next call of a kind, once it is set."""

    def __init__(self, wire: Wire) -> None:
        self.call = ""
        self._wire = wire

    async def notice(self, call: str, _: object) -> None:
        """Spring."""
        if call == self.call:
            self.call = ""
            self._wire.mute()


@pytest.fixture
def wire(mongod: str) -> Iterator[Wire]:
    """A wire to the mongod that can go dead."""
    with wire_to(mongod) as laid:
        yield laid


@pytest.fixture
def trap(wire: Wire) -> Trap:
    """A trap on the wire."""
    return Trap(wire)


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


@pytest.mark.parametrize("call", ["find", "write", "commit"])
async def test_a_retry_is_safe(alice: Person, wire: Wire, trap: Trap, call: str) -> None:
    """Wherever the answer is lost, a retry with the same precondition makes the write if it was not made, and no other."""
    trap.call = call
    with pytest.raises(Unavailable):
        await alice.put(f"{RECORDS}/r", {"n": 1}, if_none_match="*")
    wire.cut()
    try:
        answer: object = await alice.put(f"{RECORDS}/r", {"n": 2}, if_none_match="*")
    except PreconditionFailed as refusal:
        answer = refusal
    assert isinstance(answer, PreconditionFailed if call == "commit" else Outcome)
    (entry,) = await alice.entries(RECORDS)
    assert entry["n"] == (1 if call == "commit" else 2)
    assert await alice.total(RECORDS) == 1
