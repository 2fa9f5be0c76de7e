"""The cascade: what is below a deleted container is gone at once, however much it is, and removed later."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from kintoun_server.domain.change import Method
from kintoun_server.domain.refusals import Forbidden, ParentMissing
from kintoun_server.errors import Unavailable
from kintoun_server.store import purge
from kintoun_server.store.connection import Store
from kintoun_server.store.driver import OBJECTS, PURGES, Driver, Find, Operation, Remove
from kintoun_server.store.purge import Purger
from tests.store.interceptor import Interceptor
from tests.store.person import Person, StartStore, list_at

SECONDS = 30.0
COLLECTION = "/buckets/b/collections/c"
RECORDS = f"{COLLECTION}/records"


class Diary:
    """Keeps what is written through a driver."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []

    async def notice(self, call: str, asked: Any) -> None:  # noqa: ANN401 - as the call
        """Note what is written."""
        if call == "write":
            self.operations += asked


@pytest.fixture
def diary() -> Diary:
    """What is written through the store of the test."""
    return Diary()


@pytest.fixture
def driver(connect: Callable[[], Driver], diary: Diary) -> Driver:
    """The database of the test; all that is written is noted."""
    return Interceptor(connect(), diary.notice)


@pytest.fixture
async def store(start: StartStore, driver: Driver) -> Store:
    """A store that removes nothing by itself."""
    opened = await start(driver)
    await opened._purger.stop()
    return opened


@pytest.fixture
def purger(driver: Driver) -> Purger:
    """Removes what is left, when it is told to."""
    return Purger(driver, SECONDS)


async def left(driver: Driver) -> list[str]:
    """The ids of all documents but the root."""
    found = await driver.find(Find(OBJECTS, {}, sort=(("_id", 1),)), SECONDS)
    return [document["_id"] for document in found if document["_id"] != "/"]


@pytest.mark.parametrize("path", ["/buckets/b", COLLECTION])
async def test_a_deletion_is_small_however_much_is_below(
    alice: Person, driver: Driver, diary: Diary, adapter: str, path: str
) -> None:
    """To delete a container with thousands of records writes a handful of documents; the rest is removed later."""
    count = 200 if adapter == "mongomock" else 1500  # mongomock compares each new document with all others
    await alice.fill(RECORDS, count)
    assert await alice.total(RECORDS) == count
    diary.operations.clear()
    await alice.delete(path)
    assert len(diary.operations) <= 4
    assert await driver.count(OBJECTS, {}, SECONDS) > count
    with pytest.raises((ParentMissing, Forbidden)):
        await alice.entries(RECORDS)
    await Purger(driver, SECONDS).purge()
    assert await left(driver) == (["/buckets/b"] if path == "/buckets/b" else ["/buckets/b", COLLECTION])
    assert await driver.count(PURGES, {}, SECONDS) == 0


async def test_everything_below_a_bucket_goes(alice: Person, driver: Driver, purger: Purger) -> None:
    """Groups, collections, their records and all tombstones are gone at once, and later from the database too."""
    await alice.put("/buckets/b/groups/g", {"members": ["bob"]})
    await alice.put("/buckets/b/groups/dead")
    await alice.delete("/buckets/b/groups/dead")
    for name in ("c", "d", "e"):
        await alice.put(f"/buckets/b/collections/{name}")
        await alice.fill(f"/buckets/b/collections/{name}/records", 5)
    await alice.delete("/buckets/b/collections/d/records/r0")
    await alice.delete("/buckets/b/collections/e")
    await alice.put("/buckets/other")
    await alice.put("/buckets/other/groups/g")
    await alice.delete("/buckets/b")
    for path in ("/buckets/b", "/buckets/b/groups/g", "/buckets/b/collections/c", f"{RECORDS}/r1"):
        with pytest.raises(Forbidden):
            await alice.get(path)
    await purger.purge()
    assert await left(driver) == ["/buckets/b", "/buckets/other", "/buckets/other/groups/g"]
    assert [entry["id"] for entry in await alice.entries("/buckets", since=0)] == ["b", "other"]


@pytest.mark.parametrize("purged", [False, True])
async def test_a_container_that_is_made_again_begins_afresh(
    alice: Person, driver: Driver, purger: Purger, *, purged: bool
) -> None:
    """A new life has no objects, no tombstones, and a clock that does not go back; the old one may still be there."""
    await alice.fill(RECORDS, 5)
    await alice.delete(f"{RECORDS}/r0")
    await alice.delete("/buckets/b")
    if purged:
        await purger.purge()
    await alice.put("/buckets/b")
    assert await alice.entries("/buckets/b/collections", since=0) == []
    made = await alice.put(COLLECTION)
    assert made.created
    assert await alice.entries(RECORDS, since=0) == []
    assert await alice.total(RECORDS) == 0
    assert await alice.clock(RECORDS) >= made.stored.last_modified
    assert await alice.get(f"{RECORDS}/r1") is None
    assert (await alice.put(f"{RECORDS}/r1", {"life": 2})).created
    await purger.purge()
    assert [entry.get("life") for entry in await alice.entries(RECORDS, since=0)] == [2]
    assert await left(driver) == ["/buckets/b", COLLECTION, f"{RECORDS}/r1"]


async def test_a_collection_that_is_made_again_begins_afresh(alice: Person, driver: Driver, purger: Purger) -> None:
    """The same for a collection whose bucket lives on, several times over before anything is removed."""
    for life in range(3):
        await alice.fill(RECORDS, 4)
        await alice.put(f"{RECORDS}/only-{life}")
        await alice.delete(COLLECTION)
        assert (await alice.put(COLLECTION, {"life": life})).created
    assert await alice.entries(RECORDS, since=0) == []
    await alice.put(f"{RECORDS}/r2")
    await purger.purge()
    assert await left(driver) == ["/buckets/b", COLLECTION, f"{RECORDS}/r2"]


async def test_the_clock_of_a_new_life_goes_on(alice: Person, bob: Person) -> None:
    """A list's timestamps do not go back, whoever makes its container again, alone or in a batch with others."""
    ahead = (await alice.clock(RECORDS)) + 3_600_000
    await alice.put(f"{RECORDS}/ahead", last_modified=ahead)
    for others in ([], [bob.put("/buckets/b/collections/other")]):
        await alice.delete(COLLECTION)
        await asyncio.gather(alice.put(COLLECTION), *others, return_exceptions=True)
        assert await alice.clock(RECORDS) >= ahead
    assert (await alice.put(f"{RECORDS}/r")).stored.last_modified > ahead


async def test_a_changed_container_keeps_its_children(alice: Person, purger: Purger) -> None:
    """PUT, PATCH and POST on a container that exists are no new life."""
    await alice.fill(RECORDS, 3)
    clock = await alice.clock(RECORDS)
    await alice.put(COLLECTION, {"a": 1})
    await alice.patch(COLLECTION, {"b": 2})
    await alice.write(Method.POST, COLLECTION)
    await alice.patch("/buckets/b", {"b": 2})
    await purger.purge()
    assert (await alice.total(RECORDS), await alice.clock(RECORDS)) == (3, clock)


async def test_children_of_one_batch(alice: Person, store: Store, driver: Driver, purger: Purger) -> None:
    """A container that lives and dies within one transaction leaves nothing but its tombstone."""
    changes = [alice.asks(method, COLLECTION) for method in (Method.DELETE, Method.PUT, Method.DELETE)]
    await alice.fill(RECORDS, 3)
    await store.writer.change(list_at("/buckets/b/collections"), changes)
    await purger.purge()
    assert await left(driver) == ["/buckets/b", COLLECTION]
    assert await driver.count(PURGES, {}, SECONDS) == 0


@pytest.mark.parametrize("calls", [0, 5, 14])
async def test_an_interrupted_purge_goes_on(
    alice: Person,
    connect: Callable[[], Driver],
    purger: Purger,
    monkeypatch: pytest.MonkeyPatch,
    calls: int,
) -> None:
    """Wherever the process that removes things ends, the next one removes the rest."""
    monkeypatch.setattr(purge, "CHUNK", 2)
    for name in ("c", "d"):
        await alice.put(f"/buckets/b/collections/{name}")
        await alice.fill(f"/buckets/b/collections/{name}/records", 5)
    await alice.delete("/buckets/b")
    remaining = iter(range(calls))

    async def notice(_: str, __: object) -> None:
        if next(remaining, None) is None:
            raise Unavailable("away")

    with pytest.raises(Unavailable):
        await Purger(Interceptor(connect(), notice), SECONDS).purge()
    await purger.purge()
    assert await left(connect()) == ["/buckets/b"]
    assert await connect().count(PURGES, {}, SECONDS) == 0


async def test_several_processes_may_purge_at_once(
    alice: Person, connect: Callable[[], Driver], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two who remove the same things disturb neither each other nor what lives."""
    monkeypatch.setattr(purge, "CHUNK", 3)
    await alice.fill(RECORDS, 30)
    await alice.delete("/buckets/b")
    await alice.put("/buckets/b")
    await alice.put(COLLECTION)
    await alice.fill(RECORDS, 10)
    await asyncio.gather(*(Purger(connect(), SECONDS).purge() for _ in range(3)))
    assert await alice.total(RECORDS) == len(await alice.entries(RECORDS)) == 10
    assert len(await left(connect())) == 12


async def test_what_lives_again_is_not_removed(alice: Person, connect: Callable[[], Driver]) -> None:
    """A record that is made again while its former life is being removed stays."""
    await alice.fill(RECORDS, 3)
    await alice.delete(COLLECTION)
    again = iter([COLLECTION, f"{RECORDS}/r1"])

    async def notice(call: str, _: object) -> None:
        if call == "write":
            for path in again:
                await alice.put(path)

    await Purger(Interceptor(connect(), notice), SECONDS).purge()
    assert await alice.get(f"{RECORDS}/r1")
    assert await left(connect()) == ["/buckets/b", COLLECTION, f"{RECORDS}/r1"]


class Removal:
    """Tells when a purger that works in the background has removed all that was marked."""

    def __init__(self) -> None:
        self._removed = False
        self._looked = asyncio.Event()

    async def notice(self, call: str, asked: Any) -> None:  # noqa: ANN401 - as the call
        """Watch for the removal of a mark, and for the look for the next one."""
        if call == "write":
            self._removed |= any(isinstance(each, Remove) and each.collection == PURGES for each in asked)
        elif call == "find" and asked.collection == PURGES and self._removed:
            self._looked.set()

    async def done(self, driver: Driver) -> None:
        """Wait until a mark was removed and none is left."""
        async with asyncio.timeout(SECONDS):
            await self._looked.wait()
            self._looked.clear()
            while await driver.count(PURGES, {}, SECONDS):
                await self._looked.wait()
                self._looked.clear()


async def test_a_deletion_wakes_the_purge(start: StartStore, connect: Callable[[], Driver]) -> None:
    """A running server removes what a deletion leaves, without being told."""
    removal = Removal()
    alice = Person(await start(Interceptor(connect(), removal.notice)), "alice")
    await alice.put("/buckets/b")
    await alice.put(COLLECTION)
    await alice.put(f"{RECORDS}/r")
    await alice.delete("/buckets/b")
    await removal.done(connect())
    assert await left(connect()) == ["/buckets/b"]


async def test_a_server_begins_with_what_another_left(
    alice: Person, start: StartStore, connect: Callable[[], Driver]
) -> None:
    """What was not removed when a server ended is removed after the next start."""
    await alice.fill(RECORDS, 5)
    await alice.delete(COLLECTION)
    removal = Removal()
    await start(Interceptor(connect(), removal.notice))
    await removal.done(connect())
    assert await left(connect()) == ["/buckets/b", COLLECTION]


async def test_a_purge_stops_when_it_is_told_to(driver: Driver) -> None:
    """A server ends at once even if the cancellation is lost in a call to the database, as it can be."""
    reached = asyncio.Event()

    async def notice(_: str, __: object) -> None:
        reached.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    purger = Purger(Interceptor(driver, notice), SECONDS)
    purger.start()
    await reached.wait()
    async with asyncio.timeout(SECONDS):
        await purger.stop()


async def test_a_cursor_of_a_former_life_misses_nothing(alice: Person) -> None:
    """A recreated collection goes on where the clock of the deleted one ended, even ahead of the wall clock."""
    ahead = time.time_ns() // 1_000_000 + 3_600_000
    await alice.put(f"{COLLECTION}/records/dated", last_modified=ahead)
    cursor = await alice.clock(f"{COLLECTION}/records")
    await alice.delete(COLLECTION)
    await alice.put(COLLECTION)
    await alice.put(f"{COLLECTION}/records/new")
    assert [entry["id"] for entry in await alice.entries(f"{COLLECTION}/records", since=cursor)] == ["new"]
