"""Erasing everything: at one instant, beside writes, and so that nobody with a cursor believes to be up to date."""

import asyncio
import time
from collections.abc import Callable

from kintoun_server.domain.refusals import Forbidden, Refusal
from kintoun_server.store.connection import Store
from kintoun_server.store.driver import OBJECTS, PURGES, Driver, Find
from tests.store.person import Person, StartStore

RECORDS = "/buckets/b/collections/c/records"


async def left(driver: Driver) -> list[str]:
    """The URIs of all that is in the database, and the marks of what is still to be removed."""
    found = [*await driver.find(Find(OBJECTS, {}), 30.0), *await driver.find(Find(PURGES, {}), 30.0)]
    return sorted(document["_id"] for document in found)


async def test_everything_is_erased_and_counted(alice: Person, store: Store, driver: Driver) -> None:
    """Buckets, collections, groups, records and tombstones go, in the database too; what was there is told."""
    await alice.fill(RECORDS, 30)
    await alice.delete(f"{RECORDS}/r0")
    await alice.put("/buckets/b/groups/g", {"members": ["bob"]})
    for number in range(5):
        await alice.put(f"/buckets/more{number}")
    await alice.delete("/buckets/more4")
    assert await store.flush() == {"buckets": 5, "collections": 1, "groups": 1, "records": 29}
    assert await alice.entries("/buckets") == []
    await store.purge()
    assert await left(driver) == ["/"]
    assert await store.flush() == {}


async def test_a_group_gives_no_right_any_more(alice: Person, bob: Person, store: Store) -> None:
    """Its members lose in the same instant what it gave them, also where the same bucket is made again."""
    await alice.put("/buckets/b/groups/g", {"members": ["bob"]})
    await store.flush()
    assert await store.objects.principals(bob.caller) == {"bob", "system.Everyone", "system.Authenticated"}
    await alice.put("/buckets/b", permissions={"read": ["/buckets/b/groups/g"]})
    assert await bob.entries("/buckets") == []


async def test_clocks_do_not_go_back(alice: Person, store: Store) -> None:
    """What is made again is newer than any cursor from before, even if changes were dated ahead of the clock."""
    ahead = time.time_ns() // 1_000_000 + 3_600_000
    await alice.put(f"{RECORDS}/dated", last_modified=ahead)
    await alice.put("/buckets/b/groups/g", {"members": []}, last_modified=ahead + 5)
    before = {path: await alice.clock(path) for path in ("/buckets", "/buckets/b/groups", RECORDS)}
    assert max(before.values()) == ahead + 5
    await store.flush()
    assert await alice.clock("/buckets") > ahead + 5
    await alice.put("/buckets/b")
    await alice.put("/buckets/b/collections/c")
    for path, clock in before.items():
        assert await alice.clock(path) > clock, path
    created = (await alice.put(f"{RECORDS}/new")).stored.last_modified
    assert [entry["id"] for entry in await alice.entries(RECORDS, since=before[RECORDS])] == ["new"]
    assert created > before[RECORDS]


async def test_beside_writes_it_is_all_or_nothing(start: StartStore, connect: Callable[[], Driver]) -> None:
    """Writers in two processes go on meanwhile: a write is made or refused, and no object lives without its parent."""
    stores = [await start(connect()) for _ in range(2)]
    people = [Person(store, f"user{number}") for number, store in enumerate(stores * 4)]
    over = asyncio.Event()

    async def live(person: Person, number: int) -> None:
        bucket = f"/buckets/b{number}"
        while not over.is_set():
            for path in (bucket, f"{bucket}/collections/c", f"{bucket}/collections/c/records/r"):
                try:
                    await person.put(path)
                except Refusal:
                    break

    async def flush() -> None:
        try:
            for round_ in range(6):
                counts = await stores[round_ % 2].flush()
                records, collections, buckets = (counts.get(name, 0) for name in ("records", "collections", "buckets"))
                assert records <= collections <= buckets <= len(people)
        finally:
            over.set()

    await asyncio.gather(flush(), *(live(person, number) for number, person in enumerate(people)))
    await stores[0].flush()
    for person, number in zip(people, range(len(people)), strict=True):
        assert await person.entries("/buckets") == []
        try:
            assert await person.get(f"/buckets/b{number}/collections/c/records/r") is None
        except Forbidden:
            continue
    await asyncio.gather(*(store.purge() for store in stores))
    assert await left(connect()) == ["/"]
