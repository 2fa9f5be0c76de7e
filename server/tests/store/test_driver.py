"""The seam: what the store may rely on, whatever the adapter."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from kintoun_server.errors import Unavailable
from kintoun_server.store import mongo_driver, motor_driver, pymongo_driver
from kintoun_server.store.driver import Adjust, Document, Driver, Find, Index, Put, Remove, StoreError, Transaction
from tests.store.wire import Wire, wire_to

SECONDS = 30.0
SOON = 0.3
"""Seconds for a call that is to fail because the database does not answer."""
MODULES: dict[str, Any] = {"pymongo": pymongo_driver, "motor": motor_driver}
ALL = Find("things", {}, sort=(("_id", 1),))

on_a_server = pytest.mark.parametrize("adapter", list(MODULES), indirect=True)


async def put(driver: Driver, *documents: Document) -> None:
    """Write documents to the collection `things`."""
    await driver.write([Put("things", document) for document in documents], SECONDS)


async def content(driver: Driver) -> list[Document]:
    """All of the collection `things`."""
    return await driver.find(ALL, SECONDS)


async def ids(driver: Driver, query: Document, **more: Any) -> list[str]:  # noqa: ANN401
    """The ids of the documents of `things` that match."""
    return [document["_id"] for document in await driver.find(Find("things", query, **more), SECONDS)]


async def test_finding(driver: Driver) -> None:
    """Queries compare values, in nested fields and in lists too; order and limit are obeyed; none found is empty."""
    await put(driver, {"_id": "a", "n": 1, "l": ["x"]}, {"_id": "b", "n": 3, "o": {"p": 5}}, {"_id": "c", "n": 2})
    assert await ids(driver, {"n": {"$gt": 1}}, sort=(("n", -1),)) == ["b", "c"]
    assert await ids(driver, {}, sort=(("n", -1),), limit=2) == ["b", "c"]
    assert await ids(driver, {"o.p": 5}) == ["b"]
    assert await ids(driver, {"l": {"$in": ["x", "y"]}}) == ["a"]
    assert await ids(driver, {"$or": [{"_id": {"$in": ["a", "z"]}}, {"n": 2}]}, sort=(("_id", 1),)) == ["a", "c"]
    assert await ids(driver, {"n": 7}) == []


async def test_an_answer_is_bounded_in_bytes(driver: Driver) -> None:
    """No document follows those whose sizes together exceed the bound; the one that exceeds it is still there."""
    await put(driver, *({"_id": name, "size": 100} for name in "abcdef"))
    order: tuple[tuple[str, int], ...] = (("_id", 1),)
    assert await ids(driver, {}, sort=order, max_bytes=250) == ["a", "b", "c"]
    assert await ids(driver, {}, sort=order, max_bytes=250, limit=2) == ["a", "b"]
    assert await ids(driver, {}, sort=order, max_bytes=1) == ["a"]
    assert len(await ids(driver, {}, max_bytes=1000)) == 6


async def test_what_was_found_is_a_copy(driver: Driver) -> None:
    """To change a document that was read, or one that was written, does not change what is stored."""
    written: Document = {"_id": "a", "l": [1]}
    await put(driver, written)
    written["l"].append(2)
    (read,) = await driver.find(ALL, SECONDS)
    read["l"].append(3)
    assert await content(driver) == [{"_id": "a", "l": [1]}]


async def test_counting(driver: Driver) -> None:
    """The count is that of the documents that match, none in a collection that is not there."""
    assert await driver.count("things", {}, SECONDS) == 0
    await put(driver, {"_id": "a", "n": 1}, {"_id": "b", "n": 2}, {"_id": "c", "n": 2})
    assert await driver.count("things", {"n": 2}, SECONDS) == 2
    assert await driver.count("things", {}, SECONDS) == 3


async def test_writing_whole_documents(driver: Driver) -> None:
    """A document is there after it was put, in place of the one with its id: no field of that one is left."""
    await put(driver, {"_id": "a", "old": 1})
    await put(driver, {"_id": "a", "new": 2}, {"_id": "b"})
    assert await content(driver) == [{"_id": "a", "new": 2}, {"_id": "b"}]


async def test_adjusting_fields(driver: Driver) -> None:
    """Fields are set and counted up, nested ones too; a missing document is made only when it is asked for."""
    await put(driver, {"_id": "a", "clocks": {"x": 1, "y": 2}})
    update = {"$set": {"clocks.x": 9}, "$inc": {"commits": 1}}
    await driver.write([Adjust("things", "a", update), Adjust("things", "b", update)], SECONDS)
    assert await content(driver) == [{"_id": "a", "clocks": {"x": 9, "y": 2}, "commits": 1}]
    made = Adjust("things", "b", {"$setOnInsert": {"n": 1}}, upsert=True)
    await driver.write([made, Adjust("things", "b", {"$set": {"n": 2}}), made], SECONDS)
    assert await ids(driver, {"n": 2}) == ["b"]


async def test_removing(driver: Driver) -> None:
    """All that matches is removed, and the answer is how many those were."""
    await put(driver, *({"_id": str(number), "n": number} for number in range(5)))
    assert await driver.write([Remove("things", {"n": {"$lt": 3}}), Remove("things", {"n": 3})], SECONDS) == 4
    assert await ids(driver, {}) == ["4"]
    assert await driver.write([Remove("things", {"n": 0})], SECONDS) == 0


async def test_a_transaction(driver: Driver) -> None:
    """It reads and writes, what it wrote is there afterwards, and its answer is that of its body."""
    await put(driver, {"_id": "a", "n": 1})

    async def body(transaction: Transaction) -> int:
        (found,) = await transaction.find(ALL)
        await transaction.write([Put("things", {"_id": "a", "n": found["n"] + 1}), Put("others", {"_id": "b"})])
        return int(found["n"])

    assert await driver.transaction(body, SECONDS) == 1
    assert await content(driver) == [{"_id": "a", "n": 2}]
    assert await driver.count("others", {}, SECONDS) == 1


async def test_no_update_is_lost(connect: Callable[[], Driver]) -> None:
    """Transactions of several processes that read and write the same document have the effect of one after another."""
    drivers = [connect(), connect()]
    await put(drivers[0], {"_id": "a", "n": 0})

    async def count_up(transaction: Transaction) -> None:
        (found,) = await transaction.find(ALL)
        await transaction.write([Adjust("things", "a", {"$set": {"n": found["n"] + 1}})])

    await asyncio.gather(*(drivers[number % 2].transaction(count_up, SECONDS) for number in range(20)))
    assert await content(drivers[0]) == [{"_id": "a", "n": 20}]


async def test_an_error_in_a_transaction_comes_through(driver: Driver) -> None:
    """What the body raises is what the caller gets, be it a refusal or a mistake of ours."""

    async def body(transaction: Transaction) -> None:
        await transaction.find(ALL)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await driver.transaction(body, SECONDS)


@on_a_server
async def test_a_failed_transaction_leaves_nothing(driver: Driver) -> None:
    """When the body fails nothing that it wrote is there; mongomock cannot take back, so the store writes last."""
    await put(driver, {"_id": "a", "n": 1})

    async def body(transaction: Transaction) -> None:
        await transaction.write([Put("things", {"_id": "a", "n": 2}), Put("others", {"_id": "b"})])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await driver.transaction(body, SECONDS)
    assert await content(driver) == [{"_id": "a", "n": 1}]
    assert await driver.count("others", {}, SECONDS) == 0


@on_a_server
async def test_a_transaction_sees_one_instant(connect: Callable[[], Driver]) -> None:
    """What others commit meanwhile is not seen, however often it reads; in mongomock nobody can write meanwhile."""
    own, other = connect(), connect()
    await put(own, {"_id": "a", "n": 1})

    async def body(transaction: Transaction) -> list[list[Document]]:
        first = await transaction.find(ALL)
        await put(other, {"_id": "a", "n": 2}, {"_id": "b"})
        return [first, await transaction.find(ALL)]

    assert await own.transaction(body, SECONDS) == [[{"_id": "a", "n": 1}]] * 2
    assert len(await content(own)) == 2


@on_a_server
async def test_what_is_not_committed_is_not_seen(connect: Callable[[], Driver]) -> None:
    """Others see the writes of a transaction when it is committed; mongomock has no commit."""
    own, other = connect(), connect()

    async def body(transaction: Transaction) -> list[Document]:
        await transaction.write([Put("things", {"_id": "a"})])
        return await content(other)

    assert await own.transaction(body, SECONDS) == []
    assert await content(other) == [{"_id": "a"}]


@on_a_server
async def test_a_transaction_that_meets_another_one_begins_again(connect: Callable[[], Driver]) -> None:
    """A body whose documents were written meanwhile runs once more, on the new ones; in mongomock none can meet."""
    own, other = connect(), connect()
    await put(own, {"_id": "a", "n": 1})
    seen = []

    async def body(transaction: Transaction) -> None:
        (found,) = await transaction.find(ALL)
        seen.append(found["n"])
        if len(seen) == 1:
            await put(other, {"_id": "a", "n": 10})
        await transaction.write([Put("things", {"_id": "a", "n": found["n"] + 1})])

    await own.transaction(body, SECONDS)
    assert seen == [1, 10]
    assert await content(own) == [{"_id": "a", "n": 11}]


@on_a_server
async def test_a_cancelled_transaction_holds_no_lock(connect: Callable[[], Driver]) -> None:
    """When the caller is cancelled in the middle, others write the same documents at once; mongomock has no lock."""
    own, other = connect(), connect()
    written = asyncio.Event()

    async def body(transaction: Transaction) -> None:
        await transaction.write([Put("things", {"_id": "a", "n": 1})])
        written.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(own.transaction(body, SECONDS))
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await put(other, {"_id": "a", "n": 2})
    assert await content(own) == [{"_id": "a", "n": 2}]


INDEXES = (
    Index("things", "pair", (("a", 1), ("b", -1)), unique=True),
    Index("things", "some", (("c", 1),), sparse=True),
    Index("tokens", "expires", (("expires", 1),), expire_after=0),
)


async def test_indexes_are_made_once(driver: Driver) -> None:
    """To ask for indexes that are there does no harm; in memory those that only speed things up are left out."""
    await driver.ensure_indexes(INDEXES)
    await driver.ensure_indexes(INDEXES)
    assert await driver.index_names("things") >= {"pair"}


@on_a_server
async def test_all_indexes_are_made(driver: Driver) -> None:
    """Every index is there by its name; the database in memory needs none of them but the unique one."""
    await driver.ensure_indexes(INDEXES)
    assert await driver.index_names("things") == {"_id_", "pair", "some"}
    assert await driver.index_names("tokens") == {"_id_", "expires"}


@on_a_server
async def test_a_unique_index_keeps_pairs_apart(driver: Driver) -> None:
    """Two documents with the same values are refused as a fault that a retry may mend; in mongomock none can race."""
    await driver.ensure_indexes(INDEXES)
    await put(driver, {"_id": "x", "a": 1, "b": 1}, {"_id": "y", "a": 1, "b": 2})
    twin = [Put("things", {"_id": "z", "a": 1, "b": 1})]

    async def body(transaction: Transaction) -> None:
        await transaction.write(twin)

    with pytest.raises(Unavailable):
        await driver.write(twin, SECONDS)
    with pytest.raises(Unavailable):
        await driver.transaction(body, SECONDS)
    assert await ids(driver, {}, sort=(("_id", 1),)) == ["x", "y"]


async def test_what_the_database_says_of_itself(driver: Driver, adapter: str) -> None:
    """Its version, and whether it is a replica set or ends with the process."""
    info = await driver.info(SECONDS)
    assert info.version
    assert info.ephemeral is (adapter == "mongomock")
    assert (info.replica_set, info.sharded) == (None if info.ephemeral else "rs0", False)


async def test_explaining(driver: Driver, adapter: str) -> None:
    """A server tells its plan for a query; the database in memory has none and says so."""
    await put(driver, {"_id": "a"})
    find = Find("things", {"_id": {"$in": ["a"]}}, sort=(("_id", -1),), limit=3)
    if adapter == "mongomock":
        with pytest.raises(StoreError):
            await driver.explain(find)
    else:
        assert (await driver.explain(find))["executionStats"]["nReturned"] == 1


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
async def over_wire(adapter: str, database: str, wire: Wire) -> AsyncIterator[Driver]:
    """The database of the test at the other end of a wire."""
    driver: Driver = MODULES[adapter].open_driver(wire.uri, database, SECONDS)
    yield driver
    await driver.close()


async def nothing(transaction: Transaction) -> None:
    """A transaction that reads."""
    await transaction.find(ALL)


CALLS: dict[str, Callable[[Driver], Awaitable[object]]] = {
    "find": lambda driver: driver.find(ALL, SOON),
    "count": lambda driver: driver.count("things", {}, SOON),
    "write": lambda driver: driver.write([Put("things", {"_id": "a"})], SOON),
    "transaction": lambda driver: driver.transaction(nothing, SOON),
    "info": lambda driver: driver.info(SOON),
}


@on_a_server
@pytest.mark.parametrize("call", CALLS)
async def test_a_silent_database_is_unavailable_in_time(over_wire: Driver, wire: Wire, call: str) -> None:
    """A call whose answer does not come ends soon after its time limit, and the next one works again."""
    await over_wire.info(SECONDS)
    wire.mute()
    began = time.monotonic()
    with pytest.raises(Unavailable):
        await CALLS[call](over_wire)
    assert time.monotonic() - began < SECONDS / 2
    wire.cut()
    assert (await over_wire.info(SECONDS)).version


@on_a_server
@pytest.mark.parametrize("call", ["find", "transaction"])
async def test_an_absent_database_is_unavailable_in_time(adapter: str, database: str, call: str) -> None:
    """Where nothing listens a call ends soon after its time limit."""
    driver: Driver = MODULES[adapter].open_driver("mongodb://%2Fnobody%2Flistens.sock/", database, SECONDS)
    began = time.monotonic()
    try:
        with pytest.raises(Unavailable) as caught:
            await CALLS[call](driver)
    finally:
        await driver.close()
    assert time.monotonic() - began < SECONDS / 2
    assert str(caught.value), "the log says what is wrong"


@on_a_server
async def test_a_broken_connection_is_ridden_out(over_wire: Driver, wire: Wire) -> None:
    """Reads and writes after the connections broke are made on new ones, without an error."""
    await put(over_wire, {"_id": "a"})
    wire.cut()
    assert await content(over_wire) == [{"_id": "a"}]
    wire.cut()
    await put(over_wire, {"_id": "b"})
    assert await over_wire.count("things", {}, SECONDS) == 2


@on_a_server
async def test_a_transaction_outlives_a_broken_connection(over_wire: Driver, wire: Wire) -> None:
    """When the connections break in its middle it goes on or begins again, and takes effect once."""
    await put(over_wire, {"_id": "a", "n": 0})
    runs = []

    async def body(transaction: Transaction) -> None:
        (found,) = await transaction.find(ALL)
        runs.append(found["n"])
        if len(runs) == 1:
            wire.cut()
        await transaction.write([Put("things", {"_id": "a", "n": found["n"] + 1})])

    await over_wire.transaction(body, SECONDS)
    assert set(runs) == {0}
    assert await content(over_wire) == [{"_id": "a", "n": 1}]
