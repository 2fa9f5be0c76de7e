"""Reading: what is found, by whom, in which order, and what followers are told of what they may no longer read."""

from collections.abc import Callable

import pytest
from kintoun_server.domain.principals import AUTHENTICATED, EVERYONE, Caller
from kintoun_server.domain.refusals import Forbidden, ParentMissing
from kintoun_server.domain.uri import ListURI
from kintoun_server.store import objects
from kintoun_server.store.connection import Store
from kintoun_server.store.driver import Driver
from tests.store.person import Person, StartStore, list_at

RECORDS = "/buckets/b/collections/c/records"
LIST = ListURI.of("record", "b", "c")
FRIENDS = "/buckets/b/groups/friends"


async def ids(person: Person, path: str = RECORDS, **bounds: int | None) -> list[str]:
    """The ids of what a person sees in a list, with a minus before those of tombstones."""
    return ["-" * ("deleted" in entry) + entry["id"] for entry in await person.entries(path, **bounds)]


async def filled(alice: Person, count: int) -> list[int]:
    """Make records r0, r1 ... and answer their timestamps."""
    return [(await alice.put(f"{RECORDS}/r{number}")).stored.last_modified for number in range(count)]


async def test_an_object_is_read_with_what_surrounds_it(alice: Person, store: Store) -> None:
    """One read answers the object, the access control lists around it, the caller's principals and the list's clock."""
    await alice.put(FRIENDS, {"members": ["alice"]})
    made = await alice.put(f"{RECORDS}/r", {"a": 1}, permissions={"read": ["bob"]})
    assert await alice.get(f"{RECORDS}/r") == made.stored
    scope, stored = await store.objects.one(LIST.object("r"), alice.caller)
    assert stored == made.stored
    assert scope.principals == {"alice", EVERYONE, AUTHENTICATED, FRIENDS}
    assert {kind: tuple(lists["write"]) for kind, lists in scope.lists.items()} == {
        "bucket": ("alice",),
        "collection": ("alice",),
    }
    assert (scope.clock, scope.count, scope.missing) == (made.stored.last_modified, 1, None)


async def test_a_deleted_object_is_read_as_its_tombstone(alice: Person, store: Store) -> None:
    """What was deleted is found as such, and what never was is not found."""
    await alice.put(f"{RECORDS}/r")
    deleted = await alice.delete(f"{RECORDS}/r")
    _, stored = await store.objects.one(LIST.object("r"), alice.caller)
    assert stored == deleted.stored
    assert (await store.objects.one(LIST.object("never"), alice.caller))[1] is None


async def test_missing_containers(alice: Person, store: Store) -> None:
    """A container that never was, or was deleted, is named as what is missing."""
    for gone in ("/buckets/gone", "/buckets/b/collections/gone"):
        await alice.put(gone)
        await alice.delete(gone)
    missing = {
        "/buckets/never/collections": ("bucket", "never"),
        "/buckets/b/collections/never/records": ("collection", "never"),
        "/buckets/never/collections/never/records": ("collection", "never"),
        "/buckets/gone/groups": ("bucket", "gone"),
        "/buckets/b/collections/gone/records": ("collection", "gone"),
        "/buckets/b/groups": None,
        "/buckets": None,
        RECORDS: None,
    }
    found = {path: (await store.objects.surroundings(list_at(path), alice.caller)).scope.missing for path in missing}
    assert found == missing


async def test_a_list_is_in_the_order_of_its_changes(alice: Person) -> None:
    """The newest change comes first, whatever was changed."""
    await filled(alice, 4)
    await alice.patch(f"{RECORDS}/r1", {"a": 1})
    await alice.put(f"{RECORDS}/past", last_modified=1000)
    assert await ids(alice) == ["r1", "r3", "r2", "r0", "past"]


async def test_pages_follow_each_other(alice: Person) -> None:
    """Each page begins where the one before ended, also when something was written in between."""
    stamps = await filled(alice, 5)
    first, more = await alice.page(RECORDS, limit=2)
    assert ([entry["id"] for entry in first], more) == (["r4", "r3"], True)
    await alice.put(f"{RECORDS}/r9")
    second, more = await alice.page(RECORDS, limit=2, position=stamps[3])
    assert ([entry["id"] for entry in second], more) == (["r2", "r1"], True)
    third, more = await alice.page(RECORDS, limit=2, position=stamps[1])
    assert ([entry["id"] for entry in third], more) == (["r0"], False)
    assert await alice.page(RECORDS, limit=6, since=0) == (await alice.entries(RECORDS), False)


async def test_a_page_is_bounded_in_bytes(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page ends when its objects are too large together, with no word lost: the next one goes on there."""
    monkeypatch.setattr(objects, "MAX_PAGE_BYTES", 5000)
    for number in range(6):
        await alice.put(f"{RECORDS}/r{number}", {"text": "x" * 2000})
    read: list[str] = []
    position, more = None, True
    while more:
        page, more = await alice.page(RECORDS, limit=100, position=position)
        assert 1 <= len(page) <= 3
        read += [entry["id"] for entry in page]
        position = page[-1]["last_modified"]
    assert read == ["r5", "r4", "r3", "r2", "r1", "r0"]


async def test_tombstones_are_shown_to_followers(alice: Person) -> None:
    """With a bound on the timestamp deleted objects belong to the list, without one they do not."""
    stamps = await filled(alice, 4)
    await alice.delete(f"{RECORDS}/r1")
    assert await ids(alice) == ["r3", "r2", "r0"]
    assert await ids(alice, since=0) == ["-r1", "r3", "r2", "r0"]
    assert await ids(alice, since=stamps[2]) == ["-r1", "r3"]
    assert await ids(alice, before=stamps[3]) == ["r2", "r0"]
    assert await ids(alice, since=stamps[0], before=stamps[3]) == ["r2"]
    assert await ids(alice, since=await alice.clock(RECORDS)) == []


async def test_a_recreated_object_has_no_tombstone(alice: Person) -> None:
    """An id that is used again stands in the list once, as what it is now."""
    await alice.put(f"{RECORDS}/r", {"life": 1})
    await alice.delete(f"{RECORDS}/r")
    await alice.put(f"{RECORDS}/r", {"life": 2})
    assert [entry.get("life") for entry in await alice.entries(RECORDS, since=0)] == [2]


async def test_partial_readers_see_what_is_theirs(alice: Person, bob: Person) -> None:
    """Without a right on the collection one sees what oneself, a group of one's own or everyone may read or write."""
    await alice.put(FRIENDS, {"members": ["bob"]})
    for number, readers in enumerate([["bob"], [], [FRIENDS], ["carol"], [EVERYONE], [AUTHENTICATED, "bob"]]):
        await alice.put(f"{RECORDS}/r{number}", permissions={"read": readers})
    await alice.put(f"{RECORDS}/w", permissions={"write": ["bob"]})
    assert await ids(bob) == ["w", "r5", "r4", "r2", "r0"]
    assert await ids(bob, limit=2) == ["w", "r5"]
    assert await bob.total(RECORDS) == 5
    assert await alice.total(RECORDS) == 7


async def test_who_may_read_nothing_sees_no_list(alice: Person, store: Store, bob: Person) -> None:
    """A list is closed to those who may read nothing in it; to others it is open even if it is empty."""
    await filled(alice, 2)
    with pytest.raises(Forbidden):
        await bob.entries(RECORDS)
    await alice.patch("/buckets/b/collections/c", {}, permissions={"record:create": ["bob"]})
    assert await bob.entries(RECORDS) == []
    with pytest.raises(Forbidden):
        await Person(store, None).entries(RECORDS)
    with pytest.raises(ParentMissing):
        await alice.entries("/buckets/b/collections/never/records")


async def test_a_reader_is_told_of_deletions(alice: Person, bob: Person) -> None:
    """Who could read a record learns by a tombstone that it is gone; who could not learns nothing."""
    await alice.put(f"{RECORDS}/mine", permissions={"read": ["bob"]})
    await alice.put(f"{RECORDS}/other", permissions={"read": ["carol"]})
    await alice.put(f"{RECORDS}/still", permissions={"read": ["bob"]})
    cursor = await alice.clock(RECORDS)
    await alice.delete(f"{RECORDS}/mine")
    await alice.delete(f"{RECORDS}/other")
    assert await ids(bob, since=cursor) == ["-mine"]
    assert await ids(bob) == ["still"]


async def test_a_reader_is_told_that_a_right_was_taken(alice: Person, bob: Person) -> None:
    """Who may no longer read a record gets a tombstone of that moment, and nothing of what happens to it later."""
    await alice.put(f"{RECORDS}/r", {"a": 1}, permissions={"read": ["bob"]})
    cursor = await alice.clock(RECORDS)
    taken = await alice.patch(f"{RECORDS}/r", {"secret": 2}, permissions={"read": []})
    tombstone = {"id": "r", "last_modified": taken.stored.last_modified, "deleted": True}
    assert await bob.entries(RECORDS, since=cursor) == [tombstone]
    await alice.patch(f"{RECORDS}/r", {"secret": 3})
    assert await bob.entries(RECORDS, since=cursor) == [tombstone]
    assert await bob.entries(RECORDS, since=taken.stored.last_modified) == []
    with pytest.raises(Forbidden):
        await bob.entries(RECORDS)
    await alice.patch(f"{RECORDS}/r", permissions={"read": ["bob"]})
    assert [entry.get("secret") for entry in await bob.entries(RECORDS, since=cursor)] == [3]


async def test_a_reader_is_told_through_a_deletion_of_the_list(alice: Person, bob: Person) -> None:
    """The deletion of many records leaves each of their readers a tombstone of each."""
    for number in range(3):
        await alice.put(f"{RECORDS}/r{number}", permissions={"read": ["bob"]})
    cursor = await alice.clock(RECORDS)
    await alice.delete_list(RECORDS)
    assert sorted(await ids(bob, since=cursor)) == ["-r0", "-r1", "-r2"]


async def test_former_members_are_told_by_the_group(alice: Person, bob: Person) -> None:
    """A tombstone for the readers in a group is shown to all who are members of it."""
    await alice.put(FRIENDS, {"members": ["bob"]})
    await alice.put(f"{RECORDS}/r", permissions={"read": [FRIENDS]})
    await alice.patch(f"{RECORDS}/r", permissions={"read": []})
    assert await ids(bob, since=0) == ["-r"]


async def test_totals(alice: Person, bob: Person) -> None:
    """Totals count live objects within the bounds, and never tombstones, whatever the page."""
    stamps = await filled(alice, 5)
    await alice.patch(f"{RECORDS}/r4", permissions={"read": ["bob"]})
    await alice.delete(f"{RECORDS}/r0")
    assert await alice.total(RECORDS) == 4
    assert await alice.total(RECORDS, limit=2, position=stamps[2]) == 4
    assert await alice.total(RECORDS, since=stamps[2]) == 2
    assert await alice.total(RECORDS, before=stamps[2]) == 1
    assert (await bob.total(RECORDS), await bob.total(RECORDS, since=0)) == (1, 1)


async def test_the_lists_of_buckets_groups_and_collections(alice: Person, bob: Person) -> None:
    """All four kinds are listed alike: by a right on the container, or by one's own."""
    await alice.put("/buckets/shared", permissions={"collection:create": ["bob"]})
    await alice.put("/buckets/b/groups/g1", permissions={"read": ["bob"]})
    await alice.put("/buckets/b/groups/g2")
    await alice.put("/buckets/b/collections/d", permissions={"record:create": ["bob"]})
    assert await ids(alice, "/buckets") == ["shared", "b"]
    assert await ids(bob, "/buckets") == ["shared"]
    assert await ids(alice, "/buckets/b/groups") == ["g2", "g1"]
    assert await ids(bob, "/buckets/b/groups") == ["g1"]
    assert await ids(bob, "/buckets/b/collections") == ["d"]
    assert [entry["members"] for entry in await alice.entries("/buckets/b/groups")] == [[], []]


async def test_principals(alice: Person, store: Store) -> None:
    """A caller is itself, everyone, authenticated, and every group that names it or all who are authenticated."""
    await alice.put("/buckets/b/groups/by-name", {"members": ["bob", "carol"]})
    await alice.put("/buckets/b/groups/all", {"members": [AUTHENTICATED]})
    await alice.put("/buckets/b/groups/other", {"members": ["carol"]})
    await alice.put("/buckets/b/groups/gone", {"members": ["bob"]})
    await alice.delete("/buckets/b/groups/gone")
    groups = {"/buckets/b/groups/by-name", "/buckets/b/groups/all"}
    assert await store.objects.principals(Caller("bob")) == {"bob", EVERYONE, AUTHENTICATED, *groups}
    assert await store.objects.principals(Caller()) == {EVERYONE}


async def test_a_group_that_is_deleted_gives_no_right(alice: Person, bob: Person, store: Store) -> None:
    """The right of a group ends with the group and with its bucket, wherever it was given, and comes back with it."""
    await alice.put("/buckets/shared", permissions={"read": [FRIENDS]})
    for end in (FRIENDS, "/buckets/b", "list"):
        await alice.put("/buckets/b")
        await alice.put(FRIENDS, {"members": ["bob"]})
        assert await bob.get("/buckets/shared")
        await (alice.delete_list("/buckets/b/groups") if end == "list" else alice.delete(end))
        assert FRIENDS not in await store.objects.principals(bob.caller)
        with pytest.raises(Forbidden):
            await bob.get("/buckets/shared")


async def test_members_of_a_group_do_not_get_lost(alice: Person) -> None:
    """All members are read with the group, by itself and in the list, though other reads leave them out."""
    members = [f"user-{number}" for number in range(50)] + ["alice"]
    await alice.put(FRIENDS, {"members": members, "title": "x"})
    await alice.put(f"{RECORDS}/r")
    await alice.patch(FRIENDS, {"title": "y"})
    group = await alice.get(FRIENDS)
    assert group
    assert group.data == {"members": members, "title": "y"}
    assert [entry["members"] for entry in await alice.entries("/buckets/b/groups")] == [members]


async def test_the_clock_of_a_new_list(alice: Person) -> None:
    """A list that was never written has the timestamp of its container, always the same."""
    container = await alice.get("/buckets/b/collections/c")
    assert container
    assert await alice.clock(RECORDS) == container.last_modified == await alice.clock(RECORDS)
    assert (await alice.put(f"{RECORDS}/r")).stored.last_modified > container.last_modified


async def test_the_data_outlive_the_process(alice: Person, start: StartStore, connect: Callable[[], Driver]) -> None:
    """Another process on the same database sees everything at once, and goes on with the same clocks."""
    made = await alice.put(f"{RECORDS}/r", {"a": 1})
    elsewhere = Person(await start(connect()), "alice")
    assert await elsewhere.get(f"{RECORDS}/r") == made.stored
    assert await elsewhere.clock(RECORDS) == made.stored.last_modified
    assert await elsewhere.clock("/buckets") == await alice.clock("/buckets")
