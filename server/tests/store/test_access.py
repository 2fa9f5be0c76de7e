"""What someone may do, object by object: found by the index, the same as the pure rules say, and true at once."""

import asyncio
import functools
import operator
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kintoun_server.domain.access import Entry, checked, standing
from kintoun_server.domain.filters import Filter, Operator, matches
from kintoun_server.domain.listing import Selection
from kintoun_server.domain.order import SortKey, sort_values
from kintoun_server.domain.principals import AUTHENTICATED, EVERYONE
from kintoun_server.store import access, access_query
from kintoun_server.store.connection import Store
from kintoun_server.store.driver import Driver
from kintoun_server.store.purge import Purger
from tests.store.person import Person, StartStore, object_at

BUCKET = "/buckets/b"
COLLECTION = f"{BUCKET}/collections/c"
RECORDS = f"{COLLECTION}/records"
ROOT = {"/": ("bucket:create",)}
TEXTS = ("uri", "resource_name", "id", "bucket_id", "collection_id", "group_id", "record_id")
VALUES: tuple[Any, ...] = (
    "b",
    "c",
    "r1",
    "x",
    "record",
    "bucket",
    "group",
    BUCKET,
    COLLECTION,
    "/",
    "",
    None,
    True,
    3,
    [],
    {"a": 1},
)
PATHS = (*((name,) for name in TEXTS), ("deleted",), ("id", "x"), ("uri", "0"))

filters = st.one_of(
    st.builds(
        Filter,
        st.sampled_from([one for one in Operator if one in ("eq", "not", "lt", "max", "gt", "min")]),
        st.sampled_from(PATHS),
        st.sampled_from(VALUES),
    ),
    st.builds(
        Filter,
        st.sampled_from([Operator.IN, Operator.EXCLUDE]),
        st.sampled_from(PATHS),
        st.lists(st.sampled_from(VALUES), max_size=3).map(tuple),
    ),
    st.builds(Filter, st.just(Operator.LIKE), st.sampled_from(PATHS), st.sampled_from(("", "r", "B*c", "$", "*/r"))),
    st.builds(Filter, st.just(Operator.HAS), st.sampled_from(PATHS), st.booleans()),
)
orders = st.lists(
    st.builds(SortKey, st.sampled_from((*PATHS, ("last_modified",))), st.booleans()),
    max_size=3,
    unique_by=lambda key: key.path,
)
selections = st.builds(
    Selection,
    filters=st.lists(filters, max_size=2).map(tuple),
    order=orders.map(tuple),
    limit=st.integers(1, 4) | st.just(50),
)


async def entries(store: Store, person: Person, **asked: Any) -> list[Entry]:  # noqa: ANN401 - as a selection
    """What someone may do, by all pages."""
    selection = checked(Selection(**asked))
    found: list[Entry] = []
    while True:
        page = await store.accesses.page(person.caller, selection)
        found += page.entries
        if not page.more:
            return found
        assert len(page.entries) <= (selection.limit or len(page.entries))
        selection = replace(selection, position=0, values=standing(page.entries[-1], selection.order))


async def rights(store: Store, person: Person, **asked: Any) -> dict[str, tuple[str, ...]]:  # noqa: ANN401
    """What someone may do, by URI."""
    return {entry.uri: entry.permissions for entry in await entries(store, person, **asked)}


async def total(store: Store, person: Person, **asked: Any) -> int:  # noqa: ANN401 - as a selection
    """How many entries there are."""
    return await store.accesses.total(person.caller, checked(Selection(**asked)))


async def stop_purging(store: Store) -> None:
    """Let what is below deleted containers stay in the database."""
    await store._purger.stop()


@pytest.fixture
async def shared(alice: Person, store: Store) -> Store:
    """A store in which Bob has rights of his own on objects of each kind, among others."""
    await alice.put(f"{BUCKET}/groups/g", {"members": ["bob"]})
    await alice.put(f"{BUCKET}/groups/open", permissions={"read": [EVERYONE]})
    await alice.put("/buckets/x", permissions={"group:create": ["bob"]})
    await alice.put(f"{BUCKET}/collections/x", permissions={"record:create": [f"{BUCKET}/groups/g"]})
    await alice.put("/buckets/x/collections/c", permissions={"read": ["bob", AUTHENTICATED], "write": ["bob"]})
    for number, given_to in enumerate(("bob", "carol", EVERYONE, f"{BUCKET}/groups/g", "bob")):
        await alice.put(f"{RECORDS}/r{number}", permissions={"write" if number == 4 else "read": [given_to]})
        await alice.put(f"/buckets/x/collections/c/records/r{number}")
    await alice.delete(f"{RECORDS}/r0")
    return store


SHARED = {
    "/buckets/x/collections/c": ("write", "read", "read:attributes", "record:create"),
    "/buckets/x": ("read:attributes", "group:create"),
    f"{BUCKET}/groups/open": ("read",),
    f"{BUCKET}/collections/x": ("read:attributes", "record:create"),
    f"{RECORDS}/r4": ("write", "read"),
    f"{RECORDS}/r3": ("read",),
    f"{RECORDS}/r2": ("read",),
}


async def test_everything_that_names_someone(shared: Store, bob: Person) -> None:
    """Each object whose own list names a principal of the caller, with what that implies on the object itself."""
    assert await rights(shared, bob) == {**SHARED, **ROOT}
    assert list(await rights(shared, bob)) == sorted({**SHARED, **ROOT}, reverse=True)
    assert await total(shared, bob) == len(SHARED) + 1


async def test_someone_anonymous_sees_what_everyone_may_do(shared: Store) -> None:
    """Nobody in particular has the rights of everyone."""
    expected = {f"{BUCKET}/groups/open": ("read",), f"{RECORDS}/r2": ("read",), **ROOT}
    assert await rights(shared, Person(shared, None)) == expected


async def test_what_is_below_is_not_listed(shared: Store, alice: Person) -> None:
    """Who owns a bucket finds it, and of what is in it only the objects that name the owner themselves."""
    await alice.put("/buckets/x/collections/c/records/of-bob", permissions={"write": ["bob"]})
    found = await rights(shared, Person(shared, "bob"), filters=(Filter(Operator.EQ, ("bucket_id",), "x"),))
    assert "/buckets/x/collections/c/records/of-bob" in found
    assert "/buckets/x/collections/c/records/r1" not in found


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8, 9])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("name", ["uri", "id", "collection_id"])
async def test_pages_make_up_the_whole(shared: Store, bob: Person, limit: int, name: str, *, descending: bool) -> None:
    """Pages of any size and order hold each entry once, the root among them."""
    keys = (SortKey((name,), descending),)
    found = await entries(shared, bob, order=keys, limit=limit)
    assert {entry.uri: entry.permissions for entry in found} == {**SHARED, **ROOT}
    assert len(found) == len(SHARED) + 1
    assert found == await entries(shared, bob, order=keys)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(asked=st.lists(selections, min_size=3, max_size=8))
async def test_the_database_says_what_the_rules_say(shared: Store, bob: Person, asked: Sequence[Selection]) -> None:
    """Any filters and orders give in the database, by pages of any size, what the pure rules make of all entries."""
    everything = await entries(shared, bob)
    for selection in asked:
        own = checked(selection)
        expected = in_order([entry for entry in everything if matches(entry.body(), own.filters)], own.order)
        options = {"filters": selection.filters, "order": selection.order}
        found = await entries(shared, bob, limit=selection.limit, **options)
        assert [entry.uri for entry in found] == expected, selection
        assert await total(shared, bob, **options) == len(expected), selection


def in_order(found: Sequence[Entry], order: Sequence[SortKey]) -> list[str]:
    """The URIs in the order of the keys, by stable sorting from the last key to the first."""
    bodies = [entry.body() for entry in found]
    for key in reversed(order):
        bodies.sort(key=functools.partial(sort_values, order=[key]), reverse=key.descending)
    return list(map(operator.itemgetter("uri"), bodies))


async def test_rights_end_at_once(shared: Store, alice: Person, bob: Person) -> None:
    """What was withdrawn, by a list, by a group, or by a deletion, is not there any more."""
    await alice.patch(f"{RECORDS}/r4", permissions={"write": ["alice"]})
    assert f"{RECORDS}/r4" not in await rights(shared, bob)
    await alice.patch(f"{BUCKET}/groups/g", {"members": ["carol"]})
    found = await rights(shared, bob)
    assert f"{RECORDS}/r3" not in found
    assert f"{BUCKET}/collections/x" not in found
    await alice.patch(f"{BUCKET}/groups/g", {"members": ["bob"]})
    assert f"{RECORDS}/r3" in await rights(shared, bob)
    await alice.delete(f"{BUCKET}/groups/g")
    assert f"{RECORDS}/r3" not in await rights(shared, bob)
    await alice.delete(f"{RECORDS}/r2")
    assert f"{RECORDS}/r2" not in await rights(shared, bob)


@pytest.mark.parametrize("gone", ["/buckets/b", COLLECTION])
@pytest.mark.parametrize("name", ["uri", "id"])
async def test_what_is_below_deleted_containers_is_gone(shared: Store, driver: Driver, gone: str, name: str) -> None:
    """Nothing of a deleted container appears or counts, while it waits for the purge and when the container is back."""
    alice, bob = Person(shared, "alice"), Person(shared, "bob")
    await stop_purging(shared)
    await alice.delete(gone)
    left = {uri: held for uri, held in {**SHARED, **ROOT}.items() if not uri.startswith(f"{gone}/")}
    for again in (False, True):
        if again:
            await alice.put(gone, permissions={"read": []})
            await alice.put(COLLECTION)
            await alice.put(f"{RECORDS}/r4", permissions={"read": ["bob"]})
            left[f"{RECORDS}/r4"] = ("read",)
        for limit in (None, 1, 3):
            assert await rights(shared, bob, limit=limit, order=(SortKey((name,)),)) == left
        assert await total(shared, bob) == len(left)
    await Purger(driver, 30.0).purge()
    assert await rights(shared, bob) == left
    assert await total(shared, bob) == len(left)


async def test_many_that_are_gone(alice: Person, bob: Person, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page is filled however many objects of deleted containers lie between, and the rest is not lost."""
    monkeypatch.setattr(access, "CHUNK", 3)
    monkeypatch.setattr(access_query, "CHUNK", 3)
    await stop_purging(store)
    for name in ("a", "c", "d"):
        await alice.put(f"{BUCKET}/collections/{name}")
        for number in range(5):
            await alice.put(f"{BUCKET}/collections/{name}/records/r{number}", permissions={"read": ["bob"]})
    await alice.delete(COLLECTION)
    page = await store.accesses.page(bob.caller, checked(Selection(limit=8)))
    assert [entry.uri[-12:] for entry in page.entries] == [
        *(f"d/records/r{number}"[-12:].rjust(12, "/") for number in (4, 3, 2, 1, 0)),
        *(f"a/records/r{number}"[-12:].rjust(12, "/") for number in (4, 3, 2)),
    ]
    assert page.more
    assert await total(store, bob) == 11
    assert len(await entries(store, bob, limit=1)) == 11


async def test_a_page_is_bounded_in_bytes(
    alice: Person, bob: Person, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long the ids, an answer fits into memory: a page ends early, and the pages make up the whole."""
    monkeypatch.setattr(access, "MAX_PAGE_BYTES", 40_000)
    monkeypatch.setattr(access_query, "MAX_PAGE_BYTES", 40_000)
    for number in range(20):
        await alice.put(f"{RECORDS}/{'r' * 2000}{number}", permissions={"read": ["bob"]})
    for keys in ((), (SortKey(("id",)),)):
        page = await store.accesses.page(bob.caller, checked(Selection(order=keys)))
        assert page.more
        assert 0 < len(page.entries) < 20
        found = await entries(store, bob, order=keys)
        assert len({entry.uri for entry in found}) == len(found) == 21


async def test_pages_beside_writes(alice: Person, bob: Person, store: Store) -> None:
    """What is there all the time comes exactly once in the pages, whatever is shared and withdrawn meanwhile."""
    for number in range(40):
        await alice.put(f"{RECORDS}/r{number:02}", permissions={"read": ["bob"]})
    stays = [f"{RECORDS}/r{number:02}" for number in range(0, 40, 2)]

    async def disturb() -> None:
        for number in range(1, 40, 2):
            await alice.patch(f"{RECORDS}/r{number:02}", permissions={"read": []})
            await alice.put(f"{RECORDS}/s{number:02}", permissions={"read": ["bob"]})
            await alice.patch(f"{RECORDS}/r{number - 1:02}", {"n": number})

    for keys in ((), (SortKey(("id",)),)):
        found, _ = await asyncio.gather(entries(store, bob, limit=3, order=keys), disturb())
        uris = [entry.uri for entry in found]
        assert len(set(uris)) == len(uris)
        assert [uri for uri in sorted(uris) if uri in stays] == stays


@pytest.mark.difference("shared-by-groups-of-everybody")
async def test_a_group_of_everybody_does_not_count(alice: Person, bob: Person, store: Store) -> None:
    """Only groups that name the caller count, so that nobody can burden all others; `system.Authenticated` does."""
    await alice.put(f"{BUCKET}/groups/all", {"members": [AUTHENTICATED]})
    await alice.put(f"{BUCKET}/groups/bobs", {"members": ["bob"]})
    await alice.put(f"{RECORDS}/r1", permissions={"read": [f"{BUCKET}/groups/all"]})
    await alice.put(f"{RECORDS}/r2", permissions={"read": [f"{BUCKET}/groups/bobs"]})
    await alice.put(f"{RECORDS}/r3", permissions={"read": [AUTHENTICATED]})
    assert set(await rights(store, bob)) == {f"{RECORDS}/r2", f"{RECORDS}/r3", "/"}


async def test_someone_in_many_groups(alice: Person, bob: Person, store: Store) -> None:
    """The order holds however many groups someone is in, with more ranges than the database merges."""
    groups = [f"{BUCKET}/groups/g{number}" for number in range(60)]
    await asyncio.gather(*(alice.put(group, {"members": ["bob"]}) for group in groups))
    for number, group in enumerate(groups):
        await alice.put(f"{RECORDS}/r{number:02}", permissions={"read": [group, "bob", groups[number - 1]]})
    expected = [f"{RECORDS}/r{number:02}" for number in reversed(range(60))]
    found = await entries(store, bob, limit=7)
    assert [entry.uri for entry in found] == [*expected, "/"]


async def test_what_settings_grant(start: StartStore, driver: Driver) -> None:
    """A setting for all objects of a kind lists them all, save records, with what it grants and what that implies."""
    site = {
        "bucket_create": frozenset({AUTHENTICATED}),
        "collection_read": frozenset({"admin"}),
        "collection_create": frozenset({"admin"}),
        "record_create": frozenset({"admin"}),
        "record_write": frozenset({"admin"}),
    }
    store = await start(driver, principals=site)
    alice, admin = Person(store, "alice"), Person(store, "admin")
    await alice.put(BUCKET)
    await alice.put(COLLECTION)
    await alice.put(f"{BUCKET}/collections/mine", permissions={"write": ["admin"]})
    await alice.put(f"{BUCKET}/groups/g")
    await alice.put(f"{RECORDS}/r1")
    await alice.put(f"{RECORDS}/r2", permissions={"read": ["admin"]})
    expected = {
        BUCKET: ("read:attributes", "collection:create"),
        COLLECTION: ("read", "read:attributes", "record:create"),
        f"{BUCKET}/collections/mine": ("write", "read", "read:attributes", "record:create"),
        f"{RECORDS}/r2": ("read",),
        **ROOT,
    }
    for limit in (None, 1, 2):
        assert await rights(store, admin, limit=limit) == expected
        assert await rights(store, admin, limit=limit, order=(SortKey(("id",)),)) == expected
    assert await total(store, admin) == len(expected)
    no_records = (Filter(Operator.EXCLUDE, ("resource_name",), ("record", "root")),)
    assert set(await rights(store, admin, filters=no_records)) == set(expected) - {f"{RECORDS}/r2", "/"}
    assert await rights(store, Person(store, "bob")) == ROOT
    assert await rights(store, Person(store, None)) == {}


def test_uris_are_read_as_they_are_written() -> None:
    """The URI of an object of any kind, read and written, is the same."""
    for path in ("/buckets/b", f"{BUCKET}/groups/g", COLLECTION, f"{RECORDS}/r"):
        assert type(object_at(path)).parse(path) == object_at(path)
