"""Deleting what a user leaves behind: by the ordinary write path, through an index, and completed by a second call."""

from collections.abc import Callable

import pytest
from kintoun_server.domain.refusals import Forbidden
from kintoun_server.errors import Unavailable
from kintoun_server.store import user_data
from kintoun_server.store.connection import Store
from kintoun_server.store.driver import OBJECTS, Driver, Find
from tests.store.interceptor import Interceptor
from tests.store.person import Person, StartStore

RECORDS = "/buckets/b/collections/c/records"


async def naming(driver: Driver, principal: str) -> list[str]:
    """The URIs of the live objects that name a principal in their permissions."""
    found = await driver.find(Find(OBJECTS, {"audience": f"+{principal}"}), 30.0)
    return sorted(document["_id"] for document in found)


async def test_what_is_bobs_goes_and_what_is_shared_stays(
    alice: Person, bob: Person, store: Store, driver: Driver
) -> None:
    """His bucket goes with all in it; from objects of others he is taken off; his place in groups stays."""
    await bob.put("/buckets/his")
    await bob.put("/buckets/his/collections/c")
    await bob.put("/buckets/his/collections/c/records/r", permissions={"read": ["alice"]})
    await alice.put("/buckets/b/groups/g", {"members": ["bob"]}, permissions={"read": ["bob"]})
    await alice.put("/buckets/b/collections/c", permissions={"record:create": ["bob"]})
    await alice.put(f"{RECORDS}/shared", {"n": 1}, permissions={"write": ["bob"]})
    await alice.put(f"{RECORDS}/others")
    await bob.put(f"{RECORDS}/own")
    await store.delete_user_data("bob")
    await store.purge()
    assert await naming(driver, "bob") == []
    assert [entry["id"] for entry in await alice.entries("/buckets")] == ["b"]
    assert {entry["id"] for entry in await alice.entries(RECORDS)} == {"shared", "others"}
    group = await alice.get("/buckets/b/groups/g")
    assert group
    assert (group.data["members"], group.permissions) == (["bob"], {"write": ("alice",)})
    with pytest.raises(Forbidden):
        await bob.get(f"{RECORDS}/shared")


async def test_followers_are_told(alice: Person, bob: Person, store: Store) -> None:
    """Whoever follows the list sees tombstones of what went and what changed, and Bob that nothing is his any more."""
    carol = Person(store, "carol")
    await alice.put("/buckets/b/collections/c", permissions={"record:create": ["bob"]})
    await alice.put(f"{RECORDS}/shared", permissions={"write": ["bob"], "read": ["carol"]})
    await bob.put(f"{RECORDS}/own", permissions={"read": ["carol"]})
    since = await alice.clock(RECORDS)
    await store.delete_user_data("bob")
    for person, shared, own in ((alice, False, True), (carol, False, True), (bob, True, True)):
        entries = {entry["id"]: entry.get("deleted", False) for entry in await person.entries(RECORDS, since=since)}
        assert entries == {"shared": shared, "own": own}, person.caller
    stamps = [entry["last_modified"] for entry in await alice.entries(RECORDS, since=since)]
    assert len(set(stamps)) == 2
    assert await alice.clock(RECORDS) == max(stamps)


async def test_nothing_of_others_is_touched(alice: Person, store: Store) -> None:
    """Somebody whose name only begins alike, and who is named nowhere, changes no timestamp."""
    await alice.put(f"{RECORDS}/r", permissions={"read": ["bob"]})
    before = await alice.entries(RECORDS)
    await store.delete_user_data("bo")
    assert await alice.entries(RECORDS) == before


async def test_many_objects_are_changed_in_bounded_transactions(
    alice: Person, start: StartStore, connect: Callable[[], Driver], driver: Driver
) -> None:
    """However many there are, no transaction has more than a page of them."""
    sizes: list[int] = []

    async def note(call: str, asked: object) -> None:
        if call == "write" and isinstance(asked, list):
            sizes.append(len(asked))

    await alice.fill(RECORDS, 350)
    for number in range(250):
        await alice.patch(f"{RECORDS}/r{number}", permissions={"read": ["bob"]})
    store = await start(Interceptor(connect(), note))
    sizes.clear()
    await store.delete_user_data("bob")
    assert await naming(driver, "bob") == []
    assert sizes == [101, 101, 51]


async def test_a_second_call_completes_what_failed(
    alice: Person, start: StartStore, connect: Callable[[], Driver], driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the database fails on the way, what was done stays done, and the next call does the rest."""
    monkeypatch.setattr(user_data, "PAGE", 10)
    transactions = 0

    async def fail_the_second(call: str, _: object) -> None:
        nonlocal transactions
        transactions += call == "transaction"
        if call == "transaction" and transactions == 2:
            raise Unavailable("for the test")

    await alice.fill(RECORDS, 30)
    for number in range(30):
        await alice.patch(f"{RECORDS}/r{number}", permissions={"read": ["bob"]})
    store = await start(Interceptor(connect(), fail_the_second))
    transactions = 0
    with pytest.raises(Unavailable):
        await store.delete_user_data("bob")
    assert len(await naming(driver, "bob")) == 20
    await store.delete_user_data("bob")
    assert await naming(driver, "bob") == []
